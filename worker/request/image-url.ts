/** Addresses of our own pictures, as link answers give them out. */
import { isPrivateId } from '../auth/private-picture.ts';
import { type ImageMimeType, typeOfExtension } from './image-type.ts';

export interface PictureName {
  id: string;
  n: number;
  /** The type that the extension names; the bytes may differ. */
  mimeType: ImageMimeType;
}

const PATH = /^\/images\/([^/]*)\/(0|[1-9]\d{0,2})\.([a-z]{3,4})(\?e=\d{1,12}&s=[A-Za-z0-9_-]{43})?$/;

/** Whether a text has the form of a picture's id: class letter and 128 random bits, or a private id. */
export const isPictureId = (text: string): boolean => /^[abcw][0-9a-f]{32}$/.test(text) || isPrivateId(text);

/**
 * @param origin This worker's own.
 * @returns undefined for any other address. It is compared as text: no answer of ours has held a query, or another
 *   spelling of the host or of the number. The signature of a private address is not checked: in a long conversation it
 *   may have expired, and the asker is checked instead.
 */
export function parsePictureAddress(uri: string, origin: string): PictureName | undefined {
  if (!uri.startsWith(`${origin}/`)) return undefined;
  const [, id = '', n, extension = '', signature] = PATH.exec(uri.slice(origin.length)) ?? [];
  const mimeType = typeOfExtension(extension);
  if (signature !== undefined && !isPrivateId(id)) return undefined;
  return isPictureId(id) && mimeType ? { id, n: Number(n), mimeType } : undefined;
}
