/** One Markdown file: what it says of itself, its sections as plain text, and its HTML. */
import { Marked, type Token, type Tokens } from 'marked';
import { createAnchors } from './anchors.ts';

interface Heading {
  depth: number;
  /** As plain text. */
  text: string;
  anchor: string;
}

/** A heading with the text up to the next one. The text before the second heading belongs to the page's title. */
interface Section extends Heading {
  body: string;
  /** Rows of its tables that explain a name: a variable, a reason, a path. Their words are not part of the body. */
  terms: readonly Term[];
}

interface Term {
  name: string;
  text: string;
}

export interface MarkdownPage {
  title: string;
  /** The first paragraph, at most {@link DESCRIPTION_LENGTH} characters. */
  description: string;
  sections: readonly Section[];
  tokens: readonly Token[];
}

/** What search engines and previews show of a page. */
const DESCRIPTION_LENGTH = 200;

/** What is longer is a sentence that begins with a name. */
const NAME_LENGTH = 60;

/** @returns `undefined` for the title or the description where the file has none. */
export function parseMarkdown(text: string): Omit<MarkdownPage, 'title' | 'description'> & Partial<MarkdownPage> {
  const tokens = new Marked().lexer(text);
  const anchorFor = createAnchors();
  const sections: (Section & { terms: Term[] })[] = [];
  for (const token of tokens) {
    if (isHeading(token)) {
      sections.push({
        depth: token.depth,
        text: plain(token.tokens),
        anchor: anchorFor(token.text),
        body: '',
        terms: [],
      });
      continue;
    }
    const last = sections.at(-1);
    if (token.type === 'table') last?.terms.push(...termsOf(token as Tokens.Table));
    if (last) last.body = `${last.body} ${plain([token])}`.trim();
  }
  const [first] = sections;
  const paragraph = tokens.find(({ type }) => type === 'paragraph');
  return {
    tokens,
    sections,
    ...(first?.depth === 1 && { title: first.text }),
    ...(paragraph && { description: shorten(plain([paragraph])) }),
  };
}

const isHeading = (token: Token): token is Tokens.Heading => token.type === 'heading';

/** The words of tokens, without marks. HTML has none: it is a comment or a line break. */
function plain(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'html') return token.text === '<br>' ? ' ' : '';
      if (token.type === 'table') return plainTable(token as Tokens.Table);
      if (token.type === 'list') return (token as Tokens.List).items.map(({ tokens: item }) => plain(item)).join(' ');
      if ('tokens' in token && token.tokens) return plain(token.tokens) + (token.type === 'paragraph' ? ' ' : '');
      return 'text' in token ? String(token.text) : '';
    })
    .join('')
    .replaceAll(/\s+/g, ' ');
}

function plainTable(table: Tokens.Table): string {
  const named = nameColumn(table);
  const rows = table.rows.filter((row) => !isName(row[named]));
  return [table.header, ...rows].map(plainRow).join('; ');
}

const plainRow = (row: readonly Tokens.TableCell[]): string => row.map(({ tokens }) => plain(tokens)).join(' · ');

const isName = (cell: Tokens.TableCell | undefined): boolean =>
  cell?.tokens[0]?.type === 'codespan' && cell.text.length <= NAME_LENGTH;

/** The first column that has another name in every row, such as the reasons behind their statuses; else the first. */
function nameColumn({ header, rows }: Tokens.Table): number {
  const namesRows = (at: number) =>
    rows.every((row) => isName(row[at])) && new Set(rows.map((row) => row[at]?.text)).size === rows.length;
  const found = header.findIndex((_, at) => namesRows(at));
  return Math.max(found, 0);
}

function termsOf(table: Tokens.Table): Term[] {
  const named = nameColumn(table);
  return table.rows
    .filter((row) => isName(row[named]))
    .map((row) => ({
      name: plain(row[named]?.tokens ?? []),
      text: plainRow(row.filter((_, at) => at !== named)),
    }));
}

/** Ends with a whole sentence, or with a whole word and an ellipsis. */
function shorten(text: string): string {
  if (text.length <= DESCRIPTION_LENGTH) return text.trim();
  const short = text.slice(0, DESCRIPTION_LENGTH);
  const sentence = /^.*[.:](?= )/.exec(short)?.[0];
  return sentence ? sentence.replace(/:$/, '.') : `${short.slice(0, short.lastIndexOf(' '))} …`;
}

/** Where a link or a picture of a page leads. `undefined`: it is shown without. */
export interface Targets {
  link(target: string): string | undefined;
  picture(target: string): string | undefined;
}

export function renderMarkdown({ tokens }: Pick<MarkdownPage, 'tokens'>, targets: Targets): string {
  const anchorFor = createAnchors();
  /** The nearest heading: the name of a table that scrolls. */
  let under = '';
  const marked = new Marked({
    renderer: {
      heading({ tokens: inner, depth, text }) {
        under = plain(inner);
        const anchor = anchorFor(text);
        const words = this.parser.parseInline(inner);
        // A link cannot stand in a link.
        const linked = words.includes('<a ') ? words : `<a class="anchor" href="#${anchor}">${words}</a>`;
        return `<h${depth} id="${anchor}">${depth === 1 ? words : linked}</h${depth}>\n`;
      },
      link({ href, tokens: inner }) {
        const words = this.parser.parseInline(inner);
        const address = targets.link(href);
        if (address === undefined) return words;
        const away = /^https?:/.test(address) ? ' rel="noreferrer"' : '';
        return `<a href="${escapeHtml(address)}"${away}>${words}</a>`;
      },
      image({ href, text }) {
        const address = targets.picture(href);
        // Pages load nothing of others: a badge is its words.
        return address === undefined
          ? escapeHtml(text)
          : `<img src="${escapeHtml(address)}" alt="${escapeHtml(text)}">`;
      },
      html: ({ text }) => renderHtml(text),
      code: ({ text, lang }) =>
        `<div class="code"><pre tabindex="0"><code${lang ? ` data-language="${escapeHtml(lang)}"` : ''}>${escapeHtml(text)}\n</code></pre></div>\n`,
      table({ header, rows }) {
        const cells = (row: readonly Tokens.TableCell[], isHead: boolean) =>
          `<tr>${row.map((cell) => renderCell(cell, isHead, this.parser.parseInline(cell.tokens))).join('')}</tr>\n`;
        const hasHead = header.some(({ text }) => text.trim() !== '');
        const name = escapeHtml(`Table: ${under}`);
        return `<div class="table" role="group" aria-label="${name}" tabindex="0"><table>${
          hasHead ? `<thead>${cells(header, true)}</thead>` : ''
        }<tbody>${rows.map((row) => cells(row, false)).join('')}</tbody></table></div>\n`;
      },
    },
  });
  return marked.parser([...tokens]);
}

/** An empty cell is no heading of anything. */
function renderCell({ align, text }: Tokens.TableCell, isHead: boolean, words: string): string {
  const side = align ? ` class="${align}"` : '';
  return isHead && text.trim() !== '' ? `<th scope="col"${side}>${words}</th>` : `<td${side}>${words}</td>`;
}

/** A line break stays, a comment goes, and everything else is shown as it is written. */
const renderHtml = (text: string): string =>
  text
    .split(/(<br>|<!--[\s\S]*?-->)/)
    .map((piece) => {
      if (piece === '<br>') return piece;
      return piece.startsWith('<!--') ? '' : escapeHtml(piece);
    })
    .join('');

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
