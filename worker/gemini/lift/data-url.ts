/**
 * Pictures as data URLs. Providers that speak almost like Google write `data:image/png;base64,` before the base64 of
 * `inlineData.data`, put such an address into `fileData.fileUri`, or into the text as Markdown or HTML.
 */

/** What is looked back at from a comma: longer beginnings are no data URL of a picture. */
export const DATA_URL_REACH = 160;

/** As written in JSON, where a slash may be `\/`. In Markdown, `(` stands before it. */
const BEGINNING = /(\(\s*<?)?data:\s?(image\\?\/[a-z0-9.+-]{1,60})(?:;\s?[a-z0-9=._"\\-]{1,40}){0,3};\s?base64,$/i;
/** Nothing but base64 may follow here, so it counts whatever was left out, or written twice. */
const AT_START =
  /^(?:\\[nrt]|[ \t])*(?:(?:data:\s?)?[a-z0-9.+-]{0,60}(?:\\?\/[a-z0-9.+-]{1,60})?(?:;\s?[a-z0-9=._"\\-]{1,40}){0,3};?\s?base64,|data:image\\?\/[a-z0-9.+-]{1,60},){1,2}/i;

export interface DataUrlBeginning {
  mimeType: string;
  /** The address is in parentheses, so line breaks do not end it. */
  inParentheses: boolean;
}

/** @param text Of a JSON string, up to and with a comma. */
export function dataUrlBefore(text: string): DataUrlBeginning | undefined {
  const [, parenthesis, mimeType] = BEGINNING.exec(text) ?? [];
  if (mimeType === undefined) return undefined;
  return { mimeType: mimeType.replace('\\', '').toLowerCase(), inParentheses: parenthesis !== undefined };
}

/** @returns What stands before the base64 of a data URL; empty where the text is none. */
export const dataUrlPrefix = (text: string): string => AT_START.exec(text)?.[0] ?? '';

/** Markdown or HTML around a data URL, as decoded text: what stands before the base64, and what stands after it. */
const BEFORE = /(?:!\[[^\]]*\]\(\s*<?|<img\b[^<>]*\bsrc\s*=\s*["']?)?data:image\/[^,]*,$/i;
const AFTER_MARKDOWN = /^>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/;
const AFTER_HTML = /^["']?[^<>]*>/;

/** The texts around a picture without what only served to show it. */
export function withoutMarkup(before: string, after: string): { before: string; after: string } {
  const [markup = ''] = BEFORE.exec(before) ?? [];
  const rest = /^!\[/.test(markup)
    ? after.replace(AFTER_MARKDOWN, '')
    : /^<img/i.test(markup)
      ? after.replace(AFTER_HTML, '')
      : after;
  return { before: before.slice(0, before.length - markup.length), after: rest };
}
