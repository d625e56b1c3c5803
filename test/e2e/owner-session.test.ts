/** The owner's session in a real browser on this machine, and the assets that the owner's API needs. */
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { type Deployment, startDeployment } from './deployment.ts';
import { type ShopPage, startPage } from './page.ts';

const TOKEN = 'an-owner-s-token-of-some-length';
const API = '/peel/admin/api';

let peel: Deployment;
let shop: ShopPage;
let browser: Browser;
let context: BrowserContext;
/** The deployment's own page. */
let page: Page;

beforeAll(async () => {
  shop = await startPage('plain-page.ts');
  // The shop is a listed page of the site, and no page of the owner's.
  peel = await startDeployment({ ADMIN_TOKEN: TOKEN, SITE_ORIGINS: shop.origin, BURST: 'off' });
  browser = await launchBrowser();
  context = await browser.newContext();
  page = await context.newPage();
  await page.goto(`${peel.url}/openapi.json`);
});
afterAll(async () => {
  await browser.close();
  await peel.close();
  await shop.close();
});

/** Calls the owner's API from a page, with its cookies. @returns The status, or the browser's refusal. */
const callFrom = (from: Page, method: string, path: string, body?: unknown): Promise<number | string> =>
  from.evaluate(
    async ({ url, init }) => {
      const answer = await fetch(url, { credentials: 'include', ...init }).catch((error: unknown) => String(error));
      return typeof answer === 'string' ? answer : answer.status;
    },
    {
      url: `${peel.url}${API}${path}`,
      init: {
        method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
      },
    },
  );

it('begins over http on this machine, writes from the deployment’s own page, and ends', async () => {
  const pause = { scope: 'site', paused: false };
  expect(await callFrom(page, 'POST', '/pause', pause)).toBe(401);

  expect(await callFrom(page, 'POST', '/login', { token: TOKEN })).toBe(204);

  const [cookie] = await context.cookies(peel.url);
  expect(cookie).toMatchObject({
    ...{ name: '__Host-peel-admin', path: '/', httpOnly: true, secure: true, sameSite: 'Strict' },
  });
  expect(await page.evaluate('document.cookie')).toBe('');
  expect(await callFrom(page, 'GET', '/sites')).toBe(200);
  expect(await callFrom(page, 'POST', '/pause', pause)).toBe(200);
  expect(await callFrom(page, 'PUT', '/sites/posters', { origins: ['https://*.posters.example'] })).toBe(200);
  expect(await callFrom(page, 'DELETE', '/sites/posters')).toBe(204);

  expect(await callFrom(page, 'POST', '/logout', {})).toBe(204);
  expect(await context.cookies(peel.url)).toEqual([]);
  expect(await callFrom(page, 'GET', '/sites')).toBe(401);
});

it('is of no use to a page of a site, in the same browser', async () => {
  expect(await callFrom(page, 'POST', '/login', { token: TOKEN })).toBe(204);
  const foreign = await context.newPage();
  await foreign.goto(shop.origin);

  for (const [method, path, body] of [
    ['GET', '/sites', undefined],
    ['POST', '/pause', { scope: 'deployment', paused: true }],
    ['PUT', '/sites/posters', { origins: [shop.origin] }],
    ['DELETE', '/sites/posters', undefined],
  ] as const) {
    // Credentials are allowed to no page, so the browser does not even show the refusal.
    expect(await callFrom(foreign, method, path, body)).toBe('TypeError: Failed to fetch');
  }

  const ledger = await page.evaluate(async (url) => (await fetch(url)).json(), `${peel.url}${API}/ledger`);
  expect(ledger).toMatchObject({ deployment: { paused: false } });
});

it('the deployment has the list of public suffixes, which no wildcard may stand below', async () => {
  const save = async (origin: string) => {
    const answer = await fetch(`${peel.url}${API}/sites/posters/check`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ origins: [origin] }),
    });
    const { problems } = (await answer.json()) as { problems: { field: string }[] };
    return problems.map(({ field }) => field);
  };

  expect(await save('https://*.posters.co.uk')).toEqual([]);
  expect(await save('https://*.co.uk')).toEqual(['origins.0']);
  expect(await save('https://*.pages.dev')).toEqual(['origins.0']);
});

it('the document is an asset of the deployment', async () => {
  const answer = await fetch(`${peel.url}/openapi.json`);

  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toMatchObject({ openapi: '3.1.0' });
});
