import { describe, expect, it } from 'vitest';
import type { PictureDelivery } from '../../worker/answers/delivery.ts';
import { answerLive, createEventReader } from '../../worker/answers/live.ts';
import type { Chunk } from '../../worker/gemini/lift/skeleton.ts';
import type { GenerationEvent } from '../../worker/generation/job.ts';
import type { Form } from '../../worker/request/target.ts';
import type { Manifest } from '../../worker/storage/manifest.ts';

const event = (parts: object[], more: object = {}): GenerationEvent => {
  const message = { candidates: [{ content: { role: 'model', ...(parts.length > 0 && { parts }) }, ...more }] };
  return { type: 'chunk', chunk: [`data: ${JSON.stringify(message)}\r\n\r\n`], images: [] };
};
const STARTED: GenerationEvent = { type: 'started', provider: 'google', id: `b${'0'.repeat(32)}`, form: 'sse' };
const THOUGHT = event([{ text: 'Let me think.', thought: true }]);
const PICTURE = event([{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }]);
const END = event([], { finishReason: 'STOP' });
const DONE: GenerationEvent = { type: 'done', manifest: {} as Manifest, kept: true };
const FAILED: GenerationEvent = { type: 'failed', failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' } };

/** These answers have no lifted strings. */
const delivery = { redact: (chunk: Chunk) => chunk, open: () => () => new Uint8Array() } as unknown as PictureDelivery;

/**
 * Runs an answer of `events`. A promise among them is a silence until it resolves. Time passes as fast as it is read.
 *
 * @returns The texts of the answer as they are written.
 */
function answer(events: (GenerationEvent | Promise<void>)[], form: Form = 'sse'): AsyncGenerator<string> {
  async function* tell() {
    for (const each of events) {
      if (each instanceof Promise) await each;
      else yield each;
    }
  }
  // A real turn of the event loop, so that available events come before the silence.
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1));
  const body = answerLive('quiet', createEventReader(tell(), pause), {
    ...{ delivery, pause, heartbeatMs: 10_000, log: () => undefined },
    wanted: { form, delivery: 'inline', origin: 'https://peel.example', site: 'default' },
  });
  return read(body);
}

async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  for await (const bytes of body) yield new TextDecoder().decode(bytes);
}

async function textOf(texts: AsyncGenerator<string>): Promise<string> {
  let all = '';
  for await (const text of texts) all += text;
  return all;
}

/** Reads until `wanted` has arrived. */
async function readTo(texts: AsyncGenerator<string>, wanted: string): Promise<string> {
  let all = '';
  while (!all.includes(wanted)) {
    const { done, value } = await texts.next();
    if (done) throw new Error(`The answer ended without ${wanted}: ${all}`);
    all += value;
  }
  return all;
}

describe('a live answer', () => {
  it('may begin with a silence, and tells the end with the picture', async () => {
    const text = await textOf(answer([STARTED, THOUGHT, PICTURE, END, DONE]));

    expect(text).toMatch(/^data: +\{[^\r\n]*\}\r\n\r\ndata: +\{[^\r\n]*\}\r\n\r\n$/);
    expect(text.split('\r\n\r\n')[1]).toMatch(/inlineData.*"finishReason":"STOP"/);
  });

  it('tells thoughts at once, whatever follows', async () => {
    const silence = Promise.withResolvers<void>();
    const texts = answer([STARTED, THOUGHT, silence.promise, PICTURE, END, DONE]);

    expect(await readTo(texts, 'Let me think.')).not.toContain('inlineData');
    silence.resolve();
    expect(await textOf(texts)).toContain('inlineData');
  });

  it('does not keep a picture back for a provider that falls silent after it', async () => {
    const silence = Promise.withResolvers<void>();
    const texts = answer([STARTED, THOUGHT, PICTURE, silence.promise, END, DONE]);

    expect(await readTo(texts, 'inlineData')).not.toContain('STOP');
    silence.resolve();
    expect(await textOf(texts)).toContain('STOP');
  });

  it('that fails tells what it held back, then its error, and the error alone in a text of its own', async () => {
    const texts: string[] = [];
    for await (const text of answer([STARTED, THOUGHT, PICTURE, END, FAILED])) texts.push(text);

    const bare = texts.at(-1) as string;
    expect(bare).toMatch(/^\{"error":\{"code":502,.*\}\}$/);
    expect(texts.slice(0, -1).join('')).toMatch(/inlineData[\s\S]*\r\n\r\ndata: +\{"error":[\s\S]*\r\n\r\n$/);
  });

  it('that breaks off without a word fails too', async () => {
    const text = await textOf(answer([STARTED, THOUGHT]));

    expect(text).toMatch(/\{"error":\{"code":502,.*\}\}$/);
  });

  it('is whole JSON as an array, with its error where it fails after its closing bracket', async () => {
    const chunk = (text: string): GenerationEvent => ({ type: 'chunk', chunk: [text], images: [] });
    const events = [{ ...STARTED, form: 'array' as const }, chunk('[{"a":1}'), chunk('\n]')];

    expect(JSON.parse(await textOf(answer([...events, DONE], 'array')))).toEqual([{ a: 1 }]);
    expect(JSON.parse(await textOf(answer([...events, FAILED], 'array')))).toMatchObject([{ a: 1 }, { error: {} }]);
  });
});
