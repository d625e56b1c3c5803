/**
 * Binding calls that never answer, one after the other. The caller gets a true answer within the call's bound and no
 * money stays held. When the call works again, the same request is answered as usual.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Heard, JSON_INLINE, nameOf, newPrompt } from '../ask.ts';
import type { Fault } from '../fault.ts';
import { faultyScript, setFaults } from '../faulty.ts';
import { type Effort, type Figure, many } from '../figures.ts';
import { awaitNothingOpen, openOf } from '../owner.ts';
import { type Peel, startPeel } from '../peel.ts';
import { quickerScript } from '../quicker.ts';
import { paidCalls, type Stage } from '../stage.ts';

/** Shorter bounds, in place of 8, 8 and 15 s. */
const QUICKER = { OBJECT_MS: 600, READ_MS: 600, WRITE_MS: 1_000 };
/** Limit for an answer: several bounds in a row and a retry. A test may share its machine. */
const WORD_MS: Record<Effort, number> = { full: 12_000, short: 60_000 };
const HEALED_MS = 60_000;

interface Hang {
  fault: Fault;
  /** The call comes before the dispatch: the answer is an uncharged refusal, or a picture without the call. */
  isBefore?: true;
  words?: string;
}

const hang = (call: string, about?: string, times?: number): Fault => ({
  ...{ call, does: 'hang' },
  ...(about !== undefined && { about }),
  ...(times !== undefined && { times }),
});

const LARGE = '[[size:8MB]]';

const HANGS: readonly Hang[] = [
  // Before all others: only the first reservation of a site that stays alone asks the deployment's ledger.
  { fault: hang('LEDGER.draw', 'deployment'), isBefore: true },
  { fault: hang('BUCKET.get', '/manifests/'), isBefore: true },
  { fault: hang('GENERATION.ask'), isBefore: true },
  { fault: hang('LEDGER.reserve', 'site:'), isBefore: true },
  { fault: hang('KV.get'), isBefore: true },
  { fault: hang('KV.put') },
  { fault: hang('LEDGER.settle') },
  { fault: hang('BUCKET.put', '/images/', 1) },
  { fault: hang('BUCKET.put', '/manifests/', 1) },
  { fault: hang('BUCKET.put', '/manifests/') },
  { fault: hang('BUCKET.get', '/images/', 1) },
  { fault: hang('BUCKET.createMultipartUpload', undefined, 1), words: LARGE },
  { fault: hang('BUCKET.uploadPart', undefined, 1), words: LARGE },
  { fault: hang('BUCKET.complete', undefined, 1), words: LARGE },
];
const CHOSEN: Record<Effort, readonly Hang[]> = { full: HANGS, short: [HANGS[0]!, HANGS[1]!, HANGS[3]!, HANGS[9]!] };

interface Outcome extends Hang {
  prompt: string;
  first: Heard | undefined;
  healed: Heard | undefined;
  open: number;
}

export async function proveHang(stage: Stage, effort: Effort): Promise<Figure[]> {
  const script = quickerScript(await faultyScript(stage), QUICKER);
  const peel = await startPeel(script, stage.upstream.url);
  const outcomes: Outcome[] = [];
  try {
    for (const each of CHOSEN[effort]) {
      const outcome = await playHang(peel, each, WORD_MS[effort]);
      outcomes.push(outcome);
      stage.say(`hang ${describe(stage, outcome)}`);
    }
  } finally {
    await peel.close();
  }
  const silent = outcomes.filter(({ first }) => first === undefined);
  const untrue = outcomes.filter((outcome) => !isTrue(outcome));
  const locked = outcomes.filter(({ healed }) => healed === undefined);
  const twice = outcomes.filter(({ prompt }) => paidCalls(stage, nameOf(prompt)).length !== 1);
  const open = outcomes.reduce((sum, outcome) => sum + outcome.open, 0);
  const count = (promise: string, found: number): Figure => ({
    promise,
    figure: `${found}`,
    measuredOn: `${many(outcomes.length, 'call')} of R2, KV and objects that never answer, before and after dispatch`,
    holds: found === 0,
  });
  return [
    count('Callers without a true word within the bound of a call that hangs', silent.length + untrue.length),
    count('Requests still locked when it answers again', locked.length),
    count('Requests paid more than once, or money still held', twice.length + open),
  ];
}

async function playHang(peel: Peel, each: Hang, wordMs: number): Promise<Outcome> {
  const prompt = newPrompt(each.words);
  await setFaults(peel, [each.fault]);
  const first = await within(wordMs, ask(peel.url, prompt));
  await setFaults(peel, []);
  const healed = await within(HEALED_MS, askUntilDrawn(peel, prompt));
  const open = openOf(await awaitNothingOpen(peel)).length;
  return { ...each, prompt, first, healed, open };
}

async function askUntilDrawn(peel: Peel, prompt: string): Promise<Heard> {
  for (;;) {
    const heard = await ask(peel.url, prompt, JSON_INLINE);
    if (heard.picture !== undefined) return heard;
    await sleep(500);
  }
}

const within = <T>(ms: number, promise: Promise<T>): Promise<T | undefined> =>
  Promise.race([promise.catch(() => undefined), sleep(ms).then(() => undefined)]);

/** True for a picture or an error; before the dispatch it must be an uncharged 503 with a time to retry. */
function isTrue({ first, isBefore }: Outcome): boolean {
  if (!first || first.picture !== undefined) return true;
  return isBefore ? first.status === 503 && first.retryAfter !== undefined : first.status >= 500;
}

function describe(stage: Stage, { fault, first, healed, open, prompt }: Outcome): string {
  const name = [fault.call, fault.about, fault.times && 'once'].filter(Boolean).join(' ');
  const heard = (each: Heard | undefined) => each && `${each.status} ${each.reason ?? each.cacheStatus}`;
  return `${name}: ${heard(first) ?? 'NO WORD'}, then ${heard(healed) ?? 'LOCKED'}; ${many(paidCalls(stage, nameOf(prompt)).length, 'call')}, ${open} open`;
}
