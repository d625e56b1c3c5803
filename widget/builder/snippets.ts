/**
 * What the owner copies. The words in a draft are anybody's: a link carries them. So each function escapes them for the
 * language that it writes.
 */
import type { Tag } from './draft.ts';

/** @param host Origin of the worker. */
export type Snippet = (host: string, tag: Tag) => string;

/**
 * For text and for attributes in double quotes. Braces and brackets mean something to the templates of shops and blogs
 * (`{{ }}` of Liquid, `[ ]` of WordPress's shortcodes), and their references mean the same everywhere else.
 */
const escapeHtml = (text: string): string =>
  text.replace(/[&"'<>{}[\]`]/g, (letter) => NAMED[letter] ?? `&#${letter.charCodeAt(0)};`);

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' };

/** The room that the page keeps until the element is there: one column, and two from a window of 48em on. */
const ROOM = [
  'peel-studio:not(:defined){display:block;min-block-size:31em}',
  '@media(min-width:48em){peel-studio:not(:defined){min-block-size:26em}}',
];

/** @returns `property:value` pairs, as in a style attribute. */
const declarations = ({ css }: Tag): string => css.map(([property, value]) => `${property}:${value}`).join(';');

const rules = (tag: Tag): string[] => [...(tag.css.length > 0 ? [`peel-studio{${declarations(tag)}}`] : []), ...ROOM];

/** Attributes, each on a line of its own where one line would be long. */
function spread(open: string, attributes: readonly string[], indent = ''): string {
  const line = [open, ...attributes].join(' ');
  return line.length + indent.length <= 100 ? line : [open, ...attributes.map((one) => `${indent}  ${one}`)].join('\n');
}

const toHtml = ([name, value]: readonly [string, string | true]): string =>
  value === true ? name : `${name}="${escapeHtml(value)}"`;

/** A style block, the script and the tag. An idea's `value` is what the field takes, its text what is read on it. No empty line: some editors make a paragraph of it. */
export const html: Snippet = (host, tag) => {
  const ideas = tag.ideas.map(
    (idea) => `  <button slot="ideas" type="button" value="${escapeHtml(idea)}">${escapeHtml(idea)}</button>\n`,
  );
  return `<style>
${rules(tag)
  .map((rule) => `  ${rule}`)
  .join('\n')}
</style>
<script type="module" src="${escapeHtml(host)}/widget.js"></script>
${spread('<peel-studio', tag.attributes.map(toHtml))}>${ideas.length > 0 ? `\n${ideas.join('')}` : ''}</peel-studio>`;
};

/** One classic script, for places that keep nothing else. It makes the element where it stands. */
export const script: Snippet = (host, tag) => {
  const style = declarations(tag);
  const attributes = [
    ...tag.attributes.map(([name, value]) => toHtml([`data-${name}`, value])),
    ...(style ? [toHtml(['data-style', style])] : []),
    ...(tag.ideas.length > 0 ? [toHtml(['data-ideas', JSON.stringify(tag.ideas)])] : []),
  ];
  return `${spread('<script', [`src="${escapeHtml(host)}/embed.js"`, 'async', ...attributes])}></script>`;
};

/** The worker's page for frames; its query has the attributes, and the look by the names of the site's settings. */
export const frameAddress: Snippet = (host, { attributes, css }) => {
  const query = new URLSearchParams();
  for (const [name, value] of attributes) query.set(name, value === true ? '' : value);
  for (const [property, value] of css) {
    const name = LOOK[property];
    if (name) query.set(name, value);
  }
  const text = query.toString();
  return `${host}/embed.html${text && `?${text}`}`;
};

const LOOK: Readonly<Record<string, string>> = {
  '--peel-accent': 'accent',
  '--peel-radius': 'radius',
  '--peel-font': 'font',
  'color-scheme': 'scheme',
};

export const frame: Snippet = (host, tag) =>
  `${spread('<iframe', [
    `src="${escapeHtml(frameAddress(host, tag))}"`,
    'title="Picture maker"',
    'loading="lazy"',
    'allow="clipboard-write; web-share"',
    'style="display:block;width:100%;height:46em;border:0"',
  ])}></iframe>`;

/** JSX reads entities in its strings, and a backslash as itself, so that only plain strings may stand without braces. */
const isPlain = (text: string): boolean => /^[^"&\\{}<>]*$/.test(text) && text.trim() === text && text !== '';

const toJsx = ([name, value]: readonly [string, string | true]): string => {
  if (value === true) return name;
  return isPlain(value) ? `${name}="${value}"` : `${name}={${JSON.stringify(value)}}`;
};

/** React 19 puts script and styles into the head, once, however many of these a page has. */
export const react: Snippet = (host, tag) => {
  const ideas = tag.ideas.map(
    (idea) =>
      `        <button slot="ideas" type="button" ${toJsx(['value', idea])}>${isPlain(idea) ? idea : `{${JSON.stringify(idea)}}`}</button>\n`,
  );
  return `export function PictureMaker() {
  return (
    <>
      <style href="peel-studio" precedence="default">
        {${JSON.stringify(rules(tag).join(''))}}
      </style>
      <script async type="module" src="${escapeHtml(host)}/widget.js" />
      ${spread('<peel-studio', tag.attributes.map(toJsx), '      ')}>${ideas.length > 0 ? `\n${ideas.join('')}      ` : ''}</peel-studio>
    </>
  );
}`;
};

/** What the snippet puts on the page, which decides what a policy must allow. */
export type Puts = 'element' | 'frame';

/** Lines to add to a page's Content Security Policy. @param withTurnstile The site's bot check is Turnstile. */
export function policy(host: string, puts: Puts, withTurnstile = false): string {
  const check = withTurnstile ? ['https://challenges.cloudflare.com'] : [];
  const lines: Record<Puts, readonly (readonly string[])[]> = {
    frame: [['frame-src', host]],
    element: [
      ['script-src', host, ...check],
      ['connect-src', host],
      ['img-src', host, 'blob:'],
      ['frame-src', host, ...check],
      ['worker-src', 'blob:'],
    ],
  };
  return lines[puts].map((line) => `${line.join(' ')};`).join('\n');
}
