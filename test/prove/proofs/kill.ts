/**
 * Promises 2, 3 and 4 (ARCHITECTURE.md#the-six-promises) against a crash: workerd is killed at many moments of a
 * generation and restarted on the same storage. Nothing is paid twice, no picture in R2 is lost, no money stays held.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ASK_AFTER_MS } from '../../../worker/ledger/reservation.ts';
import { stayInOneDay } from '../../stay-in-one-day.ts';
import { ask, type Heard, JSON_INLINE, nameOf, newPrompt, SSE_INLINE } from '../ask.ts';
import { type Effort, type Figure, many } from '../figures.ts';
import { awaitNothingOpen, type LedgerReport, type Ledgers, openOf, readLedgers, SETTLE_MS } from '../owner.ts';
import { type Peel, startPeel } from '../peel.ts';
import { type Prices, readPrices } from '../prices.ts';
import { quickerScript } from '../quicker.ts';
import { paidCalls, type Stage } from '../stage.ts';
import { storedObjects } from '../stored-objects.ts';
import { FEW_POINTS, KILL_POINTS, type KillPoint, type Look } from './kill-points.ts';

/** Shorter time after which the ledger asks a generation, in place of 30 s; the short proof does not wait longer. */
const QUICKER = { ASK_AFTER_MS: 2_000 };
/** Time for the generation to answer. It looks in R2 first. */
const GRACE_MS = 60_000;

interface Outcome {
  point: KillPoint;
  prompt: string;
  /** Whether R2 had all pictures of the answer after the kill. */
  wasStored: boolean;
  /** The answer to the repeated request. */
  heard: Heard;
  /** Reservations that the answer left open. */
  leftOpen: number;
}

type Cut = Pick<Outcome, 'point' | 'prompt' | 'wasStored'>;

export async function proveKill(stage: Stage, effort: Effort): Promise<Figure[]> {
  const points = effort === 'full' ? KILL_POINTS : FEW_POINTS;
  await stayInOneDay(points.length * 15_000);
  const prices = await readPrices(stage, '[[size:600KB]] [[delay:0000]]');
  const script = effort === 'full' ? stage.script : quickerScript(stage.script, QUICKER);
  const askAfterMs = effort === 'full' ? ASK_AFTER_MS : QUICKER.ASK_AFTER_MS;
  const peel = await startPeel(script, stage.upstream.url);
  try {
    const outcomes: Outcome[] = [];
    const hear = async (cut: Cut): Promise<void> => {
      const outcome = { ...cut, ...(await askAgain(peel, cut)) };
      outcomes.push(outcome);
      stage.say(`kill ${describe(stage, outcome)}`);
    };
    for (const point of points.filter(({ abandoned }) => !abandoned)) await hear(await cutShort(stage, peel, point));
    const abandoned: Cut[] = [];
    for (const point of points.filter((each) => each.abandoned)) abandoned.push(await cutShort(stage, peel, point));
    const leaks = await countLeaks(stage, peel, askAfterMs);
    for (const cut of abandoned) await hear(cut);
    return toFigures(stage, outcomes, leaks, unaccounted(outcomes, prices, await readLedgers(peel)));
  } finally {
    await peel.close();
  }
}

const waysOf = ({ form }: KillPoint) => (form === 'json' ? [JSON_INLINE, SSE_INLINE] : [SSE_INLINE, JSON_INLINE]);

/** Sends a request, kills the process at the point, inspects its storage, and restarts it. */
async function cutShort(stage: Stage, peel: Peel, point: KillPoint): Promise<Cut> {
  const prompt = newPrompt(point.words);
  const since = Date.now();
  const look: Look = {
    call: () => callsOf(stage, prompt)[0],
    stored: (folder) => storedObjects(peel.storage, folder, since).length,
  };
  await killWhile(peel, prompt, point, () => point.wait(look));
  const wasStored = look.stored('images') >= point.pictures;
  await peel.restart();
  if (point.thenAfterMs !== undefined) {
    await killWhile(peel, prompt, point, () => sleep(point.thenAfterMs));
    await peel.restart();
  }
  return { point, prompt, wasStored };
}

async function killWhile(peel: Peel, prompt: string, point: KillPoint, wait: () => Promise<void>): Promise<void> {
  const cut = ask(peel.url, prompt, waysOf(point)[0]).catch(() => undefined);
  await wait();
  await peel.kill();
  await cut;
}

/** Repeats the request in the other form, because a recovered answer must serve all forms. */
async function askAgain(peel: Peel, { point, prompt }: Cut): Promise<Pick<Outcome, 'heard' | 'leftOpen'>> {
  const before = new Set(openOf(await readLedgers(peel)).map(({ id }) => id));
  const heard = await ask(peel.url, prompt, waysOf(point)[1]);
  // A hit calls no object, so an open reservation of its run waits until the ledger asks.
  if (heard.cacheStatus === 'peel; hit') return { heard, leftOpen: 0 };
  const isNew = ({ id }: { id: string }): boolean => !before.has(id);
  return { heard, leftOpen: openOf(await awaitNothingOpen(peel, SETTLE_MS, isNew)).filter(isNew).length };
}

/**
 * Waits until the ledger may ask about the last reservation. The owner's report, which is read here, makes it ask.
 *
 * @returns How many reservations are open even then.
 */
async function countLeaks(stage: Stage, peel: Peel, askAfterMs: number): Promise<number> {
  const open = openOf(await readLedgers(peel));
  if (open.length > 0) stage.say(`kill: up to ${(askAfterMs + GRACE_MS) / 1000} s for ${many(open.length, 'hold')}`);
  return openOf(await awaitNothingOpen(peel, askAfterMs + GRACE_MS)).length;
}

/** Number of paid calls without money and of sums without a call, in the worse ledger. */
function unaccounted(outcomes: readonly Outcome[], { cost, worst }: Prices, { site, deployment }: Ledgers): number {
  const priceOf = ({ heard }: Outcome): number =>
    heard.picture ? cost : heard.reason === 'OUTCOME_UNKNOWN' ? worst : 0;
  const due = outcomes.reduce((sum, outcome) => sum + priceOf(outcome), 0);
  const pictures = outcomes.filter(({ heard }) => heard.picture).length;
  const calls = ({ settledMicros, heldMicros }: LedgerReport): number => {
    const rest = settledMicros + heldMicros - due;
    // A picture without usage, because its answer was cut off, is settled at its hold.
    const withoutUsage = Math.min(Math.max(Math.round(rest / (worst - cost)), 0), pictures);
    // Prompts differ by a few bytes, and prices by a few micro-dollars.
    return Math.abs(Math.round((rest - withoutUsage * (worst - cost)) / cost));
  };
  return Math.max(calls(site), calls(deployment));
}

const callsOf = (stage: Stage, prompt: string) => paidCalls(stage, nameOf(prompt));

/** A picture, or the statement that the outcome is unknown. */
const isRight = ({ heard }: Outcome): boolean => heard.picture !== undefined || heard.reason === 'OUTCOME_UNKNOWN';

function describe(stage: Stage, outcome: Outcome): string {
  const { point, prompt, wasStored, heard, leftOpen } = outcome;
  return [
    `${point.name}, ${point.form}${point.thenAfterMs === undefined ? '' : ', twice'}:`,
    `${many(callsOf(stage, prompt).length, 'call')},`,
    `${wasStored ? 'in R2' : 'not in R2'},`,
    heard.picture ? `picture (${heard.cacheStatus}),` : `${heard.status} ${heard.reason},`,
    `${leftOpen} left open`,
  ].join(' ');
}

function toFigures(stage: Stage, outcomes: readonly Outcome[], leaks: number, unknown: number): Figure[] {
  const calls = (outcome: Outcome): number => callsOf(stage, outcome.prompt).length;
  const twice = outcomes.reduce((sum, outcome) => sum + Math.max(0, calls(outcome) - 1), 0);
  const stored = outcomes.filter(({ wasStored }) => wasStored);
  const lost = stored.filter(({ heard }) => heard.picture === undefined);
  const open = outcomes.reduce((sum, { leftOpen }) => sum + leftOpen, 0) + leaks;
  const wrong = outcomes.filter((outcome) => !isRight(outcome));
  const paid = outcomes.filter((outcome) => calls(outcome) > 0);
  const on = `SIGKILL at ${many(outcomes.length, 'point')} of a generation`;
  const count = (promise: string, found: number, measuredOn: string): Figure => ({
    promise,
    figure: `${found}`,
    measuredOn,
    holds: found === 0,
  });
  return [
    count('Paid calls made again after a crash', twice, `${on}, ${paid.length} with a call upstream`),
    count('Pictures lost whose bytes were in R2', lost.length, `${on}, ${stored.length} with the picture in R2`),
    count('Reservations open after the ledger has asked about them', open, on),
    count('Paid calls unknown to a ledger, or money for none', unknown, `${on}, ${paid.length} with a call upstream`),
    count('Answers after a crash but the picture or `OUTCOME_UNKNOWN`', wrong.length, on),
  ];
}
