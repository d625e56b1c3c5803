/** The last usage of a body that passes through unread. It stands at the end, or in an earlier event of one that was cut. */
import type { Usage } from '../domain/prices.ts';
import { summarize } from './summary.ts';

/** Usage stands among the last fields of an answer; grounding may come after it. */
const TAIL_BYTES = 16 * 1024;
/** More than any usage with all its modalities. */
const USAGE_BYTES = 4 * 1024;
/** A quote is in no picture's base64. */
const BEGINNING = '"usage';
const NAME = /"usage_?[mM]etadata"\s*:\s*(?=\{)/g;

export interface UsageTail {
  /** Keeps a copy of the end. */
  piece(bytes: Uint8Array): void;
  /** Of all that has passed. */
  readonly bytes: number;
  /** The end of it. */
  text(): string;
  /** The last usage in it; undefined where there is none, whole. */
  usage(): Usage | undefined;
}

export function createUsageTail(): UsageTail {
  let tail = new Uint8Array(0);
  let earlier = Buffer.alloc(0);
  let bytes = 0;
  const text = (): string => new TextDecoder('latin1').decode(tail);

  /** What may be usage, copied before it passes. */
  function remember(piece: Uint8Array): void {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    const at = bytes.lastIndexOf(BEGINNING);
    if (at >= 0) earlier = Buffer.from(bytes.subarray(at, at + USAGE_BYTES));
    else if (earlier.length > 0 && earlier.length < USAGE_BYTES) {
      earlier = Buffer.concat([earlier, bytes.subarray(0, USAGE_BYTES - earlier.length)]);
    }
  }

  return {
    text,
    get bytes() {
      return bytes;
    },
    piece(piece) {
      bytes += piece.length;
      remember(piece);
      const end = piece.subarray(-TAIL_BYTES);
      tail = new Uint8Array(Buffer.concat([tail, end]).subarray(-TAIL_BYTES));
    },
    usage: () => lastUsageIn(text()) ?? lastUsageIn(earlier.toString('latin1')),
  };
}

function lastUsageIn(text: string): Usage | undefined {
  const last = [...text.matchAll(NAME)].at(-1);
  const json = last && objectAt(text, last.index + last[0].length);
  return json === undefined ? undefined : summarize([[`{"usageMetadata":${json}}`]], 'json').usage;
}

/** From one brace to the one that closes it. Usage holds no text with braces in it: numbers and names of modalities. */
function objectAt(text: string, from: number): string | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(from, at + 1);
  }
  return undefined;
}
