/** Addresses of uploaded files, as the Files API gives them out. */

/** Whether a text has the form of a file's id: 128 random bits. */
export const isFileId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

/** The address of a file, the same for every version of the API that the upload used. */
export const fileAddress = (origin: string, id: string): string => `${origin}/v1beta/files/${id}`;

/**
 * @param origin This worker's own.
 * @returns The id; undefined for any other address. It is compared as text, like addresses of pictures.
 */
export function parseFileAddress(uri: string, origin: string): string | undefined {
  if (!uri.startsWith(`${origin}/`)) return undefined;
  const [, id = ''] = /^\/(?:v1beta|v1)\/files\/([^/]*)$/.exec(uri.slice(origin.length)) ?? [];
  return isFileId(id) ? id : undefined;
}
