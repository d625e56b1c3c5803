/** The usage at the end of a body that passes through unread. */
import type { Usage } from '../domain/prices.ts';
import { summarize } from './summary.ts';

/** Usage stands among the last fields of an answer; grounding may come after it. */
const TAIL_BYTES = 16 * 1024;
const NAME = /"usage_?[mM]etadata"\s*:\s*(?=\{)/g;

export interface UsageTail {
  /** Keeps a copy of the end. */
  piece(bytes: Uint8Array): void;
  /** Of all that has passed. */
  readonly bytes: number;
  /** The last usage in it; undefined where there is none, whole. */
  usage(): Usage | undefined;
}

export function createUsageTail(): UsageTail {
  let tail = new Uint8Array(0);
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    piece(piece) {
      bytes += piece.length;
      const end = piece.subarray(-TAIL_BYTES);
      tail = new Uint8Array(Buffer.concat([tail, end]).subarray(-TAIL_BYTES));
    },
    usage() {
      const text = new TextDecoder('latin1').decode(tail);
      const last = [...text.matchAll(NAME)].at(-1);
      const json = last && objectAt(text, last.index + last[0].length);
      return json === undefined ? undefined : summarize([[`{"usageMetadata":${json}}`]], 'json').usage;
    },
  };
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
