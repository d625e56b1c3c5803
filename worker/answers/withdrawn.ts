/**
 * An answer whose picture the provider has taken back, in the same answer or later in it. It goes as it is to the
 * caller that asked; then the picture is deleted, and its address is not found any more.
 */
import { withoutPictures } from '../gemini/forms/picture-parts.ts';
import type { Manifest } from '../storage/manifest.ts';
import { type AnswerBody, answerWhole } from './answer-whole.ts';
import type { PictureDelivery, Wanted } from './delivery.ts';

/** @param isAsker Callers that joined hear the verdict alone. */
export async function answerWithdrawn(
  manifest: Manifest,
  isAsker: boolean,
  wanted: Wanted,
  delivery: PictureDelivery,
): Promise<AnswerBody | undefined> {
  const { id, chunks, form } = manifest;
  if (!isAsker) return answerWhole({ ...manifest, chunks: withoutPictures(chunks, form) }, wanted, delivery);
  const answer = await answerWhole(manifest, wanted, delivery);
  if (!answer || typeof answer.body === 'string') await delivery.takeBack(id);
  if (!answer || typeof answer.body === 'string') return answer;
  return { ...answer, body: answer.body.pipeThrough(atItsEnd(() => delivery.takeBack(id))) };
}

const atItsEnd = (flush: () => Promise<void>) => new TransformStream<Uint8Array, Uint8Array>({ flush });
