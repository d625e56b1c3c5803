import { knownWordsOf } from '../shared/known-words.ts';
import type { GenerateRequest } from './request.ts';

/** What a provider's words may be a quote of. */
export type Quotable = Pick<GenerateRequest, 'turns' | 'systemInstruction'>;

/** Length of the pieces of a prompt that are looked for. A shorter prompt is looked for as a whole. */
const PIECE = 12;
/** A shorter prompt stands in any text. */
const MIN_PROMPT = 4;

/** A provider's words without all that may quote the prompt; empty where even the known words among them do. */
export function unquotedWords(words: string, request: Quotable): string {
  const said = lettersOf(words);
  return textsOf(request).some((text) => isQuoted(lettersOf(text), said)) ? '' : knownWordsOf(words);
}

function textsOf({ turns, systemInstruction = [] }: Quotable): string[] {
  const parts = turns.flatMap((turn) => turn.parts);
  return [...systemInstruction, ...parts.flatMap((part) => (part.kind === 'text' ? part.text : []))];
}

/** Letters and digits alone, in one case. */
const lettersOf = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** Every quote of at least two pieces holds a whole one. */
function isQuoted(text: string, words: string): boolean {
  if (text.length < PIECE) return text.length >= MIN_PROMPT && words.includes(text);
  for (let at = 0; at + PIECE <= text.length; at += PIECE) {
    if (words.includes(text.slice(at, at + PIECE))) return true;
  }
  return false;
}
