import type { Failure } from '../shared/failure.ts';
import { knownWordsOf } from '../shared/known-words.ts';
import type { GenerateRequest } from './request.ts';

/** Length of the pieces of a prompt that are looked for. A shorter prompt is looked for as a whole. */
const PIECE = 12;
/** A shorter prompt stands in any text. */
const MIN_PROMPT = 4;

/**
 * A failure as it may be logged. Behind the first colon its cause may have a provider's words, and a relay may quote the
 * prompt in them. So the known words are left, with which providers speak of accounts; and where even these quote the
 * prompt, only what stands before the colon, such as `HTTP 403 PERMISSION_DENIED`.
 */
export function unquoted<F extends Failure>(
  failure: F,
  request: Pick<GenerateRequest, 'turns' | 'systemInstruction'>,
): F {
  if (!('cause' in failure) || !failure.cause?.includes(':')) return failure;
  const { cause } = failure;
  const colon = cause.indexOf(':');
  const [head, words] = [cause.slice(0, colon), cause.slice(colon)];
  const said = lettersOf(words);
  const isQuote = textsOf(request).some((text) => isQuoted(lettersOf(text), said));
  const told = isQuote ? head : head + knownWordsOf(words);
  return told === cause ? failure : { ...failure, cause: told };
}

function textsOf({ turns, systemInstruction = [] }: Pick<GenerateRequest, 'turns' | 'systemInstruction'>): string[] {
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
