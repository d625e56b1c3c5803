/**
 * The part of `npm run prove` without a worker: the real ledger, payment and generation in thousands of worlds, each
 * with its own order of steps, crashes, losses and clocks. `shard.ts <seed> 1` repeats the world of a seed.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { dollars, type Effort, type Figure, many } from '../figures.ts';
import type { InvariantName } from './invariants/checker.ts';
import { FOUND_WRONG } from './seeds.ts';
import { add, NOTHING, type Sums } from './sums.ts';

const WORLDS: Record<Effort, number> = { full: 12_000, short: 400 };
const PROCESSES = 2;
/** A world takes some hundredths of a second. A world in an endless loop is found by its silence. */
const SILENCE_MS = 60_000;

export async function proveInterleavings(effort: Effort): Promise<Figure[]> {
  const count = WORLDS[effort] / PROCESSES;
  const shares = Array.from({ length: PROCESSES }, (_, n) => playShare(1 + n * count, count));
  const known = FOUND_WRONG.map(({ seed }) => playShare(seed, 1));
  const sums = (await Promise.all([...shares, ...known])).reduce(add, NOTHING);
  for (const { seed, rule, what } of sums.broken.slice(0, 20)) console.error(`seed ${seed}: ${rule}: ${what}`);
  return figuresOf(sums);
}

/** Needs the flag because Node's type stripping does not handle `worker/`'s constructors that declare fields. */
function playShare(from: number, count: number): Promise<Sums> {
  const shard = join(import.meta.dirname, 'shard.ts');
  const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, shard, String(from), String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const silence = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS);
  let sums = NOTHING;
  createInterface(child.stdout).on('line', (line) => {
    sums = JSON.parse(line) as Sums;
    silence.refresh();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(silence);
      if (code === 0) resolve(sums);
      else reject(new Error(`Worlds end or hang soon after seed ${from + sums.worlds - 1} (exit ${code}).`));
    });
  });
}

const PROMISES: readonly { promise: string; rules: readonly InvariantName[] }[] = [
  {
    promise: 'Reservations that stay open, or books that differ from the bill',
    rules: ['booksAgree', 'endedHoldsNothing', 'oneLife', 'memoryIsRows'],
  },
  {
    promise: 'Calls paid twice, or sent without their money',
    rules: ['dispatchedOnce', 'dispatchedWithMoney', 'oneRunAtOnce', 'paidOnce'],
  },
  { promise: 'Grants before an overrun of an earlier day or month was paid for', rules: ['overrunsAreCarried'] },
  { promise: 'Money given back though the call may have run', rules: ['noRefunds'] },
  { promise: "Grants over a visitor's, a session's or a minute's count", rules: ['neverOverACount'] },
  { promise: "Grants over a visitor's, a network's or all visitors' dollars", rules: ['neverOverAPurse'] },
  { promise: "Grants that reach into another site's share of the deployment", rules: ['sharesAreKept'] },
  {
    promise:
      "Calls later than 5 s after a site's pause, or after the answer that every site has heard the deployment's",
    rules: ['pauseStops'],
  },
  { promise: "Slices of the deployment's budget on which two ledgers do not agree", rules: ['loansAgree'] },
  { promise: 'Sites refused at the end of demand though their price fits every cap', rules: ['fittingIsServed'] },
  { promise: 'Callers without an answer, runs without an end', rules: ['everybodyIsAnswered'] },
];

function figuresOf(sums: Sums): Figure[] {
  const brokenBy = (rules: readonly InvariantName[]): number =>
    sums.broken.filter(({ rule }) => rules.includes(rule)).length;
  const measuredOn = [
    many(sums.worlds, 'interleaving'),
    `${sums.sharing.toLocaleString('en-US')} of them with several sites, ${many(sums.draws, 'draw')}, ${many(sums.slices, 'slice')} and ${many(sums.recalls, 'recall')}`,
    `${many(sums.visits, 'request')} (up to ${sums.atOnce} at once)`,
    many(sums.dispatched, 'paid call'),
    many(sums.crashes, 'crash').replace(/crashs$/, 'crashes'),
    `${many(sums.lost, 'message')} lost, ${sums.late.toLocaleString('en-US')} late, ${sums.twice.toLocaleString('en-US')} twice`,
    many(sums.jumps, 'clock jump'),
  ].join(', ');
  const over = brokenBy(['neverOverACap']);
  const others = sums.worlds - sums.keeping;
  return [
    {
      promise: 'Most that a provider that keeps to the output it is allowed charges over any cap, at any instant',
      figure: dollars(sums.overshootMicros),
      measuredOn: `${measuredOn}; ${many(sums.keeping, 'interleaving')} of them with such a provider`,
      holds: sums.overshootMicros === 0 && over === 0,
    },
    {
      promise:
        'Most over any cap with a provider that charges up to four times the hold, beyond what calls under way cost',
      figure: dollars(sums.beyondMicros),
      measuredOn: `the other ${others.toLocaleString('en-US')}; with what calls under way cost ${dollars(sums.overMicros)}; overruns, all counted at once, ${dollars(sums.overrunMicros)}`,
      holds: sums.beyondMicros === 0 && over === 0,
    },
    ...PROMISES.map(({ promise, rules }) => ({
      promise,
      figure: String(brokenBy(rules)),
      measuredOn: 'the same',
      holds: brokenBy(rules) === 0,
    })),
  ];
}
