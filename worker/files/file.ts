/** An uploaded file: whose it is, how long it lives, and how Gemini's Files API shows it. */
import type { Client, Visitor } from '../auth/site.ts';
import { fileAddress } from '../request/file-url.ts';
import type { ImageMimeType } from '../request/image-type.ts';

/** As much as one request may bring inline in pictures of its own. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** As at Google (facts §7). */
export const FILE_LIFE_MS = 48 * 3_600_000;

/** A picture that was looked through to its end. */
export interface WholeImage {
  mimeType: ImageMimeType;
  /** Pixels; absent where the header could not be read. */
  width?: number;
  height?: number;
}

export interface StoredFile {
  /** 128 random bits as hex. Whoever of the site knows it may use the file. */
  id: string;
  /** Who may see, list and delete it. */
  maker: string;
  /** R2 key of the bytes, written once. */
  object: string;
  /** Bytes. */
  size: number;
  /** Lower-case hex. */
  sha256: string;
  image: WholeImage;
  displayName?: string;
  /** Unix milliseconds. */
  createdAt: number;
}

/** A visitor's id stays when the ticket is renewed; a client goes by its name. */
export const ownerOf = (caller: Pick<Visitor, 'kind' | 'visitor'> | Client): string =>
  caller.kind === 'visitor' ? `visitor-${caller.visitor}` : `client-${encodeURIComponent(caller.name)}`;

/** Whether something is past its life, whatever the lifecycle rules did. Unix milliseconds. */
export const isFilePast = (createdAt: number, now: number): boolean => now - createdAt >= FILE_LIFE_MS;

/** Gemini's `File`. @see https://ai.google.dev/api/files#File */
export function toFile({ id, displayName, image, size, sha256, createdAt }: StoredFile, origin: string) {
  const createTime = new Date(createdAt).toISOString();
  return {
    name: `files/${id}`,
    ...(displayName !== undefined && { displayName }),
    mimeType: image.mimeType,
    sizeBytes: String(size),
    createTime,
    updateTime: createTime,
    expirationTime: new Date(createdAt + FILE_LIFE_MS).toISOString(),
    // Google gives base64 of the digest's hex digits, not of its bytes.
    sha256Hash: btoa(sha256),
    uri: fileAddress(origin, id),
    state: 'ACTIVE',
    source: 'UPLOADED',
  };
}
