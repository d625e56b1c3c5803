/**
 * What a run has told so far, for whoever comes whenever he comes. Everybody reads the one log at his own pace, so a
 * slow reader neither slows the run nor costs more than his place in it.
 */
import type { GenerationEvent } from './job.ts';

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
    /** All events from the first on. */
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

export type EventLog = ReturnType<typeof createEventLog>;

/** Events as lines of JSON: between objects only bytes can stream. */
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
      // Not waited for: it only returns when the next event comes.
      void events.return(undefined);
    },
  });
}

/** The inverse of {@link toLines}. @throws Where the stream breaks off in the middle. */
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
