/**
 * Checks the size of what goes over a network: the worker as `wrangler deploy` sends it, which a dry run has put into a
 * folder, and the widget that each page loads.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { buildWorker } from './build/worker.ts';
import { BUILT_CONFIG } from './deployment/names.ts';

const root = join(import.meta.dirname, '..');
const client = join(root, 'dist/client');

interface Size {
  what: string;
  bytes: number;
  budget: number;
  /** The unit in which size and budget are printed. */
  unit: keyof typeof UNITS;
}

const UNITS = { KB: 1000, bytes: 1 };

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

const plain = (files: Iterable<string>): number => [...files].reduce((sum, file) => sum + statSync(file).size, 0);

/** Builds the worker and deploys it without sending it, so that a configuration that wrangler refuses fails here. */
async function sizesOfWorker(): Promise<{ atStart: number; inAll: number }> {
  await buildWorker();
  const folder = mkdtempSync(join(tmpdir(), 'peel-dry-run-'));
  try {
    const args = ['deploy', '--config', BUILT_CONFIG, '--dry-run', '--outdir', folder];
    const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/wrangler'), args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`wrangler would not deploy this:\n${stdout}${stderr}`);
    const modules = readdirSync(folder).filter((name) => name.endsWith('.js'));
    return {
      atStart: plain(reachableFrom(join(folder, 'index.js'), [STATIC])),
      inAll: plain(modules.map((name) => join(folder, name))),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Named so by `vite.config.ts`. A visitor loads one of them at most. */
const isTranslation = (file: string): boolean => basename(file).startsWith('language-');

/** The owner's desk. Its frame loads the page that is opened, so a page is weighed with the frame and the styles. */
function sizesOfDesk(): Size[] {
  const frame = join(client, 'desk.js');
  const styles = join(client, 'desk.css');
  const pages = [...readFileSync(frame, 'utf8').matchAll(DYNAMIC)].map(([, path]) => {
    const files = reachableFrom(join(client, path!), [STATIC], reachableFrom(frame, [STATIC]));
    return { name: basename(path!), bytes: brotli([...files, styles]) };
  });
  const overview = pages.find(({ name }) => name.startsWith('overview-'));
  if (!overview) throw new Error('the desk has no overview');
  const inAll = brotli([...reachableFrom(frame, [STATIC, DYNAMIC]), styles]);
  const heaviest = Math.max(...pages.map(({ bytes }) => bytes));
  return [
    { what: 'desk, its first view, brotli', bytes: overview.bytes, budget: 40_000, unit: 'KB' },
    { what: 'desk, its heaviest page, brotli', bytes: heaviest, budget: 60_000, unit: 'KB' },
    { what: 'desk in all, brotli', bytes: inAll, budget: 98_000, unit: 'KB' },
  ];
}

/** Needs the output of `vite build`. */
export async function measureSizes(): Promise<Size[]> {
  const widget = join(client, 'widget.js');
  const worker = await sizesOfWorker();
  const inAll = [...reachableFrom(widget, [STATIC, DYNAMIC])].filter((file) => !isTranslation(file));
  return [
    { what: 'worker at its start, minified', bytes: worker.atStart, budget: 320_000, unit: 'KB' },
    { what: 'worker in all, minified', bytes: worker.inAll, budget: 600_000, unit: 'KB' },
    { what: 'widget up front, brotli', bytes: brotli(reachableFrom(widget, [STATIC])), budget: 19_850, unit: 'KB' },
    // 1,150 bytes of it are the form in which a visitor reports a picture, a file that comes only when it is asked for,
    // with the way to it and the mark AI.
    { what: 'widget in all without translations, brotli', bytes: brotli(inAll), budget: 81_900, unit: 'KB' },
    ...sizesOfDesk(),
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
