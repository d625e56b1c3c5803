/** Measures every row with every payload in rounds, so that a slow minute of the machine affects all rows alike. */
import { type Effort, measureBurst, measureLatency, measureThroughput } from './measure.ts';
import { PAYLOADS, type Payload, payload } from './payloads.ts';
import { createRequests, prime, ROWS, type Row, type RowId, type Stage, startProgram } from './rows.ts';
import type { ServerProcess } from './server-process.ts';
import { median, percentile } from './stats.ts';

/** Medians over rounds. Times are milliseconds over a direct request to upstream. */
export interface Cell {
  row: RowId;
  payload: Payload['name'];
  requestsPerSecond: number;
  cpuMs: number;
  firstByte: Percentiles;
  lastByte: Percentiles;
  /** From sending to the last byte, in milliseconds, median. */
  wholeMs: number;
  /** Peak over idle at 1 and 8 in flight, in MiB; absent where it was not measured. */
  peakMiB?: { one: number; eight: number };
}

export interface Percentiles {
  p50: number;
  p99: number;
}

interface Measured {
  requestsPerSecond: number;
  cpuMs: number;
  firstByte: Percentiles;
  lastByte: Percentiles;
}

type Say = (line: string) => void;

export async function measureTable(stage: Stage, effort: Effort, say: Say): Promise<Cell[]> {
  const rounds = await measureRounds(stage, effort, say);
  const cells: Cell[] = [];
  for (const size of PAYLOADS) {
    for (const row of ROWS) {
      const own = rounds.map((round) => cellOf(round, row.id, size));
      const direct = rounds.map((round) => cellOf(round, 'direct', size));
      const added = (pick: (measured: Measured) => number): number =>
        median(own.map((measured, i) => pick(measured) - pick(direct[i] as Measured)));
      cells.push({
        row: row.id,
        payload: size.name,
        requestsPerSecond: median(own.map((each) => each.requestsPerSecond)),
        cpuMs: median(own.map((each) => each.cpuMs)),
        firstByte: { p50: added((each) => each.firstByte.p50), p99: added((each) => each.firstByte.p99) },
        lastByte: { p50: added((each) => each.lastByte.p50), p99: added((each) => each.lastByte.p99) },
        wholeMs: median(own.map((each) => each.lastByte.p50)),
        ...(await measurePeaks(row, size, stage, effort, say)),
      });
    }
  }
  return cells;
}

type Round = Map<string, Measured>;

const nameOf = (row: RowId, size: Payload): string => `${row} ${size.name}`;

function cellOf(round: Round, row: RowId, size: Payload): Measured {
  const measured = round.get(nameOf(row, size));
  if (!measured) throw new Error(`The row "${row}" is missing for ${size.name}.`);
  return measured;
}

async function measureRounds(stage: Stage, effort: Effort, say: Say): Promise<Round[]> {
  const servers = new Map<string, ServerProcess>();
  try {
    for (const program of new Set(ROWS.map((row) => row.program))) {
      servers.set(program, await startProgram(program, stage));
    }
    for (const row of ROWS) {
      const make = createRequests(row, payload('tiny'), stage);
      await measureThroughput(servers.get(row.program) as ServerProcess, make, { ...effort, loadMs: effort.warmMs });
    }
    say('warmed up');
    const rounds: Round[] = [];
    for (let n = 0; n < effort.rounds; n += 1) {
      const round: Round = new Map();
      for (const size of PAYLOADS) {
        // Rotate the order, so that no row always follows the heavy one.
        const order = [...ROWS.slice(n % ROWS.length), ...ROWS.slice(0, n % ROWS.length)];
        for (const row of order) {
          round.set(
            nameOf(row.id, size),
            await measureOnce(row, size, servers.get(row.program) as ServerProcess, stage, effort),
          );
        }
        say(`round ${n + 1} of ${effort.rounds}: ${size.name}`);
      }
      rounds.push(round);
    }
    return rounds;
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
}

async function measureOnce(
  row: Row,
  size: Payload,
  server: ServerProcess,
  stage: Stage,
  effort: Effort,
): Promise<Measured> {
  const make = createRequests(row, size, stage);
  await prime(row, make(server));
  const timings = await measureLatency(server, make, effort.samples[size.name]);
  const { requestsPerSecond, cpuMsPerRequest } = await measureThroughput(server, make, effort);
  const of = (values: number[]): Percentiles => ({ p50: median(values), p99: percentile(values, 99) });
  return {
    requestsPerSecond,
    cpuMs: cpuMsPerRequest,
    firstByte: of(timings.map((each) => each.firstByteMs)),
    lastByte: of(timings.map((each) => each.lastByteMs)),
  };
}

async function measurePeaks(
  row: Row,
  size: Payload,
  stage: Stage,
  effort: Effort,
  say: Say,
): Promise<Pick<Cell, 'peakMiB'>> {
  if (row.program === 'upstream' || !effort.memoryOf.includes(size.name)) return {};
  const { peakMiB: one } = await measureBurst(row, size, 1, stage);
  const { peakMiB: eight } = await measureBurst(row, size, 8, stage);
  say(`memory: ${row.label}, ${size.name}`);
  return { peakMiB: { one, eight } };
}
