/**
 * An answer that was cut off, made whole again around a picture whose bytes had all arrived: the paid work is done, and
 * what is missing are a few words of JSON.
 */
import { asOneObject, closing, frame } from './forms.ts';
import { LiftError } from './lift-error.ts';
import { LiftedValue, parseChunk, type Value } from './payload.ts';
import { type Chunk, type Form, isLifted } from './skeleton.ts';
import { type Summary, summarize } from './summary.ts';

/** A stored picture, its string whole. */
export interface RescuedImage {
  n: number;
  mimeType: string;
  bytes: number;
}

export interface CutAnswer {
  form: Form;
  /** Its whole units, in order. */
  chunks: readonly Chunk[];
  /** What is stored of it, that of the unit that was cut included. */
  images: readonly RescuedImage[];
  signatures: readonly { n: number }[];
  /** Whether the request asked for thoughts. Then a picture may be a draft, and only its own unit says so. */
  thoughts: boolean;
}

/**
 * Units that have arrived are kept as they are, as long as all that they name is stored. A picture that no whole unit
 * names gets an answer of its own, after them.
 *
 * @returns A whole answer in the same form that names a picture and nothing that is not stored; undefined where no
 *   stored picture is surely the picture, or a verdict stands against it.
 */
export function rescue(cut: CutAnswer): Chunk[] | undefined {
  const { form, chunks } = cut;
  const summary = summarize(chunks, form);
  // What the provider has taken back is not kept.
  if (summary.verdict !== undefined) return undefined;
  const isUsable = isAllStored(cut);
  if (summary.finalImage && isUsable) return closed(chunks, form);
  const picture = pictureOf(cut, summary);
  if (!picture) return undefined;
  const before = isUsable ? chunks : [];
  return closed([...before, frame(answerOf(picture), form, before.length === 0)], form);
}

/** What can be nothing but the picture. */
function pictureOf(cut: CutAnswer, { finalImage, images }: Summary): RescuedImage | undefined {
  if (finalImage) return cut.images.find(({ n }) => n === finalImage.n);
  // A supplier that sends drafts to those who did not ask is not trusted with the next picture either.
  const mayBeDraft = cut.thoughts || images.some(({ thought }) => thought);
  return mayBeDraft || isWhole(cut.chunks, cut.form) ? undefined : lastOf(cut.images);
}

/** Of several pictures the last one counts, as everywhere. */
const lastOf = (images: readonly RescuedImage[]): RescuedImage | undefined =>
  [...images].sort((a, b) => a.n - b.n).at(-1);

function isAllStored({ chunks, images, signatures }: CutAnswer): boolean {
  const stored = { image: images, signature: signatures };
  return chunks
    .flat()
    .filter(isLifted)
    .every(({ kind, n }) => stored[kind].some((blob) => blob.n === n));
}

/** A stream of events has no end of its own: another event can always follow. */
function isWhole(chunks: readonly Chunk[], form: Form): boolean {
  if (form === 'sse') return false;
  try {
    return parseChunk(chunks.flat(), 'json') !== undefined;
  } catch (error) {
    if (error instanceof LiftError) return false;
    throw error;
  }
}

/** Whole units, with the end that their form asks for. */
export function closed(chunks: readonly Chunk[], form: Form): Chunk[] {
  if (form === 'json') return asOneObject(chunks);
  return form === 'array' && !isWhole(chunks, form) ? [...chunks, closing(false)] : [...chunks];
}

/** The least that is an answer of Gemini. Its base64 is canonical, whatever upstream's was. */
function answerOf({ n, mimeType, bytes }: RescuedImage): Value {
  const data = new LiftedValue({ kind: 'image', n, bytes });
  const content = { parts: [{ inlineData: { mimeType, data } }], role: 'model' };
  return { candidates: [{ content, finishReason: 'STOP', index: 0 }] };
}
