/** Addresses of our own pictures, as link answers give them out. */
import { isPrivateId } from '../auth/private-picture.ts';
import { type ImageMimeType, typeOfExtension } from './image-type.ts';

export interface PictureName {
  id: string;
  n: number;
  /** As the extension says it; what the bytes are is for whoever reads them. */
  mimeType: ImageMimeType;
}

const PATH = /^\/images\/([^/]*)\/(0|[1-9]\d{0,2})\.([a-z]{3,4})(\?e=\d{1,12}&s=[A-Za-z0-9_-]{43})?$/;

/** Whether a text has the form of a picture's id: the letter of its class, 128 bits, and of a private one whose it is. */
export const isPictureId = (text: string): boolean => /^[abc][0-9a-f]{32}$/.test(text) || isPrivateId(text);

/**
 * @param origin This worker's own.
 * @returns Nothing for any other address. Compared as text: a query, another spelling of the host or of the number is
 *   no address that an answer of ours has held. The signature of a private one is not looked at: in a long conversation
 *   it may be old, and who asks has to be the asker.
 */
export function parsePictureAddress(uri: string, origin: string): PictureName | undefined {
  if (!uri.startsWith(`${origin}/`)) return undefined;
  const [, id = '', n, extension = '', signature] = PATH.exec(uri.slice(origin.length)) ?? [];
  const mimeType = typeOfExtension(extension);
  if (signature !== undefined && !isPrivateId(id)) return undefined;
  return isPictureId(id) && mimeType ? { id, n: Number(n), mimeType } : undefined;
}
