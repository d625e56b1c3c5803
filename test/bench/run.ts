/**
 * `npm run bench`: measures a site's ledger alone, then Peel, the floor, the naive way, the simulator alone and Portkey's
 * gateway in workerd, without a dev proxy, then `<peel-studio>` in a browser, and a start of the worker. `-- ledger`,
 * `-- worker`, `-- widget` or `-- startup` measures one of them. `--quick` takes about two minutes for each and does not change the page.
 *
 * Prints the tables and the bars, writes both into `docs/benchmarks.md` and the raw figures to `test/bench/results/`.
 * Ends with 1 when a bar is missed, and throws when a row cannot be measured.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bar, checkBars } from './bars.ts';
import { bundleWorker, ROOT } from './bundle.ts';
import { runLedger } from './ledger/run.ts';
import { FULL, QUICK } from './measure.ts';
import { installPortkey } from './peers.ts';
import { type Circumstances, insertReport, renderReport } from './report.ts';
import { LIFT_PROGRAM, ROWS, type Stage } from './rows.ts';
import { startUpstream } from './server-process.ts';
import { runStartup } from './startup.ts';
import { measureTable } from './table.ts';
import { runWidget } from './widget/run.ts';

const BENCHES = ['ledger', 'worker', 'widget', 'startup'] as const;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench === name));
if (unknown.length > 0) throw new Error(`There is no benchmark called ${unknown.join(', ')}.`);
const isAsked = (name: (typeof BENCHES)[number]): boolean => positionals.length === 0 || positionals.includes(name);

const startedAt = performance.now();
const say = (line: string): void => {
  console.error(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`);
};

const versionOf = (name: string, root = ROOT): string =>
  (JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;

const date = new Date().toISOString().slice(0, 10);
const machine = `${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;

const bars: Bar[] = [];
if (isAsked('ledger')) bars.push(...(await runLedger({ date, machine, isQuick: flags.quick, say })));
if (isAsked('worker')) bars.push(...(await runWorker()));
if (isAsked('widget')) bars.push(...(await runWidget({ date, machine, isQuick: flags.quick, say })));
if (isAsked('startup')) await runStartup({ date, machine, isQuick: flags.quick, say });
if (bars.some((bar) => !bar.holds)) process.exitCode = 1;
say('done');

async function runWorker(): Promise<Bar[]> {
  const effort = flags.quick ? QUICK : FULL;
  const portkey = await installPortkey();
  const about: Circumstances = {
    date,
    machine,
    versions: {
      workerd: versionOf('workerd'),
      Hono: versionOf('hono'),
      Node: process.versions.node,
      Portkey: versionOf('@portkey-ai/gateway', join(ROOT, 'test/bench/peers')),
    },
    rounds: effort.rounds,
    isQuick: flags.quick,
  };

  const directory = mkdtempSync(join(tmpdir(), 'peel-bench-bundles-'));
  const upstream = await startUpstream();
  try {
    const bundles = new Map<string, string>();
    for (const entry of new Set([...ROWS.map((row) => row.program), LIFT_PROGRAM])) {
      if (entry.endsWith('.ts')) bundles.set(entry, await bundleWorker(entry, directory));
    }
    const stage: Stage = { upstream, portkey, bundles };
    say('bundled');
    const cells = await measureTable(stage, effort, say);
    const bars = await checkBars(cells, stage, effort);
    const report = renderReport(cells, bars, about);
    console.log(report);

    const results = join(ROOT, 'test/bench/results');
    mkdirSync(results, { recursive: true });
    writeFileSync(
      join(results, `${about.date}${flags.quick ? '-quick' : ''}.json`),
      `${JSON.stringify({ about, cells, bars }, null, 2)}\n`,
    );
    if (!flags.quick) {
      const page = join(ROOT, 'docs/benchmarks.md');
      writeFileSync(page, insertReport(readFileSync(page, 'utf8'), report));
    }
    return bars;
  } finally {
    await upstream.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
