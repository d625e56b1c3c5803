/** An uploaded file: whose it is, how long it lives, and how Gemini's Files API shows it. */
import type { Client, Visitor } from '../auth/caller.ts';
import { fileAddress } from '../request/file-url.ts';
import type { ImageMimeType } from '../request/image-type.ts';
import { HOUR_MS } from '../shared/utc.ts';

/** The same limit as for the inline pictures of one request. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** As at Google (docs/wire-facts.md#google-files). */
export const FILE_LIFE_MS = 48 * HOUR_MS;

/** A picture that was inspected to its end. */
export interface WholeImage {
  mimeType: ImageMimeType;
  /** Pixels; absent where the header could not be read. */
  width?: number;
  height?: number;
}

export interface StoredFile {
  /** 128 random bits as hex. Any caller of the site that knows it may use the file. */
  id: string;
  /** The owner, as {@link ownerOf} names it: no other caller may see, list or delete the file. */
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

/** Names the owner of files: a visitor by its id, which survives a renewed ticket, a client by its name. */
export const ownerOf = (caller: Pick<Visitor, 'kind' | 'visitor'> | Client): string =>
  caller.kind === 'visitor' ? `visitor-${caller.visitor}` : `client-${encodeURIComponent(caller.name)}`;

/** Whether a file has expired, whether or not R2 has deleted it. Unix milliseconds. */
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
