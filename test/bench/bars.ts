/** The measurable promises of the project, each with its figure, its limit and whether it holds. */
import { measureFirstThought } from './first-thought.ts';
import { measureLift } from './lift-cost.ts';
import { type Burst, type Effort, measureBurst } from './measure.ts';
import { type Payload, payload } from './payloads.ts';
import { findRow, type RowId, type Stage } from './rows.ts';
import { measureStalled } from './stalled.ts';
import { median } from './stats.ts';
import type { Cell } from './table.ts';

export interface Bar {
  name: string;
  /** Text for the table. */
  figure: string;
  limit: string;
  holds: boolean;
}

const MiB = (value: number): string => `${value.toFixed(0)} MiB`;
const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const times = (value: number): string => `${value.toFixed(2)}×`;

export async function checkBars(cells: readonly Cell[], stage: Stage, effort: Effort): Promise<Bar[]> {
  return [
    ...(await checkMisses(stage, effort)),
    ...(await checkStalled(stage, effort)),
    ...(await checkLift(stage, effort)),
    ...checkTable(cells),
    await checkThought(stage),
  ];
}

/** Limits over the simulator alone: extra memory in MiB, and a multiple of its CPU. */
const MISS_MEMORY_MIB = 64;
const MISS_CPU = 1.5;

/**
 * An inline miss is compared with both readings of "stores the same bytes": with and without the simulator's read-back,
 * which an inline answer needs and the naive way does not.
 */
const MISS_PAIRS = [
  ['miss-inline', 'store-link', 'a static store'],
  ['miss-inline', 'store-inline', 'a static store that reads back'],
  ['miss-link', 'store-link', 'a static store'],
] as const satisfies readonly (readonly [RowId, RowId, string])[];

async function checkMisses(stage: Stage, effort: Effort): Promise<Bar[]> {
  const rows = ['miss-inline', 'store-inline', 'miss-link', 'store-link', 'naive-inline'] as const;
  const bursts = new Map<RowId, Burst[]>(rows.map((id) => [id, []]));
  for (let start = 0; start < effort.starts; start += 1) {
    for (const id of rows) bursts.get(id)?.push(await measureBurst(findRow(id), payload('24 MB'), 8, stage));
  }
  const of = (id: RowId, pick: keyof Burst): number => median((bursts.get(id) ?? []).map((burst) => burst[pick]));
  const naive = MiB(of('naive-inline', 'peakMiB'));
  return MISS_PAIRS.flatMap(([miss, store, against]) => {
    const memory = of(miss, 'peakMiB') - of(store, 'peakMiB');
    const cpu = of(miss, 'cpuMs') / of(store, 'cpuMs');
    const what = `8 ${miss === 'miss-link' ? 'link' : 'inline'} misses of 24 MB at once, over ${against}`;
    return [
      {
        name: `memory of ${what} (${MiB(of(miss, 'peakMiB'))} and ${MiB(of(store, 'peakMiB'))}; the naive way ${naive})`,
        figure: MiB(memory),
        limit: `≤ ${MISS_MEMORY_MIB} MiB`,
        holds: memory <= MISS_MEMORY_MIB,
      },
      {
        name: `CPU of ${what} (${ms(of(miss, 'cpuMs'))} and ${ms(of(store, 'cpuMs'))} a request)`,
        figure: times(cpu),
        limit: `≤ ${times(MISS_CPU)}`,
        holds: cpu <= MISS_CPU,
      },
    ];
  });
}

/** A slow reader costs nothing. Both readings count again, because the bytes for a stalled reader are read back. */
async function checkStalled(stage: Stage, effort: Effort): Promise<Bar[]> {
  const { peel, store, storeStalled } = await measureStalled(stage, effort);
  const against = [
    ['a static store', store],
    ['a static store with as many', storeStalled],
  ] as const;
  return against.map(([what, peak]) => ({
    name: `memory of 8 generations of 24 MB with 8 stalled readers, over ${what} (${MiB(peel)} and ${MiB(peak)})`,
    figure: MiB(peel - peak),
    limit: `≤ ${MISS_MEMORY_MIB} MiB`,
    holds: peel - peak <= MISS_MEMORY_MIB,
  }));
}

const LIFT_SHARE = 0.5;
/** CPU for a 1K picture, in ms; Cloudflare's free plan allows 10 ms (docs/wire-facts.md#cloudflare-workers). */
const LIFT_MS = 8;

async function checkLift(stage: Stage, effort: Effort): Promise<Bar[]> {
  const costs = {
    '2 MB': await measureLift(payload('2 MB'), stage, effort),
    '24 MB': await measureLift(payload('24 MB'), stage, effort),
  };
  const shares = Object.entries(costs).map(
    ([size, { lift, parse, drain }]): Bar => ({
      name: `CPU of lift into a discarding sink against json() and decode, ${size}, less the reading in both (${ms(lift)}, ${ms(parse)} and ${ms(drain)}: ${times(lift / parse)} with it)`,
      figure: times((lift - drain) / (parse - drain)),
      limit: `≤ ${times(LIFT_SHARE)}`,
      holds: (lift - drain) / (parse - drain) <= LIFT_SHARE,
    }),
  );
  const { lift } = costs['2 MB'];
  const name = 'CPU of lift for an answer of 2 MB, reading included';
  return [...shares, { name, figure: ms(lift), limit: `≤ ${LIFT_MS} ms`, holds: lift <= LIFT_MS }];
}

/** Ratio by which two medians of the same measurement differ on a quiet machine. */
const NOISE = 1.05;
const NOISE_MS = 0.5;

function checkTable(cells: readonly Cell[]): Bar[] {
  const cell = (row: RowId, size: Payload['name']): Cell => {
    const found = cells.find((each) => each.row === row && each.payload === size);
    if (!found) throw new Error(`The row "${row}" is missing for ${size}.`);
    return found;
  };
  const bars: Bar[] = [];
  for (const size of ['2 MB', '6 MB', '24 MB'] as const) {
    for (const [name, byte] of [
      ['first', 'firstByte'],
      ['last', 'lastByte'],
    ] as const) {
      const [miss, naive] = [cell('miss-inline', size)[byte].p50, cell('naive-inline', size)[byte].p50];
      bars.push({
        name: `${name} byte of a miss inline against the naive way, ${size}, added p50`,
        figure: ms(miss),
        limit: `≤ ${ms(naive)}`,
        holds: miss <= naive * NOISE + NOISE_MS,
      });
    }
  }
  for (const size of ['tiny', '2 MB'] as const) bars.push(...checkPassing((row) => cell(row, size), size));
  const [objects, without] = [cell('miss-inline', 'tiny').lastByte, cell('miss-in-worker', 'tiny').lastByte];
  bars.push({
    name: `latency that the objects add to a tiny miss, p50 / p99 (${ms(objects.p50)} / ${ms(objects.p99)} and ${ms(without.p50)} / ${ms(without.p99)} without)`,
    figure: `${ms(objects.p50 - without.p50)} / ${ms(objects.p99 - without.p99)}`,
    limit: '–',
    holds: true,
  });
  // Link hits do not depend on the picture's size; the tiny payload has the most samples.
  const [hit, bare] = [cell('hit-link', 'tiny').wholeMs, cell('bare-link', 'tiny').wholeMs];
  bars.push({
    name: `time of a link hit against its binding calls alone (${ms(hit)} and ${ms(bare)})`,
    figure: times(hit / bare),
    limit: '≤ 1.30×',
    holds: hit / bare <= 1.3,
  });
  return bars;
}

/** Requests per second of `no-store`, its one call of the ledger included, as a share of the floor's. */
const PASSING_SHARE = 0.8;

function checkPassing(cell: (row: RowId) => Cell, size: Payload['name']): Bar[] {
  const [floor, whole, open] = [cell('floor'), cell('no-store'), cell('no-store-open')];
  const share = whole.requestsPerSecond / floor.requestsPerSecond;
  const parts = [
    ['admission and the ledger', whole, open],
    ['the held last byte', open, cell('no-store-unheld')],
    ['the redactor', open, cell('no-store-unredacted')],
  ] as const;
  return [
    {
      name: `requests/s of no-store against the floor, ${size} (without admission ${times(open.requestsPerSecond / floor.requestsPerSecond)})`,
      figure: times(share),
      limit: `≥ ${times(PASSING_SHARE)}`,
      holds: share >= PASSING_SHARE,
    },
    ...parts.map(([what, having, lacking]) => ({
      name: `what ${what} costs no-store, ${size}, CPU and first byte, p50`,
      figure: `${ms(having.cpuMs - lacking.cpuMs)} / ${ms(having.firstByte.p50 - lacking.firstByte.p50)}`,
      limit: '–',
      holds: true,
    })),
  ];
}

const THOUGHT_MS = 50;

async function checkThought(stage: Stage): Promise<Bar> {
  const delay = await measureFirstThought(stage);
  return {
    name: 'a thought sent a second before the next event reaches an SSE caller after',
    figure: ms(delay),
    limit: `≤ ${THOUGHT_MS} ms`,
    holds: delay <= THOUGHT_MS,
  };
}
