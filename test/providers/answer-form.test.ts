import { describe, expect, it } from 'vitest';
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

const LABELS = [undefined, 'text/plain', 'application/json; charset=UTF-8', 'text/event-stream', 'text/html'];

const BODIES: { name: string; text: string; form: string }[] = [
  { name: 'one object', text: long, form: 'json' },
  { name: 'an object behind a byte order mark and white space', text: `\ufeff\n  ${long}`, form: 'json' },
  { name: 'a list', text: `[${long},\r\n${long}]`, form: 'array' },
  { name: 'a list behind a line break', text: `\n[${long}]`, form: 'array' },
  { name: 'events', text: `data: ${long}\r\n\r\n`, form: 'sse' },
  { name: 'events that begin with a comment', text: `: hello\n\ndata: ${long}\n\n`, form: 'sse' },
  { name: 'events with other fields', text: `id: 7\nevent: message\ndata:${long}\n\n`, form: 'sse' },
  {
    name: 'an answer that begins with other fields',
    text: `{"responseId":"x","a":[1,{"b":"}"}],${long.slice(1)}`,
    form: 'json',
  },
  { name: 'an answer beside an empty error', text: `{"error":null,${long.slice(1)}`, form: 'json' },
  { name: 'a refused prompt', text: '{"promptFeedback":{"blockReason":"SAFETY"}}', form: 'json' },
  { name: 'usage alone', text: '{"candidates":[],"usageMetadata":{"promptTokenCount":1}}', form: 'json' },
  {
    name: 'an error after a part of an answer',
    text: `data: ${long}\n\ndata: {"error":{"code":429}}\n\n`,
    form: 'sse',
  },
  { name: 'an object that is cut off', text: '{"candidates":[{"content":{"par', form: 'json' },
  { name: 'an object cut off in its first name', text: '{"candi', form: 'json' },
  { name: 'an empty object', text: '{}', form: 'json' },
  { name: 'an empty list', text: '[]', form: 'array' },
  { name: 'events that say nothing', text: 'data: {}\n\ndata: [DONE]\n\n', form: 'sse' },
  { name: 'an error object', text: '{ "error" : {"code":429}}', form: 'error' },
  { name: 'an error in words', text: '{"error":"nope"}', form: 'error' },
  {
    name: 'an error behind other fields',
    text: '{"candidates": [ ],"type":"error","error":{"code":429}}',
    form: 'error',
  },
  { name: 'a list of errors', text: '[{"error":{"code":429}}]', form: 'error' },
  { name: 'an error as an event', text: 'data: {"error":{"code":429}}\n\n', form: 'error' },
  { name: 'an error event by its name', text: 'event: error\ndata: {"message":"busy","code":429}\n\n', form: 'error' },
  {
    name: 'an error after an event that says nothing',
    text: ': wait\n\ndata: {}\n\ndata: {"error":{}, "error":{"code":1}}\n\n',
    form: 'error',
  },
  { name: 'an error among events without a field', text: ': wait\n\n{"error":{"code":429}}', form: 'error' },
  { name: 'an error without its envelope', text: '{"code":429,"message":"busy"}', form: 'error' },
];

const UNREADABLE: { name: string; text: string; cause: string }[] = [
  { name: 'a web page', text: '<!DOCTYPE html><html>busy</html>', cause: 'a 200 with a web page' },
  { name: 'nothing', text: '', cause: 'a 200 with an empty body' },
  { name: 'white space', text: ' \r\n ', cause: 'a 200 with an empty body' },
  { name: 'bytes that are no text', text: '\u0000\u0001{}', cause: 'a 200 with neither JSON nor events' },
  { name: 'words', text: 'upstream connect error', cause: 'a 200 with neither JSON nor events' },
  { name: 'braces that hold no JSON', text: '{candidates}', cause: 'a 200 with neither JSON nor events' },
  { name: 'a list of no objects', text: '[1]', cause: 'a 200 with neither JSON nor events' },
];

describe('settleForm', () => {
  describe.each([
    { pieces: 'at once', cut: (text: string) => [text] },
    { pieces: 'letter by letter', cut: (text: string) => [...text] },
  ])('$pieces', ({ cut }) => {
    it.each(BODIES)('finds out what it is by its bytes, and keeps every one of them: $name', async ({ text, form }) => {
      for (const label of LABELS) {
        const settled = await settleForm(answer(label, ...cut(text)));

        expect(settled.form, label).toBe(form);
        expect('body' in settled && Buffer.from(await new Response(settled.body).bytes()).toString()).toBe(text);
      }
    });

    it.each(UNREADABLE)('says what it got in place of an answer: $name', async ({ text, cause }) => {
      for (const label of LABELS)
        expect(await settleForm(answer(label, ...cut(text)))).toEqual({ form: 'unreadable', cause });
    });
  });

  it('says so where there is no body', async () => {
    expect(await settleForm(new Response(null))).toEqual({ form: 'unreadable', cause: 'a 200 without a body' });
  });

  it('waits for no more than tells', async () => {
    const pieces = ['data: {"candidates":[{"con', 'never'];
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const piece = pieces.shift();
        if (piece === 'never') return new Promise(() => undefined);
        controller.enqueue(new TextEncoder().encode(piece));
      },
    });

    expect((await settleForm(new Response(body))).form).toBe('sse');
  });

  it('stays a byte stream, because lift reads with its own buffers', async () => {
    const settled = await settleForm(answer('application/json', long));

    const reader = 'body' in settled ? settled.body.getReader({ mode: 'byob' }) : undefined;
    const { value } = (await reader?.read(new Uint8Array(4096))) ?? {};
    expect(new TextDecoder().decode(value)).toBe(long);
    expect(await reader?.read(new Uint8Array(16))).toMatchObject({ done: true });
  });
});
