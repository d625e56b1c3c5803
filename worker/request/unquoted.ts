import type { Failure } from '../shared/failure.ts';
import type { GenerateRequest } from './request.ts';

/** Length of the pieces of a prompt that are looked for. A shorter prompt is looked for as a whole. */
const PIECE = 12;
/** A shorter prompt stands in any text. */
const MIN_PROMPT = 4;

/**
 * A failure as it may be logged. Its cause may have a provider's words, and a relay may quote the prompt in them: then
 * only what stands before the first colon is left, such as `HTTP 403 PERMISSION_DENIED`.
 */
export function unquoted<F extends Failure>(
  failure: F,
  request: Pick<GenerateRequest, 'turns' | 'systemInstruction'>,
): F {
  if (!('cause' in failure) || !failure.cause?.includes(':')) return failure;
  const { cause } = failure;
  return textsOf(request).some((text) => isQuoted(text, cause)) ? { ...failure, cause: cause.split(':')[0] } : failure;
}

function textsOf({ turns, systemInstruction = [] }: Pick<GenerateRequest, 'turns' | 'systemInstruction'>): string[] {
  const parts = turns.flatMap((turn) => turn.parts);
  return [...systemInstruction, ...parts.flatMap((part) => (part.kind === 'text' ? part.text : []))].map((text) =>
    text.trim(),
  );
}

/** Every quote of at least two pieces holds a whole one. */
function isQuoted(text: string, words: string): boolean {
  if (text.length < PIECE) return text.length >= MIN_PROMPT && words.includes(text);
  for (let at = 0; at + PIECE <= text.length; at += PIECE) {
    if (words.includes(text.slice(at, at + PIECE))) return true;
  }
  return false;
}
