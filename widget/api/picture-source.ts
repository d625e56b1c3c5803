/** Where an answer's picture is: at an address of the worker, or in the answer as base64. */
import type { ResponsePart } from './gemini.ts';
import { baseOf } from './http.ts';

export type PictureSource = { url: string; mimeType: string } | { base64: string; mimeType: string };

/** Image types that an answer may make a page show. SVG is excluded because it is a document. */
const SHOWN_TYPES = /^image\/(?:png|jpe?g|webp|gif|avif|heic|heif)$/i;
/** Public and private pictures; a private one is signed in its query. */
const PICTURE_PATH = /^\/images\/(?:[abc][0-9a-f]{32}|[def][0-9a-f]{48})\/\d+\.\w+$/;
/** Base64 comes in lines of 64 or 76 characters, or as one line. */
const DATA_URL =
  /data:([\w.+-]+\/[\w.+-]+)?(?:;[\w.+-]+=[\w.+-]+)*;base64,\s*((?:[\w+/-]{60,76}\s*\n\s*)*[\w+/-]*=*)/gi;
const OTHER_DATA_URL = /data:[\w.+-]+\/[\w.+-]+(?:;[\w.+=-]+)*,[^\s"')]*/gi;
/** The name's length is bounded: otherwise a text of many `![` would take quadratic time. */
const MARKDOWN_IMAGE = /!\[[^\]]{0,300}\]\(\s*<?(https?:\/\/[^\s)>]+)[^)\n]*\)/gi;
/** U+FFFC, the object replacement character, marks where a picture was removed. */
const HOLE = '\ufffc';
/** A hole with the Markdown or HTML around it, and long runs of characters that are not words. */
const NO_WORDS =
  /!?\[[^\]]{0,300}\]\([^)\ufffc]{0,100}\ufffc(?:[^)\n]*\))?|<img\b[^>\ufffc]{0,300}\ufffc(?:[^>\n]*>)?|\ufffc|[\w+/=-]{200,}/gi;

/** The picture of an image part; undefined for any other part and for an address outside the worker. */
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

/** Splits a text into words and the pictures in it, as Markdown or data URLs. Base64 is never part of the words. */
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

/** An address to load the picture from; undefined if its data is not base64. */
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
 * The address at the endpoint; undefined for foreign addresses and `javascript:`, which an answer must not make a page
 * load. A picture's path is resolved at the endpoint, because behind a proxy the worker may not know its public origin.
 */
function ownAddress(uri: string, endpoint: string): string | undefined {
  if (!/^https?:/i.test(uri) || !URL.canParse(uri)) return undefined;
  const url = new URL(uri);
  const base = baseOf(endpoint);
  if (PICTURE_PATH.test(url.pathname)) return base + url.pathname + url.search;
  return url.origin === new URL(base, document.baseURI).origin ? url.href : undefined;
}

const embedded = (base64: string, mimeType: string): PictureSource | undefined =>
  base64 !== '' && SHOWN_TYPES.test(mimeType) ? { base64, mimeType } : undefined;

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
