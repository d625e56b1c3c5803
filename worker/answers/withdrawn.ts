/**
 * Answers a run whose picture the provider has withdrawn. The caller that started the run receives the answer
 * unchanged. Then the picture is deleted, and its address answers 404.
 */
import { withoutPictures } from '../gemini/forms/picture-parts.ts';
import type { Manifest } from '../storage/manifest.ts';
import { type AnswerBody, answerWhole } from './answer-whole.ts';
import type { PictureDelivery, Wanted } from './delivery.ts';

/**
 * @param isAsker Whether this caller started the run. A caller that joined receives the answer without its pictures.
 * @returns undefined if a picture is gone, as in {@link answerWhole}.
 */
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
