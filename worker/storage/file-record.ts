/** What is known of files and of uploads that go on, as the metadata of empty R2 objects: a listing brings it along. */
import type { StoredFile } from '../files/file.ts';
import type { ImageMimeType } from '../request/image-type.ts';

type Metadata = Record<string, string>;

/** Metadata travels in headers, so words of callers are kept in letters that are safe there. */
const toText = (words: string): string => encodeURIComponent(words);

/** Numbers as text, and nothing for what is absent. */
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

/** An upload that goes on, as its beginning said it. */
export interface UploadSession {
  /** Of the upload, and of the file that will come of it. */
  id: string;
  maker: string;
  /** Unix milliseconds. */
  createdAt: number;
  /** Bytes of the whole file; absent: as many as come. */
  size?: number;
  displayName?: string;
}

export function toSessionMetadata({ displayName, ...rest }: UploadSession): Metadata {
  return toMetadata({ ...rest, displayName: displayName && toText(displayName) });
}

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
