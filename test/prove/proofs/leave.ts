/**
 * Promise 4 (ARCHITECTURE.md#the-six-promises) against callers that leave: the connection is reset at many moments
 * after the dispatch. The run finishes, the picture is stored, and the same request joins or is a hit.
 */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedRequest } from '../../upstream/recorder.ts';
import { ask, bodyOf, type Heard, nameOf, newPrompt, requestOf, WAYS, type Way } from '../ask.ts';
import { type Effort, type Figure, many } from '../figures.ts';
import type { Peel } from '../peel.ts';
import { paidCalls, type Stage, until } from '../stage.ts';

interface Departure {
  way: Way;
  /** Words for the fake upstream. */
  words: string;
  /** Delay after the call reached upstream. */
  afterMs: number;
  /** Number of other callers with the same request, which stay. */
  others: number;
}

const OTHERS = 20;

/** During thinking, during the answer, and about when the picture is stored; alone and among others. */
const DEPARTURES: readonly Departure[] = [0, 20, 300, 900, 1200, 1600, 2000, 2300, 2500, 2600].flatMap((afterMs, i) =>
  [0, OTHERS].map(
    (others, k): Departure => ({
      way: WAYS[(i + k) % WAYS.length] as Way,
      words: `[[delay:1000]] [[size:${i % 2 === 0 ? '600KB' : '8MB'}]] [[drip:${i % 2 === 0 ? 400e3 : 16e6 / 3}]]`,
      afterMs,
      others,
    }),
  ),
);
const FEW = [0, 5, 10, 17].map((i) => DEPARTURES[i] as Departure);

interface Outcome {
  calls: readonly RecordedRequest[];
  /** Answers to the callers that stayed, and to one that asked right after the reset. */
  stayed: Heard[];
  /** Answer to a request after the run. */
  late: Heard;
}

export async function proveLeave(stage: Stage, effort: Effort): Promise<Figure[]> {
  const departures = effort === 'full' ? DEPARTURES : FEW;
  const outcomes = await stage.withPeel({}, async (peel) => {
    const outcomes: Outcome[] = [];
    for (const departure of departures) {
      const outcome = await playDeparture(stage, peel, departure);
      const heard = [outcome.late, ...outcome.stayed].map(({ cacheStatus, reason }) => reason ?? cacheStatus);
      stage.say(`leave after ${departure.afterMs} ms, ${departure.way.form}: ${[...new Set(heard)].join(', ')}`);
      outcomes.push(outcome);
    }
    return outcomes;
  });
  const all = outcomes.map(({ stayed, late }) => [...stayed, late]);
  const ended = outcomes.filter(({ calls }) => calls.length === 1 && calls[0]?.state === 'sent').length;
  const lost = all.flat().filter(({ picture }) => picture === undefined).length;
  const same = all.every((heard) => new Set(heard.map(({ picture }) => picture)).size === 1);
  const missed = outcomes.filter(({ late }) => late.cacheStatus !== 'peel; hit').length;
  const measuredOn = `${many(outcomes.length, 'reset connection')} after dispatch, half of them among ${OTHERS} who stay`;
  return [
    {
      promise: 'Runs that ended with one paid call after their caller left',
      figure: `${ended} of ${outcomes.length}`,
      measuredOn,
      holds: ended === outcomes.length,
    },
    {
      promise: 'Pictures lost because somebody left',
      figure: `${lost}`,
      measuredOn: `${measuredOn}; ${many(all.flat().length, 'answer')}`,
      holds: lost === 0 && same,
    },
    { promise: 'Those who come back and find no kept picture', figure: `${missed}`, measuredOn, holds: missed === 0 },
  ];
}

async function playDeparture(stage: Stage, peel: Peel, { way, words, afterMs, others }: Departure): Promise<Outcome> {
  const prompt = newPrompt(words);
  const calls = () => paidCalls(stage, nameOf(prompt));
  const leave = sendAndLeave(peel, prompt, way);
  const stayed = Array.from({ length: others }, (_, i) => ask(peel.url, prompt, WAYS[i % WAYS.length]));
  await until('the call reaches upstream', () => calls().length > 0);
  await sleep(afterMs);
  await leave();
  // Long enough for workerd to notice the reset.
  await sleep(100);
  stayed.push(ask(peel.url, prompt, way));
  await until('upstream has said all', () => calls().every(({ state }) => state !== 'open'));
  const heard = await Promise.all(stayed);
  return { calls: calls(), stayed: heard, late: await ask(peel.url, prompt, way) };
}

/** @returns A function that resets the connection; workerd notices no other disconnect. */
function sendAndLeave(peel: Peel, prompt: string, way: Way): () => Promise<void> {
  const { path, headers } = requestOf(way);
  const outgoing = httpRequest(peel.url + path, { method: 'POST', agent: false, headers });
  // The reset is intended, so its error is ignored.
  outgoing.on('error', () => undefined);
  outgoing.on('response', (response) => response.on('error', () => undefined).resume());
  outgoing.end(bodyOf(prompt));
  return async () => {
    const { socket } = outgoing;
    if (!socket || socket.destroyed) return;
    const closed = once(socket, 'close');
    socket.resetAndDestroy();
    await closed;
  };
}
