import type { Form } from '../request/target.ts';
import { frame, messagesOf } from './forms/forms.ts';
import { fieldOf } from './forms/names.ts';
import type { Value } from './forms/value.ts';
import type { Chunk } from './lift/skeleton.ts';
import { closed } from './rescue.ts';

const MESSAGE = 'The picture was made and is not shown: it did not pass the check of this site.';

/**
 * An answer whose pictures are withheld, as a refusal of Gemini: no picture, a finish reason, and the usage that was
 * charged.
 *
 * @param told The units that callers have already. They name no picture.
 * @param chunks The whole answer.
 */
export function withheld(told: readonly Chunk[], chunks: readonly Chunk[], form: Form, finishReason: string): Chunk[] {
  const messages = chunks.flatMap((chunk) => messagesOf(chunk, form));
  const usageMetadata = messages.map((message) => fieldOf(message, 'usageMetadata')).findLast((usage) => usage);
  const answer: Value = {
    candidates: [{ content: { parts: [], role: 'model' }, finishReason, finishMessage: MESSAGE, index: 0 }],
    ...(usageMetadata && { usageMetadata }),
  };
  return closed([...told, frame(answer, form, told.length === 0)], form);
}
