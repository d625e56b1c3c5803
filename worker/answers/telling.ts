/** What of an answer a caller reads, in the form that it asked for. */
import { createDeriver, type Deriver } from '../gemini/forms/forms.ts';
import { createOnlyPictures, ONLY_PICTURES_FORM } from '../gemini/forms/only-pictures.ts';
import type { Chunk } from '../gemini/lift/skeleton.ts';
import type { Form } from '../request/target.ts';
import type { StoredImage } from '../storage/manifest.ts';
import type { Wanted } from './delivery.ts';

/** A {@link Deriver} that knows the pictures that are stored so far. */
export type Telling = Omit<Deriver, 'push'> & {
  push(chunk: Chunk, images: readonly StoredImage[]): Chunk[];
};

/** @param from The form of the answer. */
export function createTelling(from: Form, { form, isOnlyPictures }: Pick<Wanted, 'form' | 'isOnlyPictures'>): Telling {
  if (!isOnlyPictures) return createDeriver(from, form);
  const pictures = createOnlyPictures(from);
  const deriver = createDeriver(ONLY_PICTURES_FORM, form);
  return {
    push: (chunk, images) => pictures.push(chunk, images).flatMap(deriver.push),
    get holdsWords() {
      return deriver.holdsWords;
    },
    release: deriver.release,
    end: () => [...pictures.end().flatMap(deriver.push), ...deriver.end()],
    flush: deriver.flush,
  };
}

/** A whole answer. */
export function tellWhole(
  { chunks, images, form }: { chunks: readonly Chunk[]; images: readonly StoredImage[]; form: Form },
  wanted: Pick<Wanted, 'form' | 'isOnlyPictures'>,
): Chunk[] {
  const telling = createTelling(form, wanted);
  return [...chunks.flatMap((chunk) => telling.push(chunk, images)), ...telling.end()];
}
