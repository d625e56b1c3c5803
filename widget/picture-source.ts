/** Where an answer's picture is: behind an address of the worker's, or in the answer itself as letters. */
import type { ResponsePart } from './gemini.ts';

export type PictureSource = { url: string; mimeType: string } | { base64: string; mimeType: string };

/** What a page may be made to show. SVG is not among them: it is a document. */
const SHOWN_TYPES = /^image\/(?:png|jpe?g|webp|gif|avif|heic|heif)$/i;
const PICTURE_PATH = /^\/images\/[abc][0-9a-f]{32}\/\d+\.\w+$/;
/** Lines of base64 have 64 or 76 letters; what is not cut into lines is one line. */
const DATA_URL =
  /data:([\w.+-]+\/[\w.+-]+)?(?:;[\w.+-]+=[\w.+-]+)*;base64,\s*((?:[\w+/-]{60,76}\s*\n\s*)*[\w+/-]*=*)/gi;
const OTHER_DATA_URL = /data:[\w.+-]+\/[\w.+-]+(?:;[\w.+=-]+)*,[^\s"')]*/gi;
/** Names are bounded in length: without it, a text of nothing but `![` would take a page's time. */
const MARKDOWN_IMAGE = /!\[[^\]]{0,300}\]\(\s*<?(https?:\/\/[^\s)>]+)[^)\n]*\)/gi;
/** U+FFFC stands for what is no text; here, for a picture that was taken out. */
const HOLE = '\ufffc';
/** A hole with the Markdown or HTML around it, and letters that are no words of any language. */
const NO_WORDS =
  /!?\[[^\]]{0,300}\]\([^)\ufffc]{0,100}\ufffc(?:[^)\n]*\))?|<img\b[^>\ufffc]{0,300}\ufffc(?:[^>\n]*>)?|\ufffc|[\w+/=-]{200,}/gi;

/** The picture of an image part; undefined for any other part, and for an address that is not the worker's. */
export function sourceOf({ fileData, inlineData }: ResponsePart, endpoint: string): PictureSource | undefined {
  if (typeof fileData?.fileUri === 'string') {
    const url = ownAddress(fileData.fileUri, endpoint);
    return url === undefined ? undefined : { url, mimeType: textOr(fileData.mimeType, '') };
  }
  if (typeof inlineData?.data !== 'string') return undefined;
  // Some providers write a whole data URL where base64 belongs.
  const base64 = inlineData.data.replace(/^data:[^,]*,/i, '');
  return embedded(base64, textOr(inlineData.mimeType, 'image/png'));
}

/** What a text says, and the pictures that stand in it as Markdown or data URLs. Bytes are never read out as words. */
export function readText(text: string, endpoint: string): { words: string; sources: PictureSource[] } {
  const sources: PictureSource[] = [];
  const keep = (source: PictureSource | undefined) => {
    if (source) sources.push(source);
    return HOLE;
  };
  const words = text
    .replace(DATA_URL, (_, mimeType: string | undefined, base64: string) => keep(embedded(base64, mimeType ?? '')))
    .replace(OTHER_DATA_URL, HOLE)
    .replace(MARKDOWN_IMAGE, (whole, uri: string) => {
      const url = ownAddress(uri, endpoint);
      return url === undefined ? whole : keep({ url, mimeType: '' });
    })
    .replace(NO_WORDS, '')
    .trim();
  return { words, sources };
}

/** An address to load the picture from; undefined where its letters are not base64. */
export function toAddress(source: PictureSource): string | undefined {
  if ('url' in source) return source.url;
  try {
    const letters = atob(source.base64.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = new Uint8Array(letters.length);
    for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
    return URL.createObjectURL(new Blob([bytes], { type: source.mimeType }));
  } catch {
    return undefined;
  }
}

/**
 * A host page must not be made to load foreign addresses, nor `javascript:`, by an answer. A proxy in front of the
 * worker may change the origin that the worker knows of itself, so that a picture's path is asked for at the endpoint.
 */
function ownAddress(uri: string, endpoint: string): string | undefined {
  if (!/^https?:/i.test(uri) || !URL.canParse(uri)) return undefined;
  const url = new URL(uri);
  const base = endpoint.replace(/\/+$/, '');
  if (PICTURE_PATH.test(url.pathname)) return base + url.pathname;
  return url.origin === new URL(base, document.baseURI).origin ? url.href : undefined;
}

const embedded = (base64: string, mimeType: string): PictureSource | undefined =>
  base64 !== '' && SHOWN_TYPES.test(mimeType) ? { base64, mimeType } : undefined;

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
