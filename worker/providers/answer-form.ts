/**
 * In which form a 200 really comes. Suppliers that only speak almost like Google answer a stream with plain JSON, and
 * wrap errors into a 200; where that shows in the first bytes it is found here, before the caller has seen any.
 */
import type { Form } from '../gemini/skeleton.ts';

export type Settled =
  | { form: Form; body: ReadableStream<Uint8Array> }
  /** An error object: the body, to be read as one. */
  | { form: 'error'; body: ReadableStream<Uint8Array> }
  | { form: 'unreadable'; cause: string };

/** As many bytes as tell the forms apart, and whether an object is an error. */
const PEEK_BYTES = 64;

/**
 * An answer of the content type that belongs to its form goes through untouched: it is the fast path, and nothing
 * waits. Of others the first bytes are read, which the caller would wait for anyway.
 */
export async function settleForm(response: Response, wanted: Form): Promise<Settled> {
  const type = (response.headers.get('Content-Type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (!response.body) return { form: 'unreadable', cause: '200 without a body' };
  if (type === EXPECTED[wanted]) return { form: wanted, body: response.body };

  const { head, body } = await peek(response.body);
  const form = recognize(head);
  if (form) return { form, body };
  await body.cancel();
  return { form: 'unreadable', cause: `200 with content type "${type.slice(0, 80)}"` };
}

const EXPECTED: Record<Form, string> = {
  json: 'application/json',
  array: 'application/json',
  sse: 'text/event-stream',
};

function recognize(head: string): Form | 'error' | undefined {
  const text = head.replace(/^\ufeff/, '').trimStart();
  if (/^\{\s*"error"\s*:/.test(text)) return 'error';
  if (text.startsWith('{')) return 'json';
  if (text.startsWith('[')) return 'array';
  // A comment is as good a beginning of an event stream as an event.
  return /^(data|event|id|retry)?:/.test(text) ? 'sse' : undefined;
}

/** The first bytes, and a stream that has them still. */
async function peek(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  const taken: Uint8Array[] = [];
  const decoder = new TextDecoder();
  let head = '';
  while (head.trimStart().length < PEEK_BYTES) {
    const { done, value } = await reader.read();
    if (done) break;
    taken.push(value);
    head += decoder.decode(value, { stream: true });
  }
  const body = new ReadableStream({
    type: 'bytes',
    async pull(controller: ReadableByteStreamController) {
      const next = taken.shift() ?? (await reader.read()).value;
      if (next) return controller.enqueue(next);
      controller.close();
      controller.byobRequest?.respond(0);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { head, body };
}
