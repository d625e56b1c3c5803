/** The thought signatures of an answer that were short enough to stay in its text. */
import type { Form } from '../../request/target.ts';
import type { Chunk } from '../lift/skeleton.ts';
import { messagesOf } from './forms.ts';
import { fieldOf, partsOf, textOf } from './names.ts';

/** @returns As the provider wrote them, in order. Strings that are not base64 are skipped. */
export function shortSignaturesOf(chunks: readonly Chunk[], form: Form): string[] {
  return chunks
    .flatMap((chunk) => messagesOf(chunk, form))
    .flatMap(partsOf)
    .flatMap((part) => textOf(fieldOf(part, 'thoughtSignature')) ?? [])
    .filter((text) => /^[A-Za-z0-9+/_-]{2,}={0,2}$/.test(text) && text.replaceAll('=', '').length % 4 !== 1);
}
