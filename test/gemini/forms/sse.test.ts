import { expect, it } from 'vitest';
import { createEventLine } from '../../../worker/gemini/forms/sse.ts';
import type { Chunk } from '../../../worker/gemini/lift/skeleton.ts';

const body = { error: { code: 503, status: 'UNAVAILABLE', message: 'two\nlines, one\u2028more', details: [] } };
const picture = { kind: 'image', n: 0, bytes: 3 } as const;
const event: Chunk = ['data: {"data":"', picture, '"}\r\n\r\n'];

it('keeps a line alive with blanks before the JSON of the next event', () => {
  const line = createEventLine();

  expect([line.heartbeat(), line.heartbeat(), line.heartbeat()]).toEqual(['data:  ', ' ', ' ']);
  expect(line.event(event)).toEqual(['{"data":"', picture, '"}\r\n\r\n']);
});

it('begins each event anew where no line is open', () => {
  const line = createEventLine();
  line.heartbeat();
  line.event(event);

  expect(line.event(event)).toBe(event);
  expect(line.heartbeat()).toBe('data:  ');
});

it('tells an error as an event, and then as the bare object that Google sends', () => {
  const [told, bare] = createEventLine().error(body);

  expect(told).toBe(`data: ${bare}\r\n\r\n`);
  expect(bare).toMatch(/^\{"error":.*\}$/);
  expect(JSON.parse(bare)).toEqual(body);
});

it('ends an open line with the error', () => {
  const line = createEventLine();
  line.heartbeat();

  expect(line.error(body)[0]).toMatch(/^\{"error":.*\}\r\n\r\n$/);
});

it('writes errors on one line for every reader', () => {
  expect(createEventLine().error(body).join('')).not.toMatch(/[\u0085\u2028\u2029]/);
});
