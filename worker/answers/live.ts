/**
 * Streams an answer that is still being made. Text and thoughts pass at once; a unit with a picture follows when the
 * picture is stored. White space keeps the connection open meanwhile. An error after the headers is one more unit.
 */
import { createDeriver, type Deriver } from '../gemini/forms/forms.ts';
import { writeJson } from '../gemini/forms/payload.ts';
import { createEventLine } from '../gemini/forms/sse.ts';
import type { Chunk } from '../gemini/lift/skeleton.ts';
import { splicePieces } from '../gemini/lift/splice.ts';
import type { GenerationEvent } from '../generation/job.ts';
import { toWire } from '../http/wire-error.ts';
import type { Form } from '../request/target.ts';
import type { Failure } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import type { PictureDelivery, Pictures, Wanted } from './delivery.ts';

/** How long text waits for the part that may have to be joined to it. No reader notices such a delay. */
const WORDS_WAIT_MS = 20;

/**
 * How long a picture waits for the end of its answer. Otherwise a provider that falls silent after a picture would
 * withhold it from the caller until the deadline. The end then follows as a unit of its own.
 */
const PICTURE_WAIT_MS = 10_000;

/** Pause between the two texts of an error, so that a reader does not receive them as one chunk. */
const ERROR_GAP_MS = 100;

export interface LiveOptions {
  delivery: PictureDelivery;
  wanted: Wanted;
  log: Log;
  /**
   * The caller started the run. Pictures that the provider withdraws are deleted after this caller has received them.
   */
  isAsker?: boolean;
  pause: (ms: number) => Promise<unknown>;
  /** Milliseconds of silence after which something is written. */
  heartbeatMs: number;
}

export type Step = GenerationEvent | 'quiet';

/** Reads events, and reports silence as `quiet`. A run has one reader, so that an event read early is not lost. */
export function createEventReader(events: AsyncIterable<GenerationEvent>, pause: (ms: number) => Promise<unknown>) {
  const iterator = events[Symbol.asyncIterator]();
  let pending: Promise<IteratorResult<GenerationEvent>> | undefined;
  return {
    /** @returns The next event, `quiet` if none came within `quietMs`, undefined at the end. */
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
 * Writes an answer while its run goes on.
 *
 * @param first The step that was already read, to decide whether headers may be sent.
 * @returns The body. A slow reader delays only itself.
 */
export function answerLive(first: Step, events: EventReader, options: LiveOptions): ReadableStream<Uint8Array> {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  pump(first, events, writer, options).catch(async (error) => {
    // Usually the reader has left, which ends the writing. The run belongs to its `Generation` and goes on.
    options.log('live_answer_ended', { error: String(error) });
    await Promise.allSettled([events.cancel(), writer.abort(error)]);
  });
  return readable;
}

async function pump(
  first: Step,
  events: EventReader,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  { delivery, wanted, log, isAsker, heartbeatMs, pause }: LiveOptions,
): Promise<void> {
  const encoder = new TextEncoder();
  const unit = createUnitWriter(wanted.form);
  let deriver: Deriver | undefined;
  let pictures: Pictures = { id: '', images: [] };

  async function send(chunks: readonly Chunk[] = []): Promise<void> {
    for (const derived of chunks) {
      const chunk = delivery.redact(derived);
      const told = wanted.delivery === 'link' ? delivery.link(chunk, pictures, wanted) : chunk;
      for await (const piece of splicePieces(unit.next(told), delivery.open(pictures.id))) await writer.write(piece);
    }
  }

  async function fail(failure: Failure): Promise<void> {
    await send(deriver?.flush());
    for (const [at, text] of unit.error(failure).entries()) {
      if (at > 0) await pause(ERROR_GAP_MS);
      await writer.write(encoder.encode(text));
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
      await writer.write(encoder.encode(unit.heartbeat()));
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
  // A stream that ends without an error looks like a finished answer.
  if (!isOver) await fail({ reason: 'OUTCOME_UNKNOWN', ran: 'unknown' });
  await writer.close();
}

/** Writes the text around the units of a form. */
interface UnitWriter {
  heartbeat(): string;
  next(chunk: Chunk): Chunk;
  /** @returns Texts to be written one by one, {@link ERROR_GAP_MS} apart. */
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
