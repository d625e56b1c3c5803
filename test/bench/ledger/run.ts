/**
 * The ledger's part of the benchmark: how many pictures a second one site's ledger takes, empty, with thousands held,
 * and in a busy minute. Everything is one object in workerd, called as runs call it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bar } from '../bars.ts';
import { bundleWorker, ROOT } from '../bundle.ts';
import { send } from '../load.ts';
import { cpuMs } from '../process-usage.ts';
import { insertReport, renderBars } from '../report.ts';
import { type ServerProcess, startWorker } from '../server-process.ts';
import { median } from '../stats.ts';
import type { LedgerWork } from './work.ts';

export interface LedgerRun {
  date: string;
  machine: string;
  isQuick: boolean;
  say: (line: string) => void;
}

interface State {
  label: string;
  visitors: boolean;
  /** Reservations that are open meanwhile. */
  held: number;
  /** Pictures of visitors in the minute before. */
  minute: number;
}

interface Figure {
  state: State;
  pairsPerSecond: number;
  cpuMs: number;
}

const STATES: readonly State[] = [
  { label: 'clients, nothing held', visitors: false, held: 0, minute: 0 },
  { label: 'clients, 5,000 held', visitors: false, held: 5000, minute: 0 },
  { label: 'visitors, nothing held', visitors: true, held: 0, minute: 0 },
  { label: 'visitors, 5,000 held and 10,000 in the minute', visitors: true, held: 5000, minute: 5000 },
];

const IN_FLIGHT = 50;
/** 10,000 pictures a minute. */
const BAR_PER_SECOND = 167;

/** Prints the table, and writes it into `docs/benchmarks.md` unless it is a quick one. */
export async function runLedger({ date, machine, isQuick, say }: LedgerRun): Promise<Bar[]> {
  const directory = mkdtempSync(join(tmpdir(), 'peel-bench-ledger-'));
  try {
    const script = await bundleWorker('test/bench/workers/ledger.ts', directory);
    const figures: Figure[] = [];
    for (const state of STATES) {
      figures.push(await measure(script, state, isQuick ? { rounds: 1, count: 500 } : { rounds: 5, count: 2000 }));
      say(`ledger: ${state.label}`);
    }
    const bars = barsOf(figures);
    const report = renderLedgerReport(figures, bars, { date, machine, isQuick });
    console.log(report);
    if (!isQuick) {
      const page = join(ROOT, 'docs/benchmarks.md');
      writeFileSync(page, insertReport(readFileSync(page, 'utf8'), report, 'ledger'));
    }
    return bars;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(
  script: string,
  state: State,
  { rounds, count }: { rounds: number; count: number },
): Promise<Figure> {
  const budget = '999999999';
  const server = await startWorker({
    script,
    objects: true,
    bindings: {
      SITE_DAILY_BUDGET_USD: budget,
      SITE_MONTHLY_BUDGET_USD: budget,
      DEPLOYMENT_DAILY_BUDGET_USD: budget,
      DEPLOYMENT_MONTHLY_BUDGET_USD: budget,
    },
  });
  const { visitors } = state;
  try {
    await ask(server, { do: 'pair', count: 200, inFlight: IN_FLIGHT, visitors });
    if (state.minute > 0) await ask(server, { do: 'pair', count: state.minute, inFlight: IN_FLIGHT, visitors });
    if (state.held > 0) await ask(server, { do: 'hold', count: state.held, inFlight: IN_FLIGHT, visitors });
    const measured: Omit<Figure, 'state'>[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const cpuBefore = cpuMs(server.pid);
      const { lastByteMs } = await ask(server, { do: 'pair', count, inFlight: IN_FLIGHT, visitors });
      const used = cpuMs(server.pid) - cpuBefore;
      measured.push({ pairsPerSecond: (count / lastByteMs) * 1000, cpuMs: used / count });
    }
    return {
      state,
      pairsPerSecond: median(measured.map(({ pairsPerSecond }) => pairsPerSecond)),
      cpuMs: median(measured.map((each) => each.cpuMs)),
    };
  } finally {
    await server.stop();
  }
}

const ask = (server: ServerProcess, work: LedgerWork) =>
  send({ url: `${server.url}/`, headers: {}, body: JSON.stringify(work) });

function barsOf(figures: readonly Figure[]): Bar[] {
  const [empty, , , busy] = figures as [Figure, Figure, Figure, Figure];
  const full = figures[1] as Figure;
  return [
    {
      name: "pictures a second through one site's ledger in a busy minute, 5,000 held (10,000 a minute are 167)",
      figure: `${busy.pairsPerSecond.toFixed(0)}/s`,
      limit: `≥ ${BAR_PER_SECOND}/s`,
      holds: busy.pairsPerSecond >= BAR_PER_SECOND,
    },
    {
      name: 'CPU of a reservation and its settlement with 5,000 held against none',
      figure: `${(full.cpuMs / empty.cpuMs).toFixed(2)}×`,
      limit: '≤ 1.50×',
      holds: full.cpuMs <= 1.5 * empty.cpuMs,
    },
  ];
}

function renderLedgerReport(
  figures: readonly Figure[],
  bars: readonly Bar[],
  { date, machine, isQuick }: Omit<LedgerRun, 'say'>,
): string {
  const rows = figures.map(
    ({ state, pairsPerSecond, cpuMs }) => `| ${state.label} | ${pairsPerSecond.toFixed(0)} | ${cpuMs.toFixed(2)} |`,
  );
  return [
    `Measured on ${date} on ${machine}${isQuick ? ' (quick run)' : ''}: one object on the simulator's SQLite, ${IN_FLIGHT} calls in flight, medians of five rounds. CPU is that of the caller and of the object together.`,
    ['| One ledger | reserved and settled a second | CPU ms each |', '|---|--:|--:|', ...rows].join('\n'),
    renderBars(bars),
  ].join('\n\n');
}
