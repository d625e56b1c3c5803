/**
 * Keeps providers' keys from leaving the worker. It removes configured keys in every form that {@link formsOf} knows,
 * and from texts also strings that merely look like a key. Time is linear in the text: no pattern can backtrack.
 */
import type { Form } from '../../request/target.ts';
import { type Chunk, isLifted, type Segment } from '../lift/skeleton.ts';
import { cutSecrets } from './cut-secrets.ts';
import { type LastWord, redactStream, type Watch } from './redact-stream.ts';
import { createSecretSearch, formsOf } from './secret-search.ts';

export const REDACTED = '[redacted]';

export interface Redactor {
  text(text: string): string;
  /** Redacts all strings of a JSON value, names included. */
  value(value: unknown): unknown;
  /** Redacts the text of a chunk; lifted strings stay. Returns the same chunk if it has no key. */
  chunk(chunk: Chunk): Chunk;
  /**
   * Redacts a body that passes through unread. Only configured keys are removed, because a picture's base64 may look
   * like a key by chance. Bytes are held back only while they may be the beginning of a key.
   *
   * @param form `json`: the client needs no part before the whole, so it passes in large pieces, at half the cost.
   * @param watch Sees the bytes that pass.
   * @param lastWord Adds pieces at the end, in place of an error if the provider broke the body off.
   */
  stream(
    stream: ReadableStream<Uint8Array>,
    form?: Form,
    watch?: Watch,
    lastWord?: LastWord,
  ): Promise<ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>>;
}

/**
 * The shapes of Google's two kinds of key, of OpenAI's and its imitators' keys, and of fal's (an id and a secret). A
 * letter before the prefix ("task-…", "IRAQ.…") means no key, and so do words with hyphens: a key has digits. `AIza`
 * occurs by chance in the base64 of a signature, so no character of that alphabet may stand beside such a key, except
 * the letter of a JSON escape (`\n`). Lengths are bounded, because V8 stores a backtracking position for each letter
 * of an open end.
 */
const SHAPES =
  /(?:(?<![0-9A-Za-z_+/-])|(?<=\\[bfnrt]))AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])|(?<![0-9A-Za-z])(?:AQ\.|sk-)[0-9A-Za-z_-]{20,256}|(?<![0-9A-Za-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{32}(?![0-9A-Za-z])/g;

/** @param keys Configured keys. Those of fewer than 6 characters are not searched for. */
export function createRedactor(keys: readonly string[]): Redactor {
  const forms = keys.flatMap(formsOf);
  const search = createSecretSearch(forms);
  const replacement = new TextEncoder().encode(REDACTED);
  const inHand = { bytes: 0, changedAt: 0 };

  function text(plain: string): string {
    return withoutKeys(plain).replace(SHAPES, (shape) => (/[0-9]/.test(shape) ? REDACTED : shape));
  }

  function withoutKeys(plain: string): string {
    const { passing, hasCut } = cutSecrets(new TextEncoder().encode(plain), search, replacement, true);
    return hasCut ? new TextDecoder().decode(passing) : plain;
  }

  function value(parsed: unknown): unknown {
    if (typeof parsed === 'string') return text(parsed);
    if (Array.isArray(parsed)) return parsed.map(value);
    if (typeof parsed !== 'object' || parsed === null) return parsed;
    return Object.fromEntries(Object.entries(parsed).map(([name, field]) => [text(name), value(field)]));
  }

  function segment(plain: Segment): Segment {
    if (typeof plain === 'string') return text(plain);
    if (isLifted(plain)) return plain;
    const latin1 = Buffer.from(plain.raw, 'base64').toString('latin1');
    const clean = text(latin1);
    return clean === latin1 ? plain : { raw: Buffer.from(clean, 'latin1').toString('base64') };
  }

  return {
    text,
    value,
    chunk(chunk) {
      const whole = joinTexts(chunk);
      const clean = whole.map(segment);
      return clean.some((one, at) => one !== whole[at]) ? clean : chunk;
    },
    async stream(stream, form, watch, lastWord) {
      if (forms.length === 0 && !watch) return stream;
      return redactStream(stream, { search, replacement, mayWait: form === 'json', inHand, watch, lastWord });
    },
  };
}

/** Joins neighbouring texts, because a key may lie across the border of two. */
function joinTexts(chunk: Chunk): Chunk {
  const joined: Chunk = [];
  for (const segment of chunk) {
    const last = joined.at(-1);
    if (typeof segment === 'string' && typeof last === 'string') joined[joined.length - 1] = last + segment;
    else joined.push(segment);
  }
  return joined;
}
