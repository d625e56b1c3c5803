/** Checks the size of what goes over a network: the worker's bundle, and the widget that each page loads. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const client = join(root, 'dist/client');

interface Size {
  what: string;
  bytes: number;
  budget: number;
  /** The unit in which size and budget are printed. */
  unit: keyof typeof UNITS;
}

const UNITS = { KiB: 1024, KB: 1000, bytes: 1 };

/** The worker as wrangler bundles it, minified. */
async function sizeOfWorker(): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'worker/index.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
  });
  return outputFiles.reduce((sum, { contents }) => sum + contents.length, 0);
}

/** Static imports as Vite writes them. Code that an action loads is an `import()` and does not match. */
const STATIC = /(?:\bfrom|\bimport) ?["'](\.[^"']+)["']/g;
const DYNAMIC = /\bimport\(["'`](\.[^"'`]+)["'`]\)/g;

/** A file of the built widget with every file that it leads to by imports of these kinds. */
function reachableFrom(file: string, imports: readonly RegExp[], known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  const code = readFileSync(file, 'utf8');
  for (const kind of imports) {
    for (const [, path] of code.matchAll(kind)) reachableFrom(join(dirname(file), path!), imports, known);
  }
  return known;
}

/** Each file is compressed by itself, as it is sent. */
const brotli = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + brotliCompressSync(readFileSync(file), LEVEL_11).length, 0);
const LEVEL_11 = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };

/** Named so by `vite.config.ts`. A visitor loads one of them at most. */
const isTranslation = (file: string): boolean => basename(file).startsWith('language-');

/** Needs the output of `vite build`. */
export async function measureSizes(): Promise<Size[]> {
  const widget = join(client, 'widget.js');
  const inAll = [...reachableFrom(widget, [STATIC, DYNAMIC])].filter((file) => !isTranslation(file));
  return [
    // 6 KiB of it are what a site shows its visitors (`sites/showcase.ts`) and the page for frames (`routes/embed.ts`).
    { what: 'worker, minified', bytes: await sizeOfWorker(), budget: 452 * 1024, unit: 'KiB' },
    { what: 'widget up front, brotli', bytes: brotli(reachableFrom(widget, [STATIC])), budget: 19_800, unit: 'KB' },
    // 1,150 bytes of it are the form in which a visitor reports a picture, a file that comes only when it is asked for,
    // with the way to it and the mark AI.
    { what: 'widget in all without translations, brotli', bytes: brotli(inAll), budget: 81_850, unit: 'KB' },
    { what: 'embed.js, plain', bytes: statSync(join(client, 'embed.js')).size, budget: 1000, unit: 'bytes' },
  ];
}

if (import.meta.main) {
  const sizes = await measureSizes();
  for (const { what, bytes, budget, unit } of sizes) {
    const digits = unit === 'bytes' ? 0 : 1;
    const [is, may] = [bytes, budget].map((size) => `${(size / UNITS[unit]).toFixed(digits)} ${unit}`);
    console.log(`${bytes > budget ? '✗' : '✓'} ${what}: ${is} of ${may}`);
  }
  if (sizes.some(({ bytes, budget }) => bytes > budget)) process.exit(1);
}
