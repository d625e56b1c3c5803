/**
 * Completes an answer that was cut off after all bytes of its picture had arrived. The paid work is done, and only a
 * few words of JSON are missing.
 */
import type { Form } from '../request/target.ts';
import { asOneObject, closing, frame } from './forms/forms.ts';
import { parseChunk } from './forms/payload.ts';
import { LiftedValue, type Value } from './forms/value.ts';
import { LiftError } from './lift/lift-error.ts';
import { type Chunk, isLifted } from './lift/skeleton.ts';
import { type Summary, summarize } from './summary.ts';

/** A stored picture whose base64 arrived completely. */
interface RescuedImage {
  n: number;
  mimeType: string;
  bytes: number;
}

export interface CutAnswer {
  form: Form;
  /** The units that arrived whole, in order. */
  chunks: readonly Chunk[];
  /** The stored pictures, those of the cut unit included. */
  images: readonly RescuedImage[];
  signatures: readonly { n: number }[];
  /** Whether the request asked for thoughts. Then a picture may be a draft, which only its unit can tell. */
  thoughts: boolean;
}

/**
 * Keeps the whole units if everything that they name is stored. A picture that no whole unit names is added as an
 * answer of its own, after them.
 *
 * @returns A whole answer in the same form that names a picture, and only stored blobs; undefined if no stored picture
 *   is certainly the final one, or if the answer has a verdict against it.
 */
export function rescue(cut: CutAnswer): Chunk[] | undefined {
  const { form, chunks } = cut;
  const summary = summarize(chunks, form);
  // A picture with a verdict against it is not kept.
  if (summary.verdict !== undefined) return undefined;
  const isUsable = isAllStored(cut);
  if (summary.finalImage && isUsable) return closed(chunks, form);
  const picture = pictureOf(cut, summary);
  if (!picture) return undefined;
  const before = isUsable ? chunks : [];
  return closed([...before, frame(answerOf(picture), form, before.length === 0)], form);
}

/** The stored picture that is certainly the final one. */
function pictureOf(cut: CutAnswer, { finalImage, images }: Summary): RescuedImage | undefined {
  if (finalImage) return cut.images.find(({ n }) => n === finalImage.n);
  // If a provider sends drafts that were not requested, its next picture may be a draft too.
  const mayBeDraft = cut.thoughts || images.some(({ thought }) => thought);
  return mayBeDraft || isWhole(cut.chunks, cut.form) ? undefined : lastOf(cut.images);
}

/** Of several pictures the last one counts, as in `summarize`. */
const lastOf = (images: readonly RescuedImage[]): RescuedImage | undefined =>
  [...images].sort((a, b) => a.n - b.n).at(-1);

function isAllStored({ chunks, images, signatures }: CutAnswer): boolean {
  const stored = { image: images, signature: signatures };
  return chunks
    .flat()
    .filter(isLifted)
    .every(({ kind, n }) => stored[kind].some((blob) => blob.n === n));
}

/** Whether the units are a complete answer. A stream of events never is: another event can always follow. */
function isWhole(chunks: readonly Chunk[], form: Form): boolean {
  if (form === 'sse') return false;
  try {
    return parseChunk(chunks.flat(), 'json') !== undefined;
  } catch (error) {
    if (error instanceof LiftError) return false;
    throw error;
  }
}

/** Whole units, with the end that their form requires: `]` for an array that is still open. */
export function closed(chunks: readonly Chunk[], form: Form): Chunk[] {
  if (form === 'json') return asOneObject(chunks);
  return form === 'array' && !isWhole(chunks, form) ? [...chunks, closing(false)] : [...chunks];
}

/** The smallest answer of Gemini with a picture. Its base64 is canonical, even if the provider's was not. */
function answerOf({ n, mimeType, bytes }: RescuedImage): Value {
  const data = new LiftedValue({ kind: 'image', n, bytes });
  const content = { parts: [{ inlineData: { mimeType, data } }], role: 'model' };
  return { candidates: [{ content, finishReason: 'STOP', index: 0 }] };
}
