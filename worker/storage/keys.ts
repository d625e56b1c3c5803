/** Keys of objects in R2 (docs/storage.md#r2). A picture's id begins with the letter of its retention class. */
import { isPrivateId, privateTail } from '../auth/private-picture.ts';
import { isPictureId } from '../request/image-url.ts';
import { DAY_MS } from '../shared/utc.ts';
import { RETENTION_DAYS, type RetentionClass } from '../sites/site.ts';

const LETTERS: Record<RetentionClass, string> = { '7d': 'a', '30d': 'b', '90d': 'c' };
const PRIVATE_LETTERS: Record<RetentionClass, string> = { '7d': 'd', '30d': 'e', '90d': 'f' };
/** A picture on a site's wall has no retention: no lifecycle rule deletes it. */
type StorageClass = RetentionClass | 'wall';
const CLASSES: Record<string, StorageClass> = {
  ...{ a: '7d', b: '30d', c: '90d', d: '7d', e: '30d', f: '90d' },
  w: 'wall',
};

/**
 * Names the pictures of one run: class letter and 128 random bits, which cannot be guessed.
 *
 * @param asker The only caller that may open them. Absent: they open for every caller that knows the address.
 */
export function createPictureId(
  retention: RetentionClass,
  random: (bytes: Uint8Array) => Uint8Array,
  asker?: string,
): string {
  const bytes = random(new Uint8Array(16));
  return asker === undefined
    ? LETTERS[retention] + bytes.toHex()
    : PRIVATE_LETTERS[retention] + privateTail(bytes, asker);
}

/** @returns undefined for anything that is not a picture id. */
export function classOf(id: string): StorageClass | undefined {
  return isPictureId(id) ? CLASSES[id[0] as string] : undefined;
}

/**
 * The id of a picture's copy on its site's wall, with the same random bits.
 *
 * @returns undefined for a private picture: it is its asker's.
 */
export const wallIdOf = (id: string): string | undefined =>
  isPictureId(id) && !isPrivateId(id) ? `w${id.slice(1)}` : undefined;

export const manifestKey = (retention: RetentionClass, site: string, key: string): string =>
  `${retention}/manifests/${site}/${key}`;

/** Prefix of the keys of all pictures on walls. */
export const WALL_FOLDER = 'wall/images/';

/** Prefix of the keys of all pictures, signatures or renditions of one run. */
export const blobFolder = (kind: 'images' | 'signatures' | 'renditions', id: string): string =>
  `${classOf(id)}/${kind}/${id}/`;

export const blobKey = (kind: 'images' | 'signatures', id: string, n: number): string => blobFolder(kind, id) + n;

/** Whether a key is of a picture or signature of this id. */
export const isOf = (key: string, id: string): boolean =>
  key.startsWith(blobFolder('images', id)) || key.startsWith(blobFolder('signatures', id));

/** Inline input of a run. It has a prefix of its own, so that a run never deletes an upload. */
export const inputKey = (site: string, id: string): string => `files/${site}/inputs/${id}`;
export const isInputKey = (key: string): boolean => /^files\/[^/]+\/inputs\//.test(key);

/** The record of an uploaded file. The file exists while this object does. */
export const fileKey = (site: string, id: string): string => `files/${site}/${id}`;
/** The bytes of a file, under a name that is new for every attempt to store them. */
export const fileBytesKey = (site: string, name: string): string => `files/${site}/bytes/${name}`;

/** Prefix of the list entries of one owner's files. */
export const ownerFolder = (site: string, maker: string): string => `files/${site}/makers/${maker}/`;
/** List entry of a file. R2 lists by key, so the newest has the lowest. @param createdAt Unix milliseconds. */
export const ownerEntry = (createdAt: number, id: string): string =>
  `${(Number.MAX_SAFE_INTEGER - createdAt).toString(16).padStart(14, '0')}-${id}`;

/** Prefix of the keys of an upload in progress. */
export const uploadFolder = (site: string, id: string): string => `files/${site}/uploads/${id}/`;

/** A picture of the owner's template. No lifecycle rule deletes it. @param sha256 Lower-case hex. */
export const templatePictureKey = (site: string, sha256: string): string => `${templateFolder(site)}${sha256}`;
export const templateFolder = (site: string): string => `templates/${site}/`;

/** @param digest Lower-case hex SHA-256 of a thought signature. */
export const originKey = (retention: RetentionClass, digest: string): string => `${retention}/makers/${digest}`;

/** Google's search suggestion of a grounded answer. */
export const suggestionKey = (id: string): string => `${classOf(id)}/suggestions/${id}`;

export const renditionKey = (id: string, n: number, width: number): string =>
  `${classOf(id)}/renditions/${id}/${n}/${width}`;

/** Whether an object stored at `storedAt` has expired, whether or not R2 has deleted it. Unix milliseconds. */
export function isPast(retention: StorageClass, storedAt: number, now: number): boolean {
  return retention !== 'wall' && now - storedAt >= RETENTION_DAYS[retention] * DAY_MS;
}

/** Manifests expire a day before their pictures, so that no manifest names a deleted picture. */
export function isManifestPast(retention: RetentionClass, storedAt: number, now: number): boolean {
  return now - storedAt >= (RETENTION_DAYS[retention] - 1) * DAY_MS;
}
