/** Answers of a provider, as bytes. */
import type { PoolAnswer } from '../../worker/providers/provider.ts';
import type { Form } from '../../worker/request/target.ts';

export const TEXT = { text: 'Here.' };

export const image = (bytes: Uint8Array) => ({ inlineData: { mimeType: 'image/png', data: bytes.toBase64() } });

/** One message of Gemini. @param finishReason Empty: the answer continues. */
export const answerOf = (parts: unknown[], finishReason = 'STOP', more: object = {}): string =>
  JSON.stringify({ candidates: [{ content: { parts }, ...(finishReason && { finishReason }) }], ...more });

export const eventsOf = (...messages: string[]): string =>
  messages.map((message) => `data: ${message}\r\n\r\n`).join('');

export const good = (body: string | ReadableStream<Uint8Array>, form: Form = 'json'): PoolAnswer => ({
  ok: true,
  provider: 'google',
  form,
  body: new Response(body).body!,
  maker: { provider: 'google', key: '00000000' },
});
