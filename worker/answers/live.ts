/**
 * An answer that is still being made, as a stream: text and thoughts pass at once, the unit that holds a picture
 * follows when the picture is stored. White space keeps the connection open meanwhile, and an error after the headers
 * is one more unit.
 */
import { createDeriver, type Deriver } from '../gemini/forms/forms.ts';
import { writeJson } from '../gemini/forms/payload.ts';
import { createEventLine } from '../gemini/forms/sse.ts';
import type { Chunk } from '../gemini/lift/skeleton.ts';
import { splice } from '../gemini/lift/splice.ts';
import type { GenerationEvent } from '../generation/job.ts';
import { toWire } from '../http/wire-error.ts';
import type { Form } from '../request/target.ts';
import type { Failure } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import type { PictureDelivery, Pictures, Wanted } from './delivery.ts';

/** How long words wait for what may have to be joined to them: no reader sees it, and an end mostly comes with its words. */
const WORDS_WAIT_MS = 20;

/**
 * How long a picture waits for the end of its answer. A provider that falls silent after it would else keep it from its
 * caller until the deadline; the end is then told by itself.
 */
const PICTURE_WAIT_MS = 10_000;

/** Between an error's two texts, so that they are not read as one. */
const ERROR_GAP_MS = 100;

export interface LiveOptions {
  delivery: PictureDelivery;
  wanted: Wanted;
  log: Log;
  /** The caller asked, and did not join: pictures that the provider takes back are deleted when it has them. */
  isAsker?: boolean;
  pause: (ms: number) => Promise<unknown>;
  /** Milliseconds of silence after which something is written. */
  heartbeatMs: number;
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
  { delivery, wanted, log, isAsker, heartbeatMs, pause }: LiveOptions,
): Promise<void> {
  const unit = createUnitWriter(wanted.form);
  let deriver: Deriver | undefined;
  let pictures: Pictures = { id: '', images: [] };

  async function send(chunks: readonly Chunk[] = []): Promise<void> {
    for (const derived of chunks) {
      const chunk = delivery.redact(derived);
      const told = wanted.delivery === 'link' ? delivery.link(chunk, pictures, wanted) : chunk;
      await splice(unit.next(told), delivery.open(pictures.id)).pipeTo(writable, { preventClose: true });
    }
  }

  async function fail(failure: Failure): Promise<void> {
    await send(deriver?.flush());
    for (const [at, text] of unit.error(failure).entries()) {
      if (at > 0) await pause(ERROR_GAP_MS);
      await write(writable, text);
    }
  }

  let isOver = false;
  let silentMs = 0;
  for (let step: Step | undefined = first; step !== undefined; ) {
    if (step === 'quiet' && deriver?.holdsWords) {
      await send(deriver.release());
    } else if (step === 'quiet') {
      silentMs += heartbeatMs;
      if (silentMs >= PICTURE_WAIT_MS) await send(deriver?.flush());
      await write(writable, unit.heartbeat());
    } else if (step.type === 'started') {
      pictures = { id: step.id, images: [] };
      deriver = createDeriver(step.form, wanted.form);
    } else if (step.type === 'chunk') {
      pictures = { id: pictures.id, images: step.images };
      await send(deriver?.push(step.chunk));
    } else if (step.type === 'done') {
      await send(deriver?.end());
      isOver = true;
      if (step.isWithdrawn && isAsker) {
        await delivery.takeBack(pictures.id).catch((error) => log('take_back_failed', { error: String(error) }));
      }
    } else if (step.type === 'failed') {
      await fail(step.failure);
      isOver = true;
    }
    if (step !== 'quiet') silentMs = 0;
    step = await events.next(deriver?.holdsWords ? WORDS_WAIT_MS : heartbeatMs);
  }
  // A reader takes a stream that just ends for a finished answer.
  if (!isOver) await fail({ reason: 'OUTCOME_UNKNOWN', ran: 'unknown' });
  await writable.close();
}

/** What stands around the units of a form. */
interface UnitWriter {
  heartbeat(): string;
  next(chunk: Chunk): Chunk;
  /** @returns Texts to be written one by one. */
  error(failure: Failure): readonly string[];
}

function createUnitWriter(form: Form): UnitWriter {
  if (form === 'sse') {
    const line = createEventLine();
    return { heartbeat: line.heartbeat, next: line.event, error: (failure) => line.error(toWire(failure).body) };
  }
  let isBegun = false;
  return {
    heartbeat: () => '\n',
    next(chunk) {
      isBegun = true;
      return chunk;
    },
    error: (failure) => [`${isBegun ? ',' : '['}${writeJson(toWire(failure).body)}]`],
  };
}

async function write(writable: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = writable.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
  } finally {
    writer.releaseLock();
  }
}
