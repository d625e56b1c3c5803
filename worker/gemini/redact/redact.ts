/**
 * Keeps upstream keys from leaving the worker, whatever a provider writes back: configured keys in every form that
 * `formsOf` knows, and in texts also what merely looks like a key. Time is linear in the text: there is nothing in
 * the patterns to backtrack into.
 */
import type { Form } from '../../request/target.ts';
import { type Chunk, isLifted, type Segment } from '../lift/skeleton.ts';
import { cutSecrets } from './cut-secrets.ts';
import { type LastWord, redactStream, type Watch } from './redact-stream.ts';
import { createSecretSearch, formsOf } from './secret-search.ts';

export const REDACTED = '[redacted]';

export interface Redactor {
  text(text: string): string;
  /** All strings of a JSON value, names too. */
  value(value: unknown): unknown;
  /** Its text; lifted strings stay. Gives the same chunk back where there is nothing to hide. */
  chunk(chunk: Chunk): Chunk;
  /**
   * For bodies that pass through unread: configured keys only, because by chance a picture's base64 holds what looks
   * like a key. Bytes are held back only while they may be the beginning of a key.
   *
   * @param form `json`: nobody needs a part before the whole, so it passes in large pieces, at half the cost.
   * @param watch Sees what passes.
   * @param lastWord Says at the end what upstream has not.
   */
  stream(
    stream: ReadableStream<Uint8Array>,
    form?: Form,
    watch?: Watch,
    lastWord?: LastWord,
  ): Promise<ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>>;
}

/**
 * Google's two kinds of key, those of OpenAI and the many who imitate it, and fal's (an id and a secret). A word before the prefix ("task-…",
 * "IRAQ.…") is no key, and neither are words with hyphens between them: a key has digits. `AIza` stands by chance in
 * the base64 of a signature, so nothing of that alphabet may stand around such a key but the letter of a JSON escape
 * (`\n`). Lengths are bounded, because V8 keeps a place to return to for every letter of an open end.
 */
const SHAPES =
  /(?:(?<![0-9A-Za-z_+/-])|(?<=\\[bfnrt]))AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])|(?<![0-9A-Za-z])(?:AQ\.|sk-)[0-9A-Za-z_-]{20,256}|(?<![0-9A-Za-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{32}(?![0-9A-Za-z])/g;

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

/** A key may be cut by the border of two texts. */
function joinTexts(chunk: Chunk): Chunk {
  const joined: Chunk = [];
  for (const segment of chunk) {
    const last = joined.at(-1);
    if (typeof segment === 'string' && typeof last === 'string') joined[joined.length - 1] = last + segment;
    else joined.push(segment);
  }
  return joined;
}
