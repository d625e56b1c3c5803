/**
 * The owner's own pictures of a template, such as a product or a logo. They are kept for good under their digest, and no
 * route gives them out.
 */
import type { WholeImage } from '../files/file.ts';
import { createImageInspection } from '../files/image-inspection.ts';
import { IMAGE_MIME_TYPES } from '../request/image-type.ts';
import type { KeptInput } from '../request/inputs.ts';
import { fail, type Result, succeed } from '../shared/failure.ts';
import { templatePictureKey } from './keys.ts';
import { withRetries } from './retry.ts';

/** All of them go up with every request of the template. */
export const MAX_TEMPLATE_PICTURE_BYTES = 5 * 1024 * 1024;

/** A picture that a template may name. */
interface TemplatePicture extends WholeImage {
  /** Lower-case hex SHA-256 of its bytes. */
  id: string;
  bytes: number;
}

export interface TemplatePictures {
  /** Keeps a picture for a site's template. Fails with `INVALID_FIELD` where the bytes are not one whole picture. */
  keep(site: string, bytes: Uint8Array): Promise<Result<TemplatePicture>>;
  /** @returns Those of the ids under which nothing is kept for the site. */
  missing(site: string, ids: readonly string[]): Promise<string[]>;
}

const FIELD = 'picture';

export const createTemplatePictures = (bucket: R2Bucket): TemplatePictures => ({
  async keep(site, bytes) {
    if (bytes.length > MAX_TEMPLATE_PICTURE_BYTES) {
      const rule = `must have at most ${MAX_TEMPLATE_PICTURE_BYTES} bytes, but has ${bytes.length}.`;
      return fail({ reason: 'INVALID_FIELD', field: FIELD, rule });
    }
    const inspection = createImageInspection(FIELD);
    inspection.add(bytes);
    const whole = inspection.end();
    if (!whole.ok) return whole;
    const id = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toHex();
    const httpMetadata = { contentType: whole.value.mimeType };
    await withRetries(() =>
      bucket.put(templatePictureKey(site, id), bytes, { httpMetadata, customMetadata: { sha256: id } }),
    );
    return succeed({ ...whole.value, id, bytes: bytes.length });
  },
  async missing(site, ids) {
    const found = await Promise.all(ids.map((id) => findTemplatePicture(bucket, site, id)));
    return ids.filter((_, at) => found[at] === undefined);
  },
});

/** The picture as an input of a request; undefined where there is none. */
export async function findTemplatePicture(
  bucket: R2Bucket,
  site: string,
  sha256: string,
): Promise<KeptInput | undefined> {
  const object = templatePictureKey(site, sha256);
  const stored = await bucket.head(object);
  const mimeType = IMAGE_MIME_TYPES.find((type) => type === stored?.httpMetadata?.contentType);
  if (!stored || !mimeType) return undefined;
  return { kind: 'image', object, size: stored.size, sha256, image: { mimeType } };
}
