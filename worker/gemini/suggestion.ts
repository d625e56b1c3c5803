/** Google's search suggestion of a grounded answer, which its terms ask to be shown with it, and as it is. */
import type { Form } from '../request/target.ts';
import { messagesOf } from './forms/forms.ts';
import { at, listOf, textOf } from './forms/names.ts';
import type { Chunk } from './lift/skeleton.ts';

/** @returns HTML with its styles, unaltered; of several in a stream the last. */
export function suggestionOf(chunks: readonly Chunk[], form: Form): string | undefined {
  return chunks
    .flatMap((chunk) => messagesOf(chunk, form))
    .flatMap((message) => listOf(at(message, 'candidates')))
    .map((candidate) => textOf(at(candidate, 'groundingMetadata', 'searchEntryPoint', 'renderedContent')))
    .findLast((html) => html !== undefined);
}
