/**
 * In which form a 200 really comes. Providers that only speak almost like Google answer a stream with plain JSON, or
 * the reverse, label it as they like, and wrap errors into a 200. What shows in the first bytes is found here, before
 * a caller has seen any.
 */
import { type Beginning, readBeginning } from '../gemini/forms/beginning.ts';
import { joinPeeked } from '../gemini/forms/peeked-stream.ts';
import { getByobReader } from '../gemini/lift/byte-source.ts';
import type { Form } from '../request/target.ts';

/** What it is, and every byte of it. */
export type Settled = { form: Form | 'error'; body: ReadableStream<Uint8Array> };
export type Unreadable = Extract<Beginning, { form: 'unreadable' }>;

/** One read of this size, as it has arrived, nearly always tells. */
const PEEK_BYTES = 4096;
/** What has not told by then is no error, and whether it is an answer shows when it is read. */
const MAX_PEEK_BYTES = 16 * 1024;

/**
 * Reads no more than the first bytes, which the caller waits for anyway. The rest stays in the platform's own stream,
 * which is read in pieces a hundred times as large as one made in JavaScript would give.
 */
export async function settleForm({ body }: Response): Promise<Settled | Unreadable> {
  if (!body) return { form: 'unreadable', cause: 'a 200 without a body' };
  const { beginning, head } = await peek(body);
  if (beginning.form !== 'unreadable') return { form: beginning.form, body: joinPeeked({ head, rest: body }) };
  // It cannot be used, so how it ends does not matter.
  await body.cancel().catch(() => undefined);
  return { form: 'unreadable', cause: `a 200 with ${beginning.cause}` };
}

async function peek(body: ReadableStream<Uint8Array>): Promise<{ beginning: Beginning; head: Uint8Array }> {
  const byob = getByobReader(body);
  const reader = byob ?? body.getReader();
  const decoder = new TextDecoder();
  let head: Uint8Array = new Uint8Array(0);
  let text = '';
  for (;;) {
    const { value } = await (byob ? byob.read(new Uint8Array(PEEK_BYTES)) : (reader as Reader).read());
    const isEnd = value === undefined || value.length === 0;
    if (!isEnd) head = head.length === 0 ? value : Buffer.concat([head, value]);
    text += decoder.decode(value, { stream: !isEnd });
    // What is longer than a peek is looked at no further.
    const isEnough = head.length >= MAX_PEEK_BYTES;
    const beginning = readBeginning(text.slice(0, MAX_PEEK_BYTES), isEnd) ?? (isEnough ? assumed(text) : undefined);
    if (!beginning) continue;
    reader.releaseLock();
    return { beginning, head };
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** By the first letter alone. */
function assumed(text: string): Beginning {
  const first = text.trimStart().charAt(0);
  if (first === '') return { form: 'unreadable', cause: 'nothing but white space' };
  return { form: first === '{' ? 'json' : first === '[' ? 'array' : 'sse' };
}
