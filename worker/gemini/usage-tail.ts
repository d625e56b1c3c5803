/**
 * What a body that passes through unread says of its price: the last usage, which stands at the end or in an earlier
 * event of a body that was cut, and how many pictures were in it.
 */
import type { Usage } from '../pricing/prices.ts';
import { summarize } from './summary.ts';

/** Usage stands among the last fields of an answer; grounding may come after it. */
const TAIL_BYTES = 16 * 1024;
/** More than any usage with all its modalities. */
const USAGE_BYTES = 4 * 1024;
/** A quote is in no picture's base64. */
const BEGINNING = '"usage';
const NAME = /"usage_?[mM]etadata"\s*:\s*(?=\{)/g;

/** With their quotes, which a text that has these words in it writes as `\"`. */
const PICTURE_NAMES = ['"inlineData"', '"inline_data"'];
const LONGEST_NAME = Math.max(...PICTURE_NAMES.map((name) => name.length));

export interface UsageTail {
  /** Keeps a copy of the end. */
  piece(bytes: Uint8Array): void;
  /** Parts with a picture in all that has passed, drafts among them. */
  readonly pictures: number;
  /** The end of what has passed. */
  text(): string;
  /** The last usage in it; undefined where there is none, whole. */
  usage(): Usage | undefined;
}

export function createUsageTail(): UsageTail {
  let tail = new Uint8Array(0);
  let earlier = Buffer.alloc(0);
  let pictures = 0;
  const text = (): string => new TextDecoder('latin1').decode(tail);

  /** Names of parts, and where one may lie across two pieces, with the end of what came before. */
  function count(piece: Uint8Array): void {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const border = Buffer.concat([tail.subarray(1 - LONGEST_NAME), bytes.subarray(0, LONGEST_NAME - 1)]);
    const from = Math.min(tail.length, LONGEST_NAME - 1);
    for (const name of PICTURE_NAMES) {
      pictures += countIn(bytes, name);
      for (let at = border.indexOf(name); at !== -1; at = border.indexOf(name, at + 1)) {
        if (at < from && at + name.length > from) pictures += 1;
      }
    }
  }

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
    get pictures() {
      return pictures;
    },
    piece(piece) {
      count(piece);
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

function countIn(bytes: Buffer, name: string): number {
  let count = 0;
  for (let at = bytes.indexOf(name); at !== -1; at = bytes.indexOf(name, at + name.length)) count += 1;
  return count;
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
