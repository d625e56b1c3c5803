/**
 * An answer that is still being made, as a stream: text and thoughts pass at once, the unit that holds a picture
 * follows when the picture is stored. Comments keep the connection open meanwhile, and an error after the headers is
 * one more event.
 */

import type { Failure } from '../domain/failure.ts';
import { toWire } from '../domain/wire-error.ts';
import { createDeriver } from '../gemini/forms.ts';
import type { Chunk } from '../gemini/skeleton.ts';
import { splice } from '../gemini/splice.ts';
import { errorEvent, HEARTBEAT } from '../gemini/sse.ts';
import type { Log } from '../log.ts';
import type { GenerationEvent } from '../ports.ts';
import type { PictureDelivery, Pictures, Wanted } from './delivery.ts';

export const HEARTBEAT_MS = 10_000;

export interface LiveOptions {
  delivery: PictureDelivery;
  wanted: Wanted;
  log: Log;
  /** The caller asked, and did not join: pictures that the provider takes back are deleted when it has them. */
  isAsker?: boolean;
}

export type Step = GenerationEvent | 'quiet';

/** Reads events and says when there is none for a while. One reader, so that peeked events are not lost. */
export function createEventReader(events: AsyncIterable<GenerationEvent>, pause: (ms: number) => Promise<unknown>) {
  const iterator = events[Symbol.asyncIterator]();
  let pending: Promise<IteratorResult<GenerationEvent>> | undefined;
  return {
    /** @returns The next event, `quiet` where none came in time, undefined at the end. */
    async next(quietMs: number): Promise<Step | undefined> {
      pending ??= iterator.next();
      const result = await Promise.race([pending, pause(quietMs).then(() => 'quiet' as const)]);
      if (result === 'quiet') return 'quiet';
      pending = undefined;
      return result.done ? undefined : result.value;
    },
    cancel: async () => void (await iterator.return?.()),
  };
}

export type EventReader = ReturnType<typeof createEventReader>;

/**
 * @param first An event that was already read, to know that headers may be sent.
 * @returns The body; its reader's pace holds back nobody but himself.
 */
export function answerLive(first: Step, events: EventReader, options: LiveOptions): ReadableStream<Uint8Array> {
  const { readable, writable } = new IdentityTransformStream();
  pump(first, events, writable, options).catch(async (error) => {
    // Mostly the reader went away, which ends the writing; the run is not ours and goes on.
    options.log('live_answer_ended', { error: String(error) });
    await Promise.allSettled([events.cancel(), writable.abort(error)]);
  });
  return readable;
}

async function pump(
  first: Step,
  events: EventReader,
  writable: WritableStream<Uint8Array>,
  { delivery, wanted, log, isAsker }: LiveOptions,
): Promise<void> {
  let deriver: ReturnType<typeof createDeriver> | undefined;
  let pictures: Pictures = { id: '', images: [] };
  let begun = false;

  async function send(chunks: Chunk[]): Promise<void> {
    for (const chunk of chunks) {
      begun = true;
      const segments = wanted.delivery === 'link' ? delivery.link(chunk, pictures, wanted) : chunk;
      await splice(segments, delivery.open(pictures.id)).pipeTo(writable, { preventClose: true });
    }
  }

  for (let step: Step | undefined = first; step !== undefined; step = await events.next(HEARTBEAT_MS)) {
    if (step === 'quiet') {
      await write(writable, wanted.form === 'sse' ? HEARTBEAT : '\n');
    } else if (step.type === 'started') {
      pictures = { id: step.id, images: [] };
      deriver = createDeriver(step.form, wanted.form);
    } else if (step.type === 'chunk') {
      pictures = { id: pictures.id, images: step.images };
      await send(deriver?.push(step.chunk) ?? []);
    } else if (step.type === 'done') {
      await send(deriver?.end() ?? []);
      if (step.isWithdrawn && isAsker) {
        await delivery.takeBack(pictures.id).catch((error) => log('take_back_failed', { error: String(error) }));
      }
    } else if (step.type === 'failed') {
      await write(writable, failureUnit(step.failure, wanted.form, begun));
    }
  }
  await writable.close();
}

/** After the headers an error is one more unit, which the SDK raises as an `ApiError`. */
function failureUnit(failure: Failure, form: Wanted['form'], begun: boolean): string {
  const { body } = toWire(failure);
  if (form === 'sse') return errorEvent(body);
  return `${begun ? ',' : '['}${JSON.stringify(body)}]`;
}

async function write(writable: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = writable.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
  } finally {
    writer.releaseLock();
  }
}
