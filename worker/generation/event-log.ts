/** The events of a run, and their form between objects: lines of JSON. */
import type { GenerationEvent } from './job.ts';

/**
 * The events of a run so far, for any number of readers. Each reads the one log at its own pace, from the first event.
 * A slow reader does not slow the run, and costs only its position in the log.
 */
export function createEventLog() {
  const events: GenerationEvent[] = [];
  let isOver = false;
  let changed = Promise.withResolvers<void>();

  function change(): void {
    changed.resolve();
    changed = Promise.withResolvers();
  }

  return {
    emit(event: GenerationEvent): void {
      events.push(event);
      change();
    },
    end(): void {
      isOver = true;
      change();
    },
    /** All events from the first on, then those to come. Returns after `end`. */
    async *listen(): AsyncGenerator<GenerationEvent, void, undefined> {
      for (let n = 0; ; n += 1) {
        while (n >= events.length) {
          if (isOver) return;
          await changed.promise;
        }
        yield events[n]!;
      }
    },
  };
}

/** What {@link createEventLog} returns. */
export type EventLog = ReturnType<typeof createEventLog>;

/** Events as lines of JSON, because only bytes can stream between objects. */
export function toLines(events: AsyncGenerator<GenerationEvent>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const { done, value } = await events.next();
      if (!done) return controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
      controller.close();
      controller.byobRequest?.respond(0);
    },
    cancel() {
      // Not awaited: `return` resolves only when the next event comes.
      void events.return(undefined);
    },
  });
}

/** The inverse of {@link toLines}. @throws When the stream breaks, or ends within a line. */
export async function* fromLines(bytes: ReadableStream<Uint8Array>): AsyncGenerator<GenerationEvent, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of bytes) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as GenerationEvent;
  }
  if (rest !== '') throw new Error('the events break off');
}
