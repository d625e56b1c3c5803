const encoder = new TextEncoder();

/** Bytes of the text in UTF-8; a lone surrogate counts as U+FFFD, which is what goes out for it. */
export const utf8Length = (text: string): number => encoder.encode(text).length;
