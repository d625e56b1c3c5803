/** Checks the size of what goes over a network: the worker's bundle, and the widget that each page loads. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
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

const UNITS = { KiB: 1024, KB: 1000 };

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

/** Static imports as Vite writes them. Code that a click loads is an `import()` and does not match. */
const IMPORT = /(?:\bfrom|\bimport) ?["'](\.[^"']+)["']/g;

/** A file of the built widget with every file that the browser fetches before it runs it. */
function loadedWith(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(IMPORT)) loadedWith(join(dirname(file), path!), known);
  return known;
}

/** Each file is compressed by itself, as it is sent. */
const sizeOfWidget = (): number =>
  [...loadedWith(join(client, 'widget.js'))].reduce(
    (sum, file) => sum + brotliCompressSync(readFileSync(file)).length,
    0,
  );

/** Needs the output of `vite build`. */
export async function measureSizes(): Promise<Size[]> {
  return [
    { what: 'worker, minified', bytes: await sizeOfWorker(), budget: 320 * 1024, unit: 'KiB' },
    { what: 'widget up front, brotli', bytes: sizeOfWidget(), budget: 20_500, unit: 'KB' },
  ];
}

if (import.meta.main) {
  const sizes = await measureSizes();
  for (const { what, bytes, budget, unit } of sizes) {
    const [is, may] = [bytes, budget].map((size) => `${(size / UNITS[unit]).toFixed(1)} ${unit}`);
    console.log(`${bytes > budget ? '✗' : '✓'} ${what}: ${is} of ${may}`);
  }
  if (sizes.some(({ bytes, budget }) => bytes > budget)) process.exit(1);
}
