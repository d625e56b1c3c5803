/** Records of files and of uploads in progress, as metadata of empty R2 objects: a listing returns them. */
import type { StoredFile } from '../files/file.ts';
import type { ImageMimeType } from '../request/image-type.ts';

type Metadata = Record<string, string>;

/** Metadata travels in HTTP headers, so callers' text is percent-encoded. */
const toText = (words: string): string => encodeURIComponent(words);

/** Writes numbers as text and leaves out absent values. */
function toMetadata(values: Record<string, string | number | undefined>): Metadata {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, String(value)]));
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

export function toFileMetadata({ id, displayName, image, ...rest }: StoredFile): Metadata {
  return toMetadata({ id, ...rest, ...image, displayName: displayName && toText(displayName) });
}

/** @returns undefined for an object that is no record of a file. */
export function readFile({ customMetadata = {} }: R2Object): StoredFile | undefined {
  const { id, maker, object, sha256, mimeType, displayName } = customMetadata;
  const size = numberOf(customMetadata.size);
  const createdAt = numberOf(customMetadata.createdAt);
  const width = numberOf(customMetadata.width);
  const height = numberOf(customMetadata.height);
  if (!id || !maker || !object || !sha256 || !mimeType || !size || !createdAt) return undefined;
  const pixels = width && height ? { width, height } : {};
  return {
    ...{ id, maker, object, size, sha256, createdAt },
    image: { mimeType: mimeType as ImageMimeType, ...pixels },
    ...(displayName && { displayName: decodeURIComponent(displayName) }),
  };
}

/** An upload in progress, as its first request described it. */
export interface UploadSession {
  /** Names the upload, and later the file it becomes. */
  id: string;
  maker: string;
  /** Unix milliseconds. */
  createdAt: number;
  /** Bytes of the whole file. Absent: not declared. */
  size?: number;
  displayName?: string;
}

export function toSessionMetadata({ displayName, ...rest }: UploadSession): Metadata {
  return toMetadata({ ...rest, displayName: displayName && toText(displayName) });
}

/** @returns undefined for an object that is no record of an upload. */
export function readSession({ customMetadata = {} }: R2Object): UploadSession | undefined {
  const { id, maker, displayName } = customMetadata;
  const createdAt = numberOf(customMetadata.createdAt);
  const size = numberOf(customMetadata.size);
  if (!id || !maker || !createdAt) return undefined;
  return {
    ...{ id, maker, createdAt },
    ...(size && { size }),
    ...(displayName && { displayName: decodeURIComponent(displayName) }),
  };
}
