import { describe, expect, it } from 'vitest';
import { createEventLog, fromLines, toLines } from '../../worker/generation/event-log.ts';
import type { GenerationEvent } from '../../worker/generation/job.ts';

const ADMITTED: GenerationEvent = { type: 'admitted', joined: false };
const STARTED: GenerationEvent = { type: 'started', provider: 'google', id: 'b01', form: 'sse' };
const chunk = (text: string): GenerationEvent => ({ type: 'chunk', chunk: [text], images: [] });
const FAILED: GenerationEvent = { type: 'failed', failure: { reason: 'DEADLINE', afterSeconds: 300 } };

const typesOf = (events: GenerationEvent[]) => events.map(({ type }) => type);
async function* these(...events: GenerationEvent[]): AsyncGenerator<GenerationEvent, void, undefined> {
  yield* events;
}
const bytesOf = (...pieces: Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });

describe('an event log', () => {
  it('gives every reader all events from the beginning, whenever it comes', async () => {
    const log = createEventLog();
    const early = Array.fromAsync(log.listen());
    log.emit(STARTED);
    log.emit(chunk('a'));
    const between = Array.fromAsync(log.listen());
    log.emit(FAILED);
    log.end();
    const late = Array.fromAsync(log.listen());

    for (const heard of await Promise.all([early, between, late])) expect(heard).toEqual([STARTED, chunk('a'), FAILED]);
  });

  it('tells of an event as soon as it is there', async () => {
    const log = createEventLog();
    const listener = log.listen();
    const first = listener.next();

    log.emit(STARTED);

    expect(await first).toEqual({ done: false, value: STARTED });
  });

  it('is not held back by one who does not read on', async () => {
    const log = createEventLog();
    const slow = log.listen();
    log.emit(STARTED);
    await slow.next();
    for (let n = 0; n < 100; n += 1) log.emit(chunk(String(n)));
    log.end();

    expect(await Array.fromAsync(log.listen())).toHaveLength(101);
    expect(await Array.fromAsync(slow)).toHaveLength(100);
  });

  it('that ends without an event ends for who waits', async () => {
    const log = createEventLog();
    const waiting = Array.fromAsync(log.listen());

    log.end();

    expect(await waiting).toEqual([]);
  });
});

describe('events as lines', () => {
  it('come out as they went in', async () => {
    const events = [ADMITTED, STARTED, chunk('line\nbreak \u2028 and 🦊'), FAILED];

    expect(await Array.fromAsync(fromLines(toLines(these(...events))))).toEqual(events);
  });

  it('come out as they went in, wherever the pieces end', async () => {
    const events = [STARTED, chunk('ein grüner Fuchs 🦊'), FAILED];
    const bytes = await new Response(toLines(these(...events))).bytes();

    for (let at = 0; at <= bytes.length; at += 1) {
      const pieces = bytesOf(bytes.subarray(0, at), bytes.subarray(at));
      expect(await Array.fromAsync(fromLines(pieces))).toEqual(events);
    }
  });

  it('are sent one by one, as they are read', async () => {
    const log = createEventLog();
    const lines = fromLines(toLines(log.listen()));

    log.emit(STARTED);

    expect((await lines.next()).value).toEqual(STARTED);
    log.emit(FAILED);
    expect((await lines.next()).value).toEqual(FAILED);
    log.end();
    expect((await lines.next()).done).toBe(true);
  });

  it('that break off in the middle of one are an error, after what was whole', async () => {
    const bytes = await new Response(toLines(these(STARTED, FAILED))).bytes();
    const heard: GenerationEvent[] = [];
    const read = async () => {
      for await (const event of fromLines(bytesOf(bytes.subarray(0, -1)))) heard.push(event);
    };

    await expect(read()).rejects.toThrow('break off');
    expect(typesOf(heard)).toEqual(['started']);
  });

  it('whose reader leaves leave the log to the others', async () => {
    const log = createEventLog();
    const reader = toLines(log.listen()).getReader();
    log.emit(STARTED);
    await reader.read();

    await reader.cancel();
    log.emit(FAILED);
    log.end();

    expect(typesOf(await Array.fromAsync(log.listen()))).toEqual(['started', 'failed']);
  });
});
