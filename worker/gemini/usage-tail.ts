/**
 * Reads the facts for the price from a body that passes through unparsed: the last usage, the number of pictures, and
 * the searches of a grounded answer. Usage and searches are near the end; in a body that was cut off the usage may be
 * in an earlier event.
 */
import type { Usage } from '../pricing/prices.ts';
import { parseJson } from '../shared/json.ts';
import { summarize } from './summary.ts';

/** Usage is among the last fields of an answer; grounding may follow it. */
const TAIL_BYTES = 16 * 1024;
/** The sources and suggestions of a grounded answer stand beside its searches. */
const GROUNDED_TAIL_BYTES = 128 * 1024;
/** Longer than any usage with all its modalities. */
const USAGE_BYTES = 4 * 1024;
/** With its quote, which no picture's base64 contains. */
const BEGINNING = '"usage';
const QUERIES = /"((?:web|image)_?[sS]earch_?[qQ]ueries)"\s*:\s*(\[(?:\s|,|"(?:[^"\\]|\\.)*")*\])/g;
const NAME = /"usage_?[mM]etadata"\s*:\s*(?=\{)/g;

/** With their quotes: inside a text of the answer a quote would be written `\"`. */
const PICTURE_NAMES = ['"inlineData"', '"inline_data"'];
const LONGEST_NAME = Math.max(...PICTURE_NAMES.map((name) => name.length));

export interface UsageTail {
  /** Takes the next bytes of the body. They may be reused afterwards. */
  piece(bytes: Uint8Array): void;
  /** Parts with a picture in all that has passed, drafts included. */
  readonly pictures: number;
  /** The last bytes that have passed, 16 KiB at least, one character for each. */
  text(): string;
  /** The last usage, without searches; undefined if none arrived completely. */
  usage(): Usage | undefined;
  /** Distinct searches that were not empty; undefined if the answer's end names none. */
  searches(): number | undefined;
}

/** @param isGrounded Whether searches are to be counted, which takes more memory. */
export function createUsageTail(isGrounded: boolean): UsageTail {
  const tailBytes = isGrounded ? GROUNDED_TAIL_BYTES : TAIL_BYTES;
  let tail = new Uint8Array(0);
  let earlier = Buffer.alloc(0);
  let pictures = 0;
  const text = (): string => new TextDecoder('latin1').decode(tail);

  /** Counts names of pictures in a piece, and names that lie across its border with the piece before. */
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

  /** Copies the text that may be usage, before the piece passes. */
  function remember(piece: Uint8Array): void {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    // `lastIndexOf` was measured to be ten times as slow in workerd: 0.4 ms for 2 MB.
    let at = -1;
    for (let next = bytes.indexOf(BEGINNING); next >= 0; next = bytes.indexOf(BEGINNING, next + 1)) at = next;
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
      const end = piece.subarray(-tailBytes);
      tail = new Uint8Array(Buffer.concat([tail, end]).subarray(-tailBytes));
    },
    usage: () => lastUsageIn(text()) ?? lastUsageIn(earlier.toString('latin1')),
    searches: () => searchesIn(text()),
  };
}

function lastUsageIn(text: string): Usage | undefined {
  const last = [...text.matchAll(NAME)].at(-1);
  const json = last && objectAt(text, last.index + last[0].length);
  return json === undefined ? undefined : summarize([[`{"usageMetadata":${json}}`]], 'json').usage;
}

function searchesIn(text: string): number | undefined {
  const lists = [...text.matchAll(QUERIES)];
  const searches = lists.flatMap(([, name = '', list = '']) => {
    const queries = parseJson(list);
    const kind = name.startsWith('web') ? 'web' : 'image';
    return (Array.isArray(queries) ? queries : []).filter((query) => query !== '').map((query) => `${kind}/${query}`);
  });
  return lists.length === 0 ? undefined : new Set(searches).size;
}

function countIn(bytes: Buffer, name: string): number {
  let count = 0;
  for (let at = bytes.indexOf(name); at !== -1; at = bytes.indexOf(name, at + name.length)) count += 1;
  return count;
}

/** The text from one brace to its closing brace. Strings need no care: usage has only numbers and modality names. */
function objectAt(text: string, from: number): string | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(from, at + 1);
  }
  return undefined;
}
