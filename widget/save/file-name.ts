/** Longest name without its ending, in characters. File systems allow 255 bytes, and a character has up to four. */
const MAX_LENGTH = 60;

/** Names of devices: Windows opens no file that is called so, whatever its ending. */
const RESERVED = /^(con|prn|aux|nul|(com|lpt)\d)$/;

const ENDINGS: Readonly<Record<string, string>> = { png: 'png', jpeg: 'jpg', webp: 'webp', gif: 'gif', avif: 'avif' };

/**
 * A file's name from the words of its picture, in their own script: `a-fox-in-the-snow.png`. Only letters, their marks
 * and digits are kept, so it is never a path, hidden, or written in another direction than it reads.
 *
 * @param otherwise Where nothing of the words remains.
 */
export function fileName(words: string, mimeType: string, otherwise: string): string {
  const found =
    words
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  let stem = '';
  for (const word of found) {
    const longer = stem ? `${stem}-${word}` : word;
    if ([...longer].length > MAX_LENGTH) break;
    stem = longer;
  }
  // Scripts without spaces: the whole sentence is one word.
  stem ||= [...(found[0] ?? otherwise)].slice(0, MAX_LENGTH).join('');
  if (RESERVED.test(stem)) stem = `${otherwise}-${stem}`;
  const ending = ENDINGS[/^image\/(\w+)/.exec(mimeType)?.[1] ?? ''] ?? 'png';
  return `${stem}.${ending}`;
}
