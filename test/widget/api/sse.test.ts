import { expect, it } from 'vitest';
import { createEventParser, readEvents } from '../../../widget/api/sse.ts';

const STREAM =
  'data: {"a":1}\r\n\r\n: heartbeat\n\ndata:{"b":"ü\u2028🍊"}\n\nevent: x\ndata: one\ndata: two\r\r\n\ndata\n\n{"c":\r\n1}';
const EVENTS = ['{"a":1}', '{"b":"ü\u2028🍊"}', 'one\ntwo', '', '{"c":\n1}'];

it.each([
  { name: 'LF', text: 'data: a\n\ndata: b\n\n', expected: ['a', 'b'] },
  { name: 'CRLF', text: 'data: a\r\n\r\ndata: b\r\n\r\n', expected: ['a', 'b'] },
  { name: 'CR', text: 'data: a\r\rdata: b\r\r', expected: ['a', 'b'] },
  { name: 'comments as nothing', text: ': hello\n\n:\n\ndata: a\n\n', expected: ['a'] },
  { name: 'a comment right before data', text: ': hello\ndata: a\n\n', expected: ['a'] },
  { name: 'only one space after the colon as framing', text: 'data:  a\n\n', expected: [' a'] },
  { name: 'other fields as nothing', text: 'id: 1\nretry: 5\ndatas: x\ndata: a\n\n', expected: ['a'] },
  { name: 'an event without an end as none', text: 'data: a\n\ndata: b\n', expected: ['a'] },
  {
    name: 'an event opened long before its JSON',
    text: 'data:      {}\r\n\r\n',
    expected: ['     {}'],
  },
  { name: 'a bare object after the last event', text: 'data: a\r\n\r\n{"error":{}}', expected: ['a', '{"error":{}}'] },
  { name: 'a bare object over lines', text: '{\n  "error": {\n  }\n}\n', expected: ['{\n  "error": {\n  }\n}'] },
  { name: 'a bare object between events', text: 'data: a\n\n{}\n\ndata: b\n\n', expected: ['a', '{}', 'b'] },
  { name: 'a comment beside a bare object as nothing', text: ': x\n{}\n: y\n', expected: ['{}'] },
])('reads $name', ({ text, expected }) => {
  const parser = createEventParser();

  expect([...parser.read(text), ...parser.end()]).toEqual(expected);
});

it('finds the same events wherever two borders of network chunks fall', async () => {
  const bytes = new TextEncoder().encode(STREAM);
  const wrong: string[] = [];

  for (let first = 0; first <= bytes.length; first++) {
    const second = Math.min(bytes.length, first + 1 + (first % 7));
    const events = await collect([bytes.slice(0, first), bytes.slice(first, second), bytes.slice(second)]);
    if (JSON.stringify(events) !== JSON.stringify(EVENTS)) wrong.push(`${first}: ${JSON.stringify(events)}`);
  }

  expect(wrong).toEqual([]);
});

it('finds the same events where every byte comes alone', async () => {
  const bytes = new TextEncoder().encode(STREAM);

  expect(await collect([...bytes].map((byte) => new Uint8Array([byte])))).toEqual(EVENTS);
});

it('tells of every chunk, heartbeats included', async () => {
  let chunks = 0;
  const body = streamOf([': a\n\n', ': b\n\n', 'data: c\n\n'].map((text) => new TextEncoder().encode(text)));

  for await (const _ of readEvents(body, () => chunks++));

  expect(chunks).toBe(3);
});

it('ends the request where the reader stops early', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('data: a\n\n')),
    cancel: () => {
      cancelled = true;
    },
  });

  for await (const _ of readEvents(body)) break;

  expect(cancelled).toBe(true);
});

it('passes on what broke the stream', async () => {
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.error(new TypeError('network error')),
  });

  await expect(readEvents(body).next()).rejects.toThrow('network error');
});

const streamOf = (chunks: Uint8Array<ArrayBuffer>[]) =>
  new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

async function collect(chunks: Uint8Array<ArrayBuffer>[]): Promise<string[]> {
  const events: string[] = [];
  for await (const data of readEvents(streamOf(chunks))) events.push(data);
  return events;
}
