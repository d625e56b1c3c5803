import type { Owners } from '../auth/owner.ts';
import type { Config } from '../config/config.ts';
import { type App, sendFailure } from '../http/failure-response.ts';
import { Hono } from '../http/hono.ts';
import { escaped } from '../http/html.ts';
import { type PrivacySection, privacyOf } from '../sites/privacy.ts';
import { reportsOf } from '../sites/reports.ts';
import { DEFAULT_SITE, type Sites } from '../sites/sites.ts';

export interface PrivacyRoutesOptions {
  sites: Sites;
  config: Pick<Config, 'providers' | 'demo' | 'moderation'>;
  owners?: Owners;
  createNonce: () => string;
}

/** `GET /peel/privacy?site=`: what a site does with its visitors' data, as a page to link. Anybody may open it. */
export const privacyRoutes = ({ sites, config, owners, createNonce }: PrivacyRoutesOptions) =>
  new Hono<App>().get('/peel/privacy', async (c) => {
    c.header('Cache-Control', 'no-store');
    const found = await sites.find(c.req.query('site') ?? DEFAULT_SITE);
    if (!found.ok && found.failure.reason !== 'SITE_UNKNOWN') return sendFailure(c, found.failure);
    const nonce = createNonce();
    c.header(
      'Content-Security-Policy',
      `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    if (!found.ok) return c.html(pageOf([NO_SUCH_SITE], nonce), 404);
    const { providers, demo, moderation } = config;
    const checkedBy = moderation && new URL(moderation.url).host;
    const reports = reportsOf(found.value.showcase, owners !== undefined);
    const sections = privacyOf({
      ...found.value,
      host: new URL(c.req.url).host,
      providers,
      demo,
      reports,
      ...(checkedBy && { checkedBy }),
    });
    return c.html(pageOf(sections, nonce));
  });

const NO_SUCH_SITE: PrivacySection = {
  title: 'There is no such site here',
  paragraphs: ['Look at the address: it ends with the name of a site, such as ?site=shop.'],
};

const STYLE = `:root{color-scheme:light dark}
body{max-inline-size:42rem;margin:0 auto;padding:1.5rem 1rem 4rem;font:16px/1.55 system-ui,sans-serif;background:light-dark(#faf6ee,#12181b);color:light-dark(#16242b,#eef0ea);overflow-wrap:break-word}
h1{font:600 1.75rem/1.2 Iowan Old Style,Palatino Linotype,Palatino,Georgia,serif}
h2{font-size:1rem;margin:1.75rem 0 .25rem}
p{margin:.25rem 0 .5rem}`;

function pageOf(sections: readonly PrivacySection[], nonce: string): string {
  const body = sections.map(
    ({ title, paragraphs }) =>
      `<h2>${escaped(title)}</h2>\n${paragraphs.map((paragraph) => `<p>${escaped(paragraph)}</p>`).join('\n')}`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pictures and your data</title>
<style nonce="${nonce}">${STYLE}</style>
<main>
<h1>Pictures and your data</h1>
${body.join('\n')}
</main>
`;
}
