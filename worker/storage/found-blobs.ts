/**
 * Finds what a run has stored by its id, after the writer's memory is lost. Only whole objects are listed, because R2
 * shows none before its last byte.
 */
import { HEAD_BYTES, sniffImage } from '../request/image-type.ts';
import { blobFolder, blobKey, renditionKey, suggestionKey } from './keys.ts';
import { type Labels, labelsOf, originalOf } from './labels.ts';
import type { StoredImage, StoredSignature } from './manifest.ts';
import { RENDITION_WIDTHS } from './renditions.ts';

/** R2 deletes no more keys at once (developers.cloudflare.com/r2/api/workers/workers-api-reference). */
const MAX_DELETED = 1000;

export interface FoundBlobs {
  /** Sorted by `n`. */
  images: StoredImage[];
  signatures: StoredSignature[];
}

/** Lists the pictures and large signatures under a picture id. Throws R2's errors. */
export async function findBlobs(bucket: R2Bucket, id: string): Promise<FoundBlobs> {
  const images: StoredImage[] = [];
  for (const [n, object] of await list(bucket, blobFolder('images', id))) {
    images.push({ n, ...(await describe(bucket, object)) });
  }
  const signatures = await list(bucket, blobFolder('signatures', id));
  return { images, signatures: signatures.map(([n, object]) => ({ n, bytes: object.size, ...digestIn(object) })) };
}

/** All objects of a run, by its id. */
export interface FoundObjects {
  /** Numbers of its pictures. */
  pictures: number[];
  /** Absent: nothing is left, or it was stored without labels. */
  labels?: Labels;
  /** Of a copy on a wall: the id of its picture. */
  copyOf?: string;
  /** R2 keys. */
  keys: string[];
}

/** Lists everything under a picture id. Throws R2's errors. */
export async function findObjects(bucket: R2Bucket, id: string): Promise<FoundObjects> {
  const folders = (['images', 'signatures', 'renditions'] as const).map((name) => list(bucket, blobFolder(name, id)));
  const [images = [], ...others] = await Promise.all(folders);
  const objects = [images, ...others].flat().map(([, object]) => object);
  const labels = objects.map(labelsOf).find((found) => found !== undefined);
  const copyOf = images.map(([, image]) => originalOf(image)).find((id) => id !== undefined);
  return {
    pictures: images.map(([n]) => n),
    ...(labels && { labels }),
    ...(copyOf !== undefined && { copyOf }),
    keys: objects.map(({ key }) => key),
  };
}

/** Whose a picture is. */
export type FoundPicture = Pick<FoundObjects, 'labels' | 'copyOf'>;

/** Looks for a picture under an id, with one listing. Throws R2's errors. @returns undefined where there is none. */
export async function findPicture(bucket: R2Bucket, id: string): Promise<FoundPicture | undefined> {
  const { objects } = await bucket.list({ prefix: blobFolder('images', id), include: ['customMetadata'], limit: 1 });
  const [picture] = objects;
  if (!picture) return undefined;
  const [labels, copyOf] = [labelsOf(picture), originalOf(picture)];
  return { ...(labels && { labels }), ...(copyOf !== undefined && { copyOf }) };
}

const renditionKeys = (id: string, numbers: readonly number[]): string[] =>
  numbers.flatMap((n) => RENDITION_WIDTHS.map((width) => renditionKey(id, n, width)));

/** R2 keys of pictures of a run in all sizes. */
export const pictureKeys = (id: string, numbers: readonly number[]): string[] => [
  ...numbers.map((n) => blobKey('images', id, n)),
  ...renditionKeys(id, numbers),
];

/**
 * Deletes everything that {@link findObjects} found, with the suggestion, and renditions that have been made since. A
 * picture goes by its key alone, so that one which was put back since stays. Idempotent.
 */
export async function removeObjects(bucket: R2Bucket, id: string, { pictures, keys }: FoundObjects): Promise<void> {
  const all = [...new Set([...keys, ...renditionKeys(id, pictures), suggestionKey(id)])];
  for (let at = 0; at < all.length; at += MAX_DELETED) await bucket.delete(all.slice(at, at + MAX_DELETED));
}

/** Deletes the pictures of a run and their renditions. */
export async function removePictures(bucket: R2Bucket, id: string): Promise<void> {
  for (const name of ['images', 'renditions'] as const) {
    const { objects } = await bucket.list({ prefix: blobFolder(name, id) });
    if (objects.length > 0) await bucket.delete(objects.map(({ key }) => key));
  }
}

/** Objects with their number `n`, sorted by it. */
async function list(bucket: R2Bucket, prefix: string): Promise<[number, R2Object][]> {
  const found: [number, R2Object][] = [];
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix, include: ['httpMetadata', 'customMetadata'], ...(cursor && { cursor }) });
    for (const object of page.objects) found.push([Number(object.key.slice(prefix.length)), object]);
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
  return found.sort(([a], [b]) => a - b);
}

/** Describes a picture as its writer did: the type is kept with the object, the pixels are in its first bytes. */
async function describe(bucket: R2Bucket, object: R2Object): Promise<Omit<StoredImage, 'n'>> {
  const { key, size, httpMetadata, customMetadata } = object;
  const mimeType = httpMetadata?.contentType ?? 'application/octet-stream';
  const sha256 = customMetadata?.sha256 ?? (await digest(await open(bucket, key)));
  const head = await open(bucket, key, { range: { offset: 0, length: Math.min(size, HEAD_BYTES) } });
  return { mimeType, ...sniffImage(await head.bytes()), bytes: size, sha256 };
}

async function open(bucket: R2Bucket, key: string, options: R2GetOptions = {}): Promise<R2ObjectBody> {
  const object = await bucket.get(key, options);
  if (!object || !('body' in object)) throw new Error(`${key} was listed and is gone`);
  return object;
}

/** An object stored by one put has its digest as metadata. A signature without one is not read for it. */
const digestIn = ({ customMetadata }: R2Object): { sha256?: string } =>
  customMetadata?.sha256 ? { sha256: customMetadata.sha256 } : {};

/** Streams the object into the digest, so that only what the pipe holds is in memory. */
async function digest({ body }: R2ObjectBody): Promise<string> {
  const hash = new crypto.DigestStream('SHA-256');
  await body.pipeTo(hash);
  return new Uint8Array(await hash.digest).toHex();
}
