/**
 * Providers that fall silent in the middle of a picture, and a slow R2: neither may delay other callers. The proof uses
 * real sockets, because the delay depends on the kernel's buffers.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRawUpstream, writeRaw } from '../../upstream/raw-socket.ts';
import { ask, nameOf, newPrompt, SSE_INLINE } from '../ask.ts';
import { faultyScript, setFaults } from '../faulty.ts';
import { type Effort, type Figure, many } from '../figures.ts';
import { type Peel, startPeel } from '../peel.ts';
import { type Stage, until } from '../stage.ts';
import { cuttableAnswer } from './cut-answers.ts';

const STALLED_BYTES = 8_000_000;
const STALLED_FOR_MS = 1_500;
const QUICK_BYTES = 600_000;
const QUICK = 5;
const STALLED: Record<Effort, readonly number[]> = { full: [6, 20], short: [8] };
/** Limit from a quick provider's last byte to its caller's last; generous, because a test may share its machine. */
const MAX_BEHIND_MS: Record<Effort, number> = { full: 1_000, short: 60_000 };

/** R2 takes this long for each picture. */
const SLOW_PUT_MS = 3_000;
const IN_LINE = 40;
const IN_LINE_BYTES = 100_000;
const APART_MS = 200;
/** Limit for requests that overtake earlier ones. */
const MAX_OVERTAKEN = 5;

export async function proveStall(stage: Stage, effort: Effort): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of STALLED[effort]) figures.push(await behindStalled(stage, count, MAX_BEHIND_MS[effort]));
  if (effort === 'full') figures.push(await inLine(stage));
  return figures;
}

interface Sent {
  prompt: string;
  isStalled: boolean;
  bytes: number;
  sentAt?: number;
}

/** A provider whose answers depend on the prompt. */
const createProvider = (all: readonly Sent[]) =>
  createRawUpstream(async (body, socket) => {
    const one = all.find(({ prompt }) => body.includes(nameOf(prompt)));
    if (!one) throw new Error('no such request was made');
    const answer = cuttableAnswer(body.includes('stream') ? 'sse' : 'json', one.bytes, nameOf(one.prompt));
    await writeRaw(socket, {
      contentType: answer.contentType,
      bytes: one.isStalled ? answer.bytes.subarray(0, answer.afterPicture >> 1) : answer.bytes,
      ending: one.isStalled ? 'silence' : 'well',
      onSent: () => {
        one.sentAt = performance.now();
      },
    });
  });

async function behindStalled(stage: Stage, count: number, maxMs: number): Promise<Figure> {
  const send = (isStalled: boolean, bytes: number): Sent => ({ prompt: newPrompt(), isStalled, bytes });
  const stalled = Array.from({ length: count }, () => send(true, STALLED_BYTES));
  const quick = Array.from({ length: QUICK }, () => send(false, QUICK_BYTES));
  const upstream = await createProvider([...stalled, ...quick]);
  const peel = await startPeel(stage.script, upstream.url);
  try {
    const waiting = stalled.map(({ prompt }) => ask(peel.url, prompt).catch(() => undefined));
    await until('all have stalled', () => stalled.every(({ sentAt }) => sentAt !== undefined));
    await sleep(STALLED_FOR_MS);
    const behind = await Promise.all(
      quick.map(async (one) => {
        const { picture } = await ask(peel.url, one.prompt);
        return picture === undefined ? Number.POSITIVE_INFINITY : performance.now() - (one.sentAt ?? 0);
      }),
    );
    await upstream.close();
    await Promise.all(waiting);
    const slowest = Math.max(...behind);
    stage.say(`stall: the slowest of ${QUICK} behind ${count} came ${slowest.toFixed()} ms after its last byte`);
    return {
      promise: 'From a provider’s last byte to its caller’s, while others stall',
      figure: `${slowest.toFixed()} ms`,
      measuredOn: `${many(QUICK, 'picture')} behind ${count} answers that stopped in the middle of theirs`,
      holds: slowest <= maxMs,
    };
  } finally {
    await peel.close();
  }
}

/** Requests are served in the order of their arrival. */
async function inLine(stage: Stage): Promise<Figure> {
  const all = Array.from(
    { length: IN_LINE },
    (): Sent => ({ prompt: newPrompt(), isStalled: false, bytes: IN_LINE_BYTES }),
  );
  const upstream = await createProvider(all);
  const peel = await startPeel(await faultyScript(stage), upstream.url);
  const ends: number[] = [];
  const one = async (peel: Peel, place: number): Promise<boolean> => {
    await sleep(place * APART_MS);
    const { picture } = await ask(peel.url, all[place]!.prompt, SSE_INLINE);
    ends.push(place);
    return picture !== undefined;
  };
  try {
    await setFaults(peel, [{ call: 'BUCKET.put', about: '/images/', does: { waitMs: SLOW_PUT_MS } }]);
    const drawn = await Promise.all(all.map((_, place) => one(peel, place)));
    const overtaken = Math.max(...ends.map((place, end) => Math.abs(place - end)));
    stage.say(`stall: ${overtaken} places off in a line of ${IN_LINE}`);
    return {
      promise: 'Places between the order of arrival and of end, at most',
      figure: `${overtaken}`,
      measuredOn: `${many(IN_LINE, 'picture')} while R2 takes ${SLOW_PUT_MS / 1000} s for each`,
      holds: overtaken <= MAX_OVERTAKEN && drawn.every(Boolean),
    };
  } finally {
    await peel.close();
    await upstream.close();
  }
}
