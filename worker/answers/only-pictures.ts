/** The pictures of a run, for a visitor of a template: what else the provider said is not told. */
import { createOnlyPictures, ONLY_PICTURES_FORM } from '../gemini/forms/only-pictures.ts';
import type { GenerationEvent } from '../generation/job.ts';
import type { Manifest } from '../storage/manifest.ts';

/**
 * The events of a run. Those that would tell nothing are left out, so that a reader of the rest notices the silence and
 * keeps its connection alive.
 */
export async function* tellOnlyPictures(events: AsyncIterable<GenerationEvent>): AsyncIterable<GenerationEvent> {
  let pictures: ReturnType<typeof createOnlyPictures> | undefined;
  let images: Manifest['images'] = [];
  for await (const event of events) {
    if (event.type === 'started') {
      pictures = createOnlyPictures(event.form);
      yield { ...event, form: ONLY_PICTURES_FORM };
    } else if (event.type === 'chunk') {
      images = event.images;
      for (const chunk of pictures?.push(event.chunk, images) ?? []) yield { ...event, chunk };
    } else if (event.type === 'done') {
      for (const chunk of pictures?.end() ?? []) yield { type: 'chunk', chunk, images };
      yield { ...event, manifest: onlyPicturesOf(event.manifest) };
    } else {
      yield event;
    }
  }
}

/** A whole answer. */
export function onlyPicturesOf(manifest: Manifest): Manifest {
  const { push, end } = createOnlyPictures(manifest.form);
  const chunks = [...manifest.chunks.flatMap((chunk) => push(chunk, manifest.images)), ...end()];
  return { ...manifest, chunks, form: ONLY_PICTURES_FORM };
}
