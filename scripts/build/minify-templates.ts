/** Removes indentation and comments from Lit's templates. To other minifiers they are strings, which they must not touch. */
import { type Plugin, parseSync, Visitor } from 'vite';

/** A template's text between two expressions, and the one before the first and after the last. */
interface Piece {
  /** As written, with escapes. */
  text: string;
  isFirst: boolean;
  isLast: boolean;
}

/** No-break spaces are text, so `\s` would match too much. */
const BLANK = '[ \\t\\r\\n\\f]';
const BLANKS = new RegExp(`${BLANK}+`, 'g');
/** Indentation at a template's ends. A blank without a line break is the author's. */
const INDENTED_START = new RegExp(`^[ \\t]*\\r?\\n${BLANK}*`);
const INDENTED_END = new RegExp(`\\r?\\n${BLANK}*$`);

const STRING = `"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'`;
const CSS_COMMENTS = new RegExp(`(${STRING})|/\\*[\\s\\S]*?\\*/`, 'g');
/**
 * Strings keep their blanks. Elsewhere blanks mean nothing beside these signs, nor after a property's colon or before
 * `!important`, and a block's last semicolon means nothing.
 */
const CSS_BLANKS = new RegExp(
  `(${STRING})|${BLANK}*(?:;${BLANK}*)?(})${BLANK}*|${BLANK}*([{;,]|[<>]=?)${BLANK}*|(:)${BLANK}+|${BLANK}+(!)|${BLANK}+`,
  'g',
);

/** The zero before a fraction. It stands at the beginning of a number. */
const CSS_ZEROS = new RegExp(`(${STRING})|(?<![\\w.#])0(?=\\.\\d)`, 'g');

const minifyCss = ({ text, isFirst, isLast }: Piece): string => {
  const short = text
    .replace(CSS_COMMENTS, (_, string?: string) => string ?? '')
    .replace(CSS_BLANKS, (_, ...found: (string | undefined)[]) => found.slice(0, 5).find(Boolean) ?? ' ')
    .replace(CSS_ZEROS, (_, string?: string) => string ?? '');
  const start = isFirst ? short.trimStart() : short;
  return isLast ? start.trimEnd() : start;
};

/** Lines of text are joined with one blank, as browsers show them. */
const minifyHtml = ({ text, isFirst, isLast }: Piece): string => {
  const noComments = text.replace(/<!--[\s\S]*?-->/g, '');
  const start = isFirst ? noComments.replace(INDENTED_START, '') : noComments;
  return (isLast ? start.replace(INDENTED_END, '') : start).replace(BLANKS, ' ');
};

const MINIFIERS: Record<string, (piece: Piece) => string> = { css: minifyCss, html: minifyHtml, svg: minifyHtml };

/** @returns The module with each `css`, `html` and `svg` template shortened, wherever it stands. */
export function minifyTemplatesOf(fileName: string, code: string): string {
  const edits: { start: number; length: number; text: string }[] = [];
  new Visitor({
    TaggedTemplateExpression({ tag, quasi: { quasis } }) {
      const minifyPiece = tag.type === 'Identifier' ? MINIFIERS[tag.name] : undefined;
      if (!minifyPiece) return;
      for (const [at, { value, start: begin }] of quasis.entries()) {
        // In TypeScript the parser counts the sign before the text to it.
        const start = code.startsWith(value.raw, begin) ? begin : begin + 1;
        const piece = { text: value.raw, isFirst: at === 0, isLast: at === quasis.length - 1 };
        edits.push({ start, length: value.raw.length, text: minifyPiece(piece) });
      }
    },
  }).visit(parseSync(fileName, code).program);
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((short, { start, length, text }) => short.slice(0, start) + text + short.slice(start + length), code);
}

export const minifyTemplates = (): Plugin => ({
  name: 'minify-templates',
  apply: 'build',
  enforce: 'pre',
  transform: {
    filter: { id: /\/widget\/.*\.ts$/, code: /(?:css|html|svg)`/ },
    handler: (code, id) => ({ code: minifyTemplatesOf(id, code), map: null }),
  },
});
