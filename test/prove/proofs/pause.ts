/**
 * The owner's pause switch under load. Five seconds after its acknowledgement no paid call is sent, waiting retries
 * included. Stored answers are still served, and paid calls resume after the pause.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Heard, newPrompt } from '../ask.ts';
import { type Effort, type Figure, many } from '../figures.ts';
import { setPaused } from '../owner.ts';
import type { Peel } from '../peel.ts';
import { paidCalls, type Stage, until } from '../stage.ts';

interface Pause {
  scope: 'site' | 'deployment';
  /** Requests that wait for a retry after a 429; their key pauses for all other requests too. */
  sleepers: number;
}

const PAUSES: Record<Effort, readonly Pause[]> = {
  full: [0, 20].flatMap((sleepers) => [
    { scope: 'site', sleepers },
    { scope: 'deployment', sleepers },
  ]),
  short: [{ scope: 'site', sleepers: 20 }],
};

/** A pause holds everywhere within this time (docs/money.md#where-it-stands-and-how-to-stop-it). */
const PAUSE_MS = 5000;
/** Longer than PAUSE_MS: a retry that waits when the pause begins would wake while it holds. */
const RETRY_SECONDS = 7;
/** How much later a call may arrive: in a test, so many times what its machine takes for a hit at that time. */
const SLACK_HITS: Record<Effort, number> = { full: 0, short: 5 };
/** From the end of a pause to the next paid call. */
const MOST_RESUMED_MS: Record<Effort, number> = { full: PAUSE_MS + 1000, short: 60_000 };
const WATCHED_MS = (RETRY_SECONDS + 3) * 1000;
const EVERY_MS = 50;

interface Outcome {
  requests: number;
  /** When the last paid call arrived, in milliseconds after the pause was acknowledged. */
  lastCallMs: number;
  lateCalls: number;
  /** New requests during the pause with any answer but `SITE_PAUSED`. */
  wrong: Heard[];
  hits: Heard[];
  /** Longest time from the request of a hit to its last byte. */
  slowestHitMs: number;
  /** Milliseconds from the end of the pause to the next paid call. */
  resumedMs: number;
}

export async function provePause(stage: Stage, effort: Effort): Promise<Figure[]> {
  const outcomes: Outcome[] = [];
  for (const pause of PAUSES[effort]) {
    const outcome = await stage.withPeel({}, (peel) => playPause(stage, peel, pause));
    stage.say(`pause of the ${pause.scope}: last call after ${outcome.lastCallMs.toFixed()} ms`);
    outcomes.push(outcome);
  }
  const sum = (pick: (outcome: Outcome) => number): number => outcomes.reduce((all, each) => all + pick(each), 0);
  const last = Math.max(0, ...outcomes.map(({ lastCallMs }) => lastCallMs));
  const resumed = Math.max(...outcomes.map(({ resumedMs }) => resumedMs));
  const hits = outcomes.flatMap((outcome) => outcome.hits);
  const badHits = hits.filter(({ cacheStatus, picture }) => cacheStatus !== 'peel; hit' || !picture).length;
  const wrong = outcomes.flatMap((outcome) => outcome.wrong.map(({ status, reason }) => `(${status} ${reason})`));
  const on = `${many(outcomes.length, 'pause')} under ${1000 / EVERY_MS} new requests a second, ${many(
    sum(({ requests }) => requests),
    'request',
  )}`;
  return [
    {
      promise: `Paid calls later than ${PAUSE_MS / 1000} s after a pause`,
      figure: `${sum(({ lateCalls }) => lateCalls)}`,
      measuredOn: `${on}; the last came after ${(last / 1000).toFixed(2)} s`,
      holds: outcomes.every(
        ({ lastCallMs, slowestHitMs }) => lastCallMs <= PAUSE_MS + SLACK_HITS[effort] * slowestHitMs,
      ),
    },
    {
      promise: 'Kept answers refused while paused',
      figure: `${badHits}`,
      measuredOn: many(hits.length, 'hit'),
      holds: badHits === 0,
    },
    {
      promise: 'Refusals while paused that do not say so',
      figure: [wrong.length, ...new Set(wrong)].join(' '),
      measuredOn: on,
      holds: wrong.length === 0,
    },
    {
      promise: 'From the end of a pause to the next paid call',
      figure: `${(resumed / 1000).toFixed(2)} s`,
      measuredOn: on,
      holds: resumed <= MOST_RESUMED_MS[effort],
    },
  ];
}

async function playPause(stage: Stage, peel: Peel, { scope, sleepers }: Pause): Promise<Outcome> {
  const kept = newPrompt('[[size:tiny]]');
  await ask(peel.url, kept);
  const load = startLoad(peel);
  const hits: Promise<Heard>[] = [];
  let slowestHitMs = 0;
  await sleep(2000);
  for (let i = 0; i < sleepers; i += 1) load.ask(`[[error:429_quota]] [[retry:${RETRY_SECONDS}s]]`);
  if (sleepers > 0) {
    await until('one is asleep', () => paidCalls(stage, load.name).some(({ status }) => status === 429));
  }

  await setPaused(peel, scope, true);
  const pausedAt = now();
  while (now() < pausedAt + WATCHED_MS) {
    const since = now();
    const hit = ask(peel.url, kept).then((heard) => {
      slowestHitMs = Math.max(slowestHitMs, now() - since);
      return heard;
    });
    hits.push(hit);
    await sleep(250);
  }
  const calls = paidCalls(stage, load.name).map(({ at }) => at);
  const inForce = load.asked.filter(({ at }) => at > pausedAt + PAUSE_MS);

  await Promise.all(hits);
  const endsAt = now();
  await setPaused(peel, scope, false);
  const resumedAt = now();
  const wentOn = () => paidCalls(stage, load.name).find(({ at }) => at > resumedAt);
  await until('something goes up again', () => wentOn() !== undefined, { withinMs: 60_000 });
  await load.stop();
  // A busy machine may answer others after the end.
  const refused = (await Promise.all(inForce.map(({ heard }) => heard))).filter(
    ({ at }) => performance.timeOrigin + at < endsAt,
  );
  return {
    requests: load.asked.length,
    lastCallMs: Math.max(...calls) - pausedAt,
    lateCalls: calls.filter((at) => at > pausedAt + PAUSE_MS).length,
    wrong: refused.filter(({ status, reason }) => status !== 503 || reason !== 'SITE_PAUSED'),
    hits: await Promise.all(hits),
    slowestHitMs,
    resumedMs: (wentOn()?.at ?? Infinity) - resumedAt,
  };
}

/** Unix milliseconds with fractions, on the fake upstream's clock. */
const now = (): number => performance.timeOrigin + performance.now();

/**
 * Sends new requests at a steady pace and ignores failures. Upstream answers every eighth with a 429; the key then
 * pauses, so the other requests wait too, and all of them wake during the pause.
 */
function startLoad(peel: Peel) {
  const name = `load ${newPrompt().trim()}`;
  const asked: { at: number; heard: Promise<Heard> }[] = [];
  const askOne = (words: string): void => {
    asked.push({ at: now(), heard: ask(peel.url, newPrompt(`${name} [[size:tiny]] ${words}`)) });
  };
  const timer = setInterval(() => askOne('[[delay:200]]'), EVERY_MS);
  return {
    name,
    asked,
    /** Sends one more request. */
    ask: askOne,
    async stop(): Promise<void> {
      clearInterval(timer);
      await Promise.all(asked.map(({ heard }) => heard));
    },
  };
}
