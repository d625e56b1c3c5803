/** The names of things in R2 (design §3). A picture's id begins with the letter of its retention class. */
import { isPictureId } from '../domain/picture-address.ts';
import { RETENTION_DAYS, type RetentionClass } from '../domain/site.ts';

const LETTERS: Record<RetentionClass, string> = { '7d': 'a', '30d': 'b', '90d': 'c' };
const CLASSES: Record<string, RetentionClass> = { a: '7d', b: '30d', c: '90d' };
const DAY_MS = 86_400_000;

/** Class letter and 128 random bits: names the pictures of one run, and nobody guesses it. */
export function createPictureId(retention: RetentionClass, random: (bytes: Uint8Array) => Uint8Array): string {
  return LETTERS[retention] + random(new Uint8Array(16)).toHex();
}

/** @returns undefined for anything that is not a picture id. */
export function classOf(id: string): RetentionClass | undefined {
  return isPictureId(id) ? CLASSES[id[0] as string] : undefined;
}

export const manifestKey = (retention: RetentionClass, site: string, key: string): string =>
  `${retention}/manifests/${site}/${key}`;

/** Begins the keys of all pictures, or all signatures, of one run. */
export const blobFolder = (kind: 'images' | 'signatures', id: string): string => `${classOf(id)}/${kind}/${id}/`;

export const blobKey = (kind: 'images' | 'signatures', id: string, n: number): string => blobFolder(kind, id) + n;

/** What callers sent: uploads, and inline inputs of a run. */
export const fileKey = (site: string, id: string): string => `files/${site}/${id}`;
export const isFileKey = (key: string): boolean => key.startsWith('files/');

/** @param digest Lower-case hex SHA-256 of a thought signature. */
export const makerKey = (retention: RetentionClass, digest: string): string => `${retention}/makers/${digest}`;

export const renditionKey = (id: string, n: number, width: number): string =>
  `${classOf(id)}/renditions/${id}/${n}/${width}`;

/** Whether something stored at `storedAt` is past its life, whatever the lifecycle rules did. Unix milliseconds. */
export function isPast(retention: RetentionClass, storedAt: number, now: number): boolean {
  return now - storedAt >= RETENTION_DAYS[retention] * DAY_MS;
}

/** Manifests end a day before their pictures, so that no manifest names a picture that is gone. */
export function isManifestPast(retention: RetentionClass, storedAt: number, now: number): boolean {
  return now - storedAt >= (RETENTION_DAYS[retention] - 1) * DAY_MS;
}
