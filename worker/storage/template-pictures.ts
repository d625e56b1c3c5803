/**
 * The owner's own pictures of a template, such as a product or a logo. They are kept for good under their digest, and no
 * route gives them out.
 */
import type { WholeImage } from '../files/file.ts';
import { createImageInspection } from '../files/image-inspection.ts';
import { IMAGE_MIME_TYPES } from '../request/image-type.ts';
import type { KeptInput } from '../request/inputs.ts';
import { fail, invalidField, type Result, succeed } from '../shared/failure.ts';
import { templateFolder, templatePictureKey } from './keys.ts';
import { withRetries } from './retry.ts';

/** All of them go up with every request of the template. */
export const MAX_TEMPLATE_PICTURE_BYTES = 5 * 1024 * 1024;

/** A picture that a template may name. */
interface TemplatePicture extends WholeImage {
  /** Lower-case hex SHA-256 of its bytes. */
  id: string;
  bytes: number;
}

type ListedPicture = Pick<TemplatePicture, 'id' | 'mimeType' | 'bytes'>;

export interface TemplatePictures {
  /** Keeps a picture for a site's template. Fails with `INVALID_FIELD` where the bytes are not one whole picture. */
  keep(site: string, bytes: Uint8Array): Promise<Result<TemplatePicture>>;
  /** All that is kept for the site, in the order of ids. */
  list(site: string): Promise<ListedPicture[]>;
  /** @returns Whether there was such a picture. */
  remove(site: string, id: string): Promise<boolean>;
  /** @returns Those of the ids under which nothing is kept for the site. */
  missing(site: string, ids: readonly string[]): Promise<string[]>;
}

const FIELD = 'picture';

export const createTemplatePictures = (bucket: R2Bucket): TemplatePictures => ({
  async keep(site, bytes) {
    if (bytes.length > MAX_TEMPLATE_PICTURE_BYTES) {
      const rule = `must have at most ${MAX_TEMPLATE_PICTURE_BYTES} bytes, but has ${bytes.length}.`;
      return fail(invalidField(FIELD, rule));
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
  async list(site) {
    const prefix = templateFolder(site);
    const found: ListedPicture[] = [];
    let cursor: string | undefined;
    do {
      const options = { prefix, include: ['httpMetadata'], ...(cursor && { cursor }) } satisfies R2ListOptions;
      const page = await withRetries(() => bucket.list(options));
      for (const { key, size, httpMetadata } of page.objects) {
        const mimeType = typeOf(httpMetadata);
        if (mimeType) found.push({ id: key.slice(prefix.length), mimeType, bytes: size });
      }
      cursor = page.truncated ? page.cursor : undefined;
    } while (cursor);
    return found;
  },
  async remove(site, id) {
    if (!(await findTemplatePicture(bucket, site, id))) return false;
    await withRetries(() => bucket.delete(templatePictureKey(site, id)));
    return true;
  },
  async missing(site, ids) {
    const found = await Promise.all(ids.map((id) => findTemplatePicture(bucket, site, id)));
    return ids.filter((_, at) => found[at] === undefined);
  },
});

const typeOf = (metadata: R2HTTPMetadata | undefined) =>
  IMAGE_MIME_TYPES.find((type) => type === metadata?.contentType);

/** The picture as an input of a request; undefined where there is none. */
export async function findTemplatePicture(
  bucket: R2Bucket,
  site: string,
  sha256: string,
): Promise<KeptInput | undefined> {
  const object = templatePictureKey(site, sha256);
  const stored = await bucket.head(object);
  const mimeType = typeOf(stored?.httpMetadata);
  if (!stored || !mimeType) return undefined;
  return { kind: 'image', object, size: stored.size, sha256, image: { mimeType } };
}
