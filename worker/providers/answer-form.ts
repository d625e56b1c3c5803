/**
 * Finds the real form of a 200 from its first bytes, before the caller sees any of them. Providers that imitate Google
 * answer a stream with plain JSON or the reverse, use wrong content types, and wrap errors into a 200.
 */
import { type Beginning, readBeginning } from '../gemini/forms/beginning.ts';
import { joinPeeked } from '../gemini/forms/peeked-stream.ts';
import { getByobReader } from '../gemini/lift/byte-source.ts';
import type { Form } from '../request/target.ts';

/** The form of an answer, and all its bytes. */
export type Settled = { form: Form | 'error'; body: ReadableStream<Uint8Array> };
export type Unreadable = Extract<Beginning, { form: 'unreadable' }>;

/** One read of this size nearly always shows the form. */
const PEEK_BYTES = 4096;
/** An answer still undecided after this many bytes is not an error. Its reader finds out whether it is a good one. */
const MAX_PEEK_BYTES = 16 * 1024;

/**
 * Reads only the first bytes, which the caller waits for anyway. The rest stays in the platform's own stream, whose
 * pieces are a hundred times as large as those of a stream made in JavaScript.
 */
export async function settleForm({ body }: Response): Promise<Settled | Unreadable> {
  if (!body) return { form: 'unreadable', cause: 'a 200 without a body' };
  const { beginning, head } = await peek(body);
  if (beginning.form !== 'unreadable') return { form: beginning.form, body: joinPeeked({ head, rest: body }) };
  // The body is useless, so a failure to cancel it does not matter.
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
    // Beyond the peek nothing is examined.
    const isEnough = head.length >= MAX_PEEK_BYTES;
    const beginning = readBeginning(text.slice(0, MAX_PEEK_BYTES), isEnd) ?? (isEnough ? assumed(text) : undefined);
    if (!beginning) continue;
    reader.releaseLock();
    return { beginning, head };
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** Guesses the form from the first letter alone. */
function assumed(text: string): Beginning {
  const first = text.trimStart().charAt(0);
  if (first === '') return { form: 'unreadable', cause: 'nothing but white space' };
  return { form: first === '{' ? 'json' : first === '[' ? 'array' : 'sse' };
}
