/**
 * Promises 2, 3 and 4 against a crash: the workerd process is killed at many moments of a generation and started again
 * on the same storage. Nothing is paid for twice, no picture that R2 had is lost, no money stays held.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Heard, JSON_INLINE, nameOf, newPrompt, SSE_INLINE } from './ask.ts';
import { dollars, type Effort, type Figure, many } from './figures.ts';
import { FEW_POINTS, KILL_POINTS, type KillPoint } from './kill-points.ts';
import { awaitNothingOpen, openOf, readLedgers } from './owner.ts';
import type { Peel } from './peel.ts';
import { paidCalls, type Stage, stayInOneDay } from './stage.ts';
import { storedPictures } from './stored-pictures.ts';

/** Past a lease the ledger asks the generation; so long may that take. */
const GRACE_MS = 30_000;

interface Outcome {
  point: KillPoint;
  prompt: string;
  /** R2 had all pictures of the answer when the process was gone. */
  wasStored: boolean;
  /** What the same request heard afterwards. */
  heard: Heard;
  /** Micro-dollars that both ledgers settled for it. */
  settled: number;
  /** Reservations that stayed open after its answer. */
  leftOpen: number;
}

type Cut = Pick<Outcome, 'point' | 'prompt' | 'wasStored'>;

export async function proveKill(stage: Stage, effort: Effort): Promise<Figure[]> {
  const points = effort === 'full' ? KILL_POINTS : FEW_POINTS;
  await stayInOneDay(points.length * 15_000);
  return stage.withPeel({}, async (peel) => {
    const outcomes: Outcome[] = [];
    const hear = async (cut: Cut, settledBefore: number): Promise<void> => {
      const outcome = { ...cut, ...(await askAgain(peel, cut, settledBefore)) };
      outcomes.push(outcome);
      stage.say(`kill ${describe(stage, outcome)}`);
    };
    for (const point of points.filter(({ abandoned }) => !abandoned)) {
      const settledBefore = await settledOf(peel);
      await hear(await cutShort(stage, peel, point), settledBefore);
    }
    // Last, because what the ledgers do with these falls into anybody's time.
    const settledBefore = await settledOf(peel);
    const abandoned: Cut[] = [];
    for (const point of points.filter((each) => each.abandoned)) abandoned.push(await cutShort(stage, peel, point));
    const leaks = await countLeaks(stage, peel);
    for (const cut of abandoned) await hear(cut, settledBefore);
    return toFigures(stage, outcomes, leaks);
  });
}

const waysOf = ({ form }: KillPoint) => (form === 'json' ? [JSON_INLINE, SSE_INLINE] : [SSE_INLINE, JSON_INLINE]);

/** Asks, kills the process at the point, looks at what it left, and starts it again. */
async function cutShort(stage: Stage, peel: Peel, point: KillPoint): Promise<Cut> {
  const prompt = newPrompt(point.words);
  const since = Date.now();
  await killWhile(peel, prompt, point, () => point.wait(() => callsOf(stage, prompt)[0]));
  const wasStored = storedPictures(peel.storage, since).length >= point.pictures;
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

/** In the other form: what is kept of a cut run must serve all of them. */
async function askAgain(peel: Peel, { point, prompt }: Cut, settledBefore: number) {
  const heard = await ask(peel.url, prompt, waysOf(point)[1]);
  const open = openOf(await awaitNothingOpen(peel));
  return { heard, leftOpen: open.length, settled: (await settledOf(peel)) - settledBefore };
}

/** Waits for the last lease to end. @returns How many reservations are open even then. */
async function countLeaks(stage: Stage, peel: Peel): Promise<number> {
  const open = openOf(await readLedgers(peel));
  const lastLease = Math.max(0, ...open.map(({ leaseUntil }) => leaseUntil));
  const waitMs = Math.max(0, lastLease - Date.now()) + GRACE_MS;
  if (open.length > 0) stage.say(`kill: up to ${(waitMs / 1000).toFixed()} s for ${many(open.length, 'lease')} to end`);
  return openOf(await awaitNothingOpen(peel, waitMs)).length;
}

async function settledOf(peel: Peel): Promise<number> {
  const { site, deployment } = await readLedgers(peel);
  return Math.min(site.settledMicros, deployment.settledMicros);
}

const callsOf = (stage: Stage, prompt: string) => paidCalls(stage, nameOf(prompt));

/** The picture, or the honest word that nobody knows. */
const isRight = ({ heard }: Outcome): boolean => heard.picture !== undefined || heard.reason === 'OUTCOME_UNKNOWN';

function describe(stage: Stage, outcome: Outcome): string {
  const { point, prompt, wasStored, heard, settled, leftOpen } = outcome;
  return [
    `${point.name}, ${point.form}${point.thenAfterMs === undefined ? '' : ', twice'}:`,
    `${many(callsOf(stage, prompt).length, 'call')},`,
    `${wasStored ? 'in R2' : 'not in R2'},`,
    heard.picture ? `picture (${heard.cacheStatus}),` : `${heard.status} ${heard.reason},`,
    `${dollars(settled)}, ${leftOpen} open`,
  ].join(' ');
}

function toFigures(stage: Stage, outcomes: readonly Outcome[], leaks: number): Figure[] {
  const calls = (outcome: Outcome): number => callsOf(stage, outcome.prompt).length;
  const twice = outcomes.reduce((sum, outcome) => sum + Math.max(0, calls(outcome) - 1), 0);
  const stored = outcomes.filter(({ wasStored }) => wasStored);
  const lost = stored.filter(({ heard }) => heard.picture === undefined);
  const open = outcomes.reduce((sum, { leftOpen }) => sum + leftOpen, 0) + leaks;
  const unknown = outcomes.filter((outcome) => calls(outcome) > 0 && outcome.settled <= 0);
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
    count('Reservations open after their lease', open, on),
    count('Paid calls that the ledger does not know of', unknown.length, `${on}, ${paid.length} with a call upstream`),
    count('Answers after a crash but the picture or `OUTCOME_UNKNOWN`', wrong.length, on),
  ];
}
