import { type App, sendFailure } from '../http/failure-response.ts';
import { Hono } from '../http/hono.ts';
import { escaped } from '../http/html.ts';
import { CSS_VALUE } from '../sites/showcase.ts';
import type { Showcase, Site } from '../sites/site.ts';
import { DEFAULT_SITE, type Sites } from '../sites/sites.ts';
import { FRAME_PATH } from './framed-site.ts';

export interface EmbedRoutesOptions {
  sites: Sites;
  createNonce: () => string;
}

/** Attributes of `<peel-studio>` that the frame's address may set: all but `endpoint` and `site`. */
export const FRAME_ATTRIBUTES = [
  ...[
    'aspect-ratio',
    'autocomplete',
    'count',
    'dir',
    'disabled',
    'form-value',
    'grounding',
    'hint',
    'label',
    'lang',
    'layout',
  ],
  ...['loading', 'max-references', 'maxlength', 'minlength', 'model', 'models', 'name', 'persist', 'placeholder'],
  ...['readonly', 'require-result', 'required', 'resolution', 'submit-on', 'thinking', 'use-label', 'value'],
  ...['compare', 'copy', 'download', 'history', 'ideas', 'references', 'region', 'settings', 'share'].map(
    (part) => `without-${part}`,
  ),
];

/** Values of `scheme=`. Absent: light, as most pages are, whatever the visitor's system prefers. */
const SCHEMES = ['light', 'dark', 'light dark'];

/** Parameters that set the element's look, with the property that each one sets. */
const LOOK = { accent: '--peel-accent', radius: '--peel-radius', font: '--peel-font' };

/** Where Turnstile's script and its frame come from. */
const TURNSTILE = 'https://challenges.cloudflare.com';

/** Values of `Sec-Fetch-Dest` for a page inside another page. */
const FRAMES = ['iframe', 'frame', 'embed', 'object', 'fencedframe'];

/** The element has the same heights at the same widths. The padding keeps focus rings visible. */
const STYLE = `body{margin:0;padding:4px;font:16px/1.5 system-ui,sans-serif}
peel-studio{display:block}
peel-studio:not(:defined){min-block-size:31em}
@media(width<344px){peel-studio:not(:defined){min-block-size:42em}}
@media(width>=712px){peel-studio:not(:defined){min-block-size:26em}}`;

/**
 * `GET /embed.html?site=…`: the element as a page, for site builders that allow frames and no scripts. Only the site's
 * origins may frame it. Opened as a page of its own it works where the owner has listed this deployment's origin.
 */
export const embedRoutes = ({ sites, createNonce }: EmbedRoutesOptions) =>
  new Hono<App>().get(FRAME_PATH, async (c) => {
    c.header('Cache-Control', 'no-store');
    const found = await sites.find(c.req.query('site') ?? DEFAULT_SITE);
    if (!found.ok)
      return found.failure.reason === 'SITE_UNKNOWN' ? c.html(UNKNOWN_SITE, 404) : sendFailure(c, found.failure);
    const { site, showcase } = found.value;
    const isFramed = FRAMES.includes(c.req.header('Sec-Fetch-Dest') ?? '');
    c.header('Vary', 'Sec-Fetch-Dest', { append: true });
    c.header('Referrer-Policy', isFramed ? 'same-origin' : 'no-referrer');
    const nonce = createNonce();
    c.header('Content-Security-Policy', policyOf(site, showcase, nonce));
    return c.html(pageOf(site, c.req.query(), nonce));
  });

function policyOf({ origins, proof }: Site, { ideas, wall }: Showcase, nonce: string): string {
  const foreign = [...ideas, ...wall].flatMap(({ image }) =>
    image?.startsWith('https:') ? [new URL(image).origin] : [],
  );
  const check = proof === 'turnstile' ? [TURNSTILE] : [];
  return [
    "default-src 'none'",
    ["script-src 'self'", ...check].join(' '),
    `style-src 'nonce-${nonce}'`,
    ["img-src 'self' blob: data:", ...new Set(foreign)].join(' '),
    "connect-src 'self'",
    ["frame-src 'self'", ...check].join(' '),
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${origins.length > 0 ? origins.join(' ') : "'none'"}`,
    "require-trusted-types-for 'script'",
    'trusted-types lit-html peel',
  ].join('; ');
}

function pageOf({ id, origins }: Site, query: Record<string, string>, nonce: string): string {
  const given = FRAME_ATTRIBUTES.flatMap((name) => {
    const value = query[name];
    return value === undefined || value === 'false' ? [] : [` ${name}="${escaped(value)}"`];
  });
  const scheme = SCHEMES.find((known) => known === query.scheme);
  return `<!doctype html>
<html lang="${escaped(query.lang || 'en')}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${scheme ? `<meta name="color-scheme" content="${scheme}">\n` : ''}<title>Peel</title>
<style nonce="${nonce}">${STYLE}${lookOf(query)}</style>
<script type="module" src="/widget.js"></script>
<script defer src="/embed-frame.js" data-parents="${escaped(origins.join(' '))}"></script>
<peel-studio site="${escaped(id)}"${given.join('')}></peel-studio>
`;
}

/** A frame inherits nothing from the page around it. */
function lookOf(query: Record<string, string>): string {
  const declared = Object.entries(LOOK).flatMap(([name, property]) => {
    // A font's name may have blanks without quotes.
    const value = query[name]?.replace(/["']/g, '') ?? '';
    return CSS_VALUE.test(value) ? [`${property}:${value}`] : [];
  });
  return declared.length > 0 ? `\npeel-studio{${declared.join(';')}}` : '';
}

const UNKNOWN_SITE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>No such site</title>
<h1>There is no site of this name here</h1>
<p>For the owner of this page: check <code>site=</code> in the address of this frame. Without it the site is <code>default</code>.</p>
`;
