import { describe, expect, it } from 'vitest';
import type { Form } from '../../worker/gemini/skeleton.ts';
import { settleForm } from '../../worker/providers/answer-form.ts';

const answer = (type: string | undefined, ...pieces: string[]): Response => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  return new Response(body, { headers: type === undefined ? {} : { 'Content-Type': type } });
};

const long = `{"candidates":[{"content":{"parts":[{"text":"${'x'.repeat(100)}"}]}}]}`;

const cases: { name: string; wanted: Form; response: () => Response; expected: string; text: string }[] = [
  {
    name: 'JSON as JSON',
    wanted: 'json',
    response: () => answer('application/json; charset=UTF-8', long),
    expected: 'json',
    text: long,
  },
  {
    name: 'an array as an array',
    wanted: 'array',
    response: () => answer('application/json', '[', long, ']'),
    expected: 'array',
    text: `[${long}]`,
  },
  {
    name: 'events as events',
    wanted: 'sse',
    response: () => answer('text/event-stream', 'data: {}\r\n\r\n'),
    expected: 'sse',
    text: 'data: {}\r\n\r\n',
  },
  {
    name: 'JSON in place of events',
    wanted: 'sse',
    response: () => answer('application/json', long.slice(0, 5), long.slice(5)),
    expected: 'json',
    text: long,
  },
  {
    name: 'an array in place of events',
    wanted: 'sse',
    response: () => answer('application/json', `\n[${long}]`),
    expected: 'array',
    text: `\n[${long}]`,
  },
  {
    name: 'events without a content type',
    wanted: 'sse',
    response: () => answer(undefined, 'da', 'ta: {}\n\n'),
    expected: 'sse',
    text: 'data: {}\n\n',
  },
  {
    name: 'events after a comment',
    wanted: 'sse',
    response: () => answer('text/plain', ': hello\n\ndata: {}\n\n'),
    expected: 'sse',
    text: ': hello\n\ndata: {}\n\n',
  },
  {
    name: 'an error object in place of events',
    wanted: 'sse',
    response: () => answer('application/json', '{ "err', 'or" : {"code":429}}'),
    expected: 'error',
    text: '{ "error" : {"code":429}}',
  },
];

describe('settleForm', () => {
  it.each(cases)('gives $name, every byte of it', async ({ wanted, response, expected, text }) => {
    const settled = await settleForm(response(), wanted);

    expect(settled.form).toBe(expected);
    expect('body' in settled && (await new Response(settled.body).text())).toBe(text);
  });

  it.each([
    {
      name: 'a web page',
      response: answer('text/html', '<html>busy</html>'),
      cause: '200 with content type "text/html"',
    },
    { name: 'nothing', response: new Response(null), cause: '200 without a body' },
    { name: 'an empty body of no type', response: answer(undefined), cause: '200 with content type ""' },
  ])('says what it got in place of an answer when it is $name', async ({ response, cause }) => {
    expect(await settleForm(response, 'sse')).toEqual({ form: 'unreadable', cause });
  });

  it('does not wait for the first byte of an answer that looks right', async () => {
    const silent = new Response(new ReadableStream({ pull: () => new Promise(() => undefined) }), {
      headers: { 'Content-Type': 'text/event-stream' },
    });

    expect((await settleForm(silent, 'sse')).form).toBe('sse');
  });

  it('stays a byte stream when bytes were peeked at, because lift reads with its own buffers', async () => {
    const settled = await settleForm(answer('application/json', long), 'sse');

    const reader = 'body' in settled ? settled.body.getReader({ mode: 'byob' }) : undefined;
    const { value } = (await reader?.read(new Uint8Array(4096))) ?? {};
    expect(new TextDecoder().decode(value)).toBe(long);
    expect(await reader?.read(new Uint8Array(16))).toMatchObject({ done: true });
  });
});
