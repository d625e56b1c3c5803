/**
 * Recognizes pictures in data URLs. Providers that imitate Google write `data:image/png;base64,` before the base64 of
 * `inlineData.data`, or put such an address into `fileData.fileUri` or, as Markdown or HTML, into the text.
 */

/** Characters before a comma that are searched: the beginning of a picture's data URL is shorter. */
export const DATA_URL_REACH = 160;

/** The beginning as written in JSON, where a slash may be `\/`. In Markdown, `(` stands before it. */
const BEGINNING = /(\(\s*<?)?data:\s?(image\\?\/[a-z0-9.+-]{1,60})(?:;\s?[a-z0-9=._"\\-]{1,40}){0,3};\s?base64,$/i;
/** The same at the start of `inlineData.data`. Only base64 belongs there, so pieces may be missing or doubled. */
const AT_START =
  /^(?:\\[nrt]|[ \t])*(?:(?:data:\s?)?[a-z0-9.+-]{0,60}(?:\\?\/[a-z0-9.+-]{1,60})?(?:;\s?[a-z0-9=._"\\-]{1,40}){0,3};?\s?base64,|data:image\\?\/[a-z0-9.+-]{1,60},){1,2}/i;

export interface DataUrlBeginning {
  mimeType: string;
  /** The address is in parentheses, so line breaks do not end it. */
  inParentheses: boolean;
}

/**
 * The beginning of a picture's data URL at the end of `text`; undefined if there is none.
 *
 * @param text A JSON string as written, up to and including a comma.
 */
export function dataUrlBefore(text: string): DataUrlBeginning | undefined {
  const [, parenthesis, mimeType] = BEGINNING.exec(text) ?? [];
  if (mimeType === undefined) return undefined;
  return { mimeType: mimeType.replace('\\', '').toLowerCase(), inParentheses: parenthesis !== undefined };
}

/** @returns The text before the base64 of a data URL; '' if the text is no data URL. */
export const dataUrlPrefix = (text: string): string => AT_START.exec(text)?.[0] ?? '';

/** Markdown or HTML before and after the base64 of a data URL, in text without JSON escapes. */
const BEFORE = /(?:!\[[^\]]*\]\(\s*<?|<img\b[^<>]*\bsrc\s*=\s*["']?)?data:image\/[^,]*,$/i;
const AFTER_MARKDOWN = /^>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/;
const AFTER_HTML = /^["']?[^<>]*>/;

/** Characters before a picture that are searched for its markup, the alternative text included. */
const MARKUP_REACH = 1_000;

/** Removes the Markdown or HTML that showed a picture from the texts before and after it. */
export function withoutMarkup(before: string, after: string): { before: string; after: string } {
  const [markup = ''] = BEFORE.exec(before.slice(-MARKUP_REACH)) ?? [];
  const rest = /^!\[/.test(markup)
    ? after.replace(AFTER_MARKDOWN, '')
    : /^<img/i.test(markup)
      ? after.replace(AFTER_HTML, '')
      : after;
  return { before: before.slice(0, before.length - markup.length), after: rest };
}
