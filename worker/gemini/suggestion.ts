/**
 * Reads the search suggestion of a grounded answer. Google's terms require that it is shown with the answer, unaltered
 * (docs/wire-facts.md#google-search-grounding).
 */
import type { Form } from '../request/target.ts';
import { messagesOf } from './forms/forms.ts';
import { at, listOf, textOf } from './forms/names.ts';
import type { Chunk } from './lift/skeleton.ts';

/** @returns HTML with its styles, unaltered; the last if a stream has several; undefined if there is none. */
export function suggestionOf(chunks: readonly Chunk[], form: Form): string | undefined {
  return chunks
    .flatMap((chunk) => messagesOf(chunk, form))
    .flatMap((message) => listOf(at(message, 'candidates')))
    .map((candidate) => textOf(at(candidate, 'groundingMetadata', 'searchEntryPoint', 'renderedContent')))
    .findLast((html) => html !== undefined);
}
