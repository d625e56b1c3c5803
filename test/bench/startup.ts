/**
 * What a start of the worker costs: the modules of a deployment are evaluated in workerd, each time in a process of its
 * own, and so are the same modules made one. A request whose answer waits for the evaluation takes that much longer.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { buildWorker } from '../../scripts/build/worker.ts';
import { BUILT_WORKER } from '../../scripts/deployment/names.ts';
import { bundleWorker, ROOT } from './bundle.ts';
import { insertReport } from './report.ts';
import { median } from './stats.ts';

export interface StartupRun {
  date: string;
  machine: string;
  isQuick: boolean;
  say: (line: string) => void;
}

const STARTS = { full: 25, quick: 5 };
/** Requests that evaluate nothing, before and beside the one that does. */
const PLAIN_REQUESTS = 9;

const EVALUATE = '/evaluate';
const entryOf = (main: string) => `export default {
  async fetch({ url }) {
    if (url.endsWith('${EVALUATE}')) await import('./${main}');
    return new Response('ok');
  },
};`;

interface Figure {
  what: string;
  bytes: number;
  /** Milliseconds, sorted. */
  times: readonly number[];
}

export async function runStartup({ date, machine, isQuick, say }: StartupRun): Promise<void> {
  const starts = isQuick ? STARTS.quick : STARTS.full;
  const directory = mkdtempSync(join(tmpdir(), 'peel-bench-startup-'));
  try {
    await buildWorker();
    const single = await bundleWorker('worker/index.ts', directory, true);
    say('startup: bundled');
    const figures = [
      await measure('as deployed, in modules', BUILT_WORKER, starts),
      await measure('as one module', join(single, '..'), starts),
    ];
    const report = renderReport(figures, { date, machine, starts, isQuick });
    console.log(report);
    if (isQuick) return;
    const page = join(ROOT, 'docs/benchmarks.md');
    writeFileSync(page, insertReport(readFileSync(page, 'utf8'), report, 'startup'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function measure(what: string, folder: string, starts: number): Promise<Figure> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const modules = names.map((name) => ({
    ...{ type: 'ESModule' as const, path: name },
    contents: readFileSync(join(folder, name), 'utf8'),
  }));
  const times: number[] = [];
  for (let start = 0; start < starts; start += 1) times.push(await timeOneStart(modules));
  return { what, bytes: bytesAtStart(modules), times: times.sort((a, b) => a - b) };
}

interface Module {
  type: 'ESModule';
  path: string;
  contents: string;
}

/** The entry, and what it imports by statements. */
function bytesAtStart(modules: readonly Module[], path = 'index.js', known = new Set<string>()): number {
  const module = modules.find((each) => each.path === path);
  if (!module || known.has(path)) return 0;
  known.add(path);
  const imported = [...module.contents.matchAll(/\bfrom ?["']\.\/([^"']+)["']/g)].map(([, name = '']) => name);
  return module.contents.length + imported.reduce((sum, name) => sum + bytesAtStart(modules, name, known), 0);
}

async function timeOneStart(modules: readonly Module[]): Promise<number> {
  const entry: Module = { type: 'ESModule', path: 'entry.mjs', contents: entryOf('index.js') };
  const workerd = new Miniflare(
    convertV4MiniflareOptions({
      name: 'startup',
      compatibilityDate: '2026-10-15',
      compatibilityFlags: ['enable_request_signal'],
      modulesRoot: '/',
      modules: [entry, ...modules],
    }),
  );
  const time = async (path: string): Promise<number> => {
    const startedAt = performance.now();
    const answer = await workerd.dispatchFetch(`http://startup.example${path}`);
    const text = await answer.text();
    if (text !== 'ok') throw new Error(`the worker was not evaluated: ${text}`);
    return performance.now() - startedAt;
  };
  try {
    for (let request = 0; request < PLAIN_REQUESTS; request += 1) await time('/');
    const plain: number[] = [];
    for (let request = 0; request < PLAIN_REQUESTS; request += 1) plain.push(await time('/'));
    return (await time(EVALUATE)) - median(plain);
  } finally {
    await workerd.dispose();
  }
}

function renderReport(
  figures: readonly Figure[],
  { date, machine, starts, isQuick }: { date: string; machine: string; starts: number; isQuick: boolean },
): string {
  const rows = figures.map(({ what, bytes, times }) => {
    const at = (part: number) => (times[Math.floor((times.length - 1) * part)] as number).toFixed(1);
    return `| ${what} | ${(bytes / 1000).toFixed(0)} | ${at(0.5)} | ${at(0.9)} |`;
  });
  return [
    `Measured on ${date} on ${machine}${isQuick ? ' (quick run)' : ''}: ${starts} starts each, in a process of their own. Reading, compiling and evaluating the modules of a start, in milliseconds beside a request that evaluates nothing. Cloudflare allows a second.`,
    ['| The worker | KB at its start | p50 | p90 |', '|---|--:|--:|--:|', ...rows].join('\n'),
  ].join('\n\n');
}
