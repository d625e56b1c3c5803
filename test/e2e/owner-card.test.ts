/** What a page says that only its owner can mend: in a real browser, over real CORS, and against the built worker. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { type Deployment, startDeployment } from './deployment.ts';

const SECRET = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

let peel: Deployment;
let broken: Deployment;
let browser: Browser;
/** The shop; something else with CORS headers; something else without. */
let shop: Server;
let foreign: Server;
let mute: Server;
let folder: string;

const portOf = (server: Server) => (server.address() as AddressInfo).port;

async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const page = (attributes: string) =>
  `<!doctype html><script type="module" src="${peel.url}/widget.js"></script><peel-studio ${attributes}></peel-studio>`;

/** Each page of the shop, by its path, with its policy. */
const PAGES: Record<string, () => { body: string; policy?: string }> = {
  '/plain': () => ({ body: page('') }),
  '/site': () => ({ body: page('site="shopp"') }),
  '/foreign': () => ({ body: page(`endpoint="http://127.0.0.1:${portOf(foreign)}"`) }),
  '/mute': () => ({ body: page(`endpoint="http://127.0.0.1:${portOf(mute)}"`) }),
  '/broken': () => ({ body: page(`endpoint="${broken.url}"`) }),
  '/nothing': () => ({ body: page('endpoint="http://127.0.0.1:9"') }),
  '/frame': () => ({
    body: `<!doctype html><iframe sandbox="allow-scripts" width="600" height="900" srcdoc='${page('')}'></iframe>`,
  }),
  '/policy': () => ({
    body: page(''),
    policy: `default-src 'self'; script-src ${peel.url}; img-src ${peel.url} blob:; style-src 'self'`,
  }),
};

beforeAll(async () => {
  shop = await listen(
    createServer(({ url = '/' }, response) => {
      const { body, policy } = PAGES[url]?.() ?? { body: '' };
      response.setHeader('Content-Type', 'text/html');
      if (policy) response.setHeader('Content-Security-Policy', policy);
      response.end(body);
    }),
  );
  const notPeel = (headers: Record<string, string>) =>
    listen(createServer((_, response) => response.writeHead(404, headers).end('<h1>Not found</h1>')));
  [foreign, mute] = await Promise.all([notPeel({ 'Access-Control-Allow-Origin': '*' }), notPeel({})]);
  peel = await startDeployment({
    PEEL_SECRET: SECRET,
    SITE_ORIGINS: `http://127.0.0.1:${portOf(shop)}`,
    BURST: 'off',
  });
  broken = await startDeployment({
    PEEL_SECRET: SECRET,
    SITE_ORIGINS: 'https://shop.example',
    VISITOR_PER_DAY: 'many',
  });
  browser = await launchBrowser();
  folder = mkdtempSync(join(tmpdir(), 'peel-page-'));
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([peel?.close(), broken?.close()]);
  for (const server of [shop, foreign, mute]) {
    server?.closeAllConnections();
    server?.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a page; what it shows, and what its console has been told. */
async function open(address: string) {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const opened = await context.newPage();
  const told: string[] = [];
  opened.on('console', (message) => message.text().startsWith('<peel-studio>') && told.push(message.text()));
  await opened.goto(address);
  const host = address.endsWith('/frame') ? opened.frameLocator('iframe') : opened;
  return {
    page: opened,
    card: host.locator('peel-studio .owner'),
    element: host.locator('peel-studio'),
    told,
    close: () => context.close(),
  };
}

const at = (path: string, host = '127.0.0.1') => `http://${host}:${portOf(shop)}${path}`;

describe('the page says, and so does its console once', () => {
  it.each([
    {
      name: 'its origin is not listed',
      address: () => at('/plain', 'localhost'),
      says: 'The address of this page is not on your list',
      line: () => `http://localhost:${portOf(shop)}`,
      tells: () => `SITE_ORIGINS=http://localhost:${portOf(shop)}`,
    },
    {
      name: 'its policy blocks the worker',
      address: () => at('/policy'),
      says: 'This page’s security policy blocks the picture service.',
      line: () => `connect-src 'self' ${peel.url}`,
      tells: () => `Content-Security-Policy: connect-src 'self' ${peel.url}`,
    },
    {
      name: 'there is no such site',
      address: () => at('/site'),
      says: 'There is no site of the name “shopp”.',
      line: () => 'PUT /peel/admin/api/sites/shopp',
      tells: () => 'There is no site of the name “shopp”.',
    },
    {
      name: 'the worker is not Peel',
      address: () => at('/foreign'),
      says: 'is not a Peel worker.',
      line: () => undefined,
      tells: () => `http://127.0.0.1:${portOf(foreign)} is not a Peel worker.`,
    },
    {
      name: 'the worker is not Peel, and lets no page read it',
      address: () => at('/mute'),
      says: 'is not a Peel worker.',
      line: () => undefined,
      tells: () => `http://127.0.0.1:${portOf(mute)} is not a Peel worker.`,
    },
    {
      name: 'the worker has a broken configuration',
      address: () => at('/broken'),
      says: 'A variable of your worker is missing or wrong',
      line: () => expect.stringContaining('VISITOR_PER_DAY must be a whole number'),
      tells: () => 'VISITOR_PER_DAY must be a whole number',
    },
    {
      name: 'its frame has no origin',
      address: () => at('/frame'),
      says: 'This frame has no address of its own',
      line: () => `${peel.url}/embed.html?site=default`,
      tells: () => `${peel.url}/embed.html?site=default`,
    },
  ])('$name', async ({ address, says, line, tells }) => {
    const { card, told, close } = await open(address());
    await card.waitFor();

    expect(await card.textContent()).toContain(says);
    expect(await card.locator('details').evaluate((details) => details.hasAttribute('open'))).toBe(
      !address().endsWith('/frame'),
    );
    const code = card.locator('code');
    expect((await code.count()) === 0 ? undefined : await code.textContent()).toEqual(line());
    await expect.poll(() => told).toEqual([expect.stringContaining(tells())]);
    await close();
  });

  it('it is a file on a disk', async () => {
    const path = join(folder, 'page.html');
    writeFileSync(path, page(''));
    const { card, told, close } = await open(pathToFileURL(path).href);
    await card.waitFor();

    expect(await card.textContent()).toContain('This page is a file on a disk');
    await expect.poll(() => told).toHaveLength(1);
    await close();
  });
});

it('a page whose worker cannot be reached blames no owner', async () => {
  const { card, element, told, close } = await open(at('/nothing'));
  await element.getByRole('textbox').waitFor();

  // The console is told when the element has given up.
  await expect.poll(() => told).toEqual(['<peel-studio> http://127.0.0.1:9 does not answer.']);
  expect(await card.count()).toBe(0);
  await close();
});

it('the exact line is copied, and looking again finds what was mended', async () => {
  const { page: shown, card, element, close } = await open(at('/site'));
  await card.getByRole('button', { name: 'Copy' }).click();
  await card.getByText('Copied').waitFor();
  expect(await shown.evaluate('navigator.clipboard.readText()')).toBe('PUT /peel/admin/api/sites/shopp');

  await element.evaluate((studio) => studio.setAttribute('site', 'default'));
  // The element may have looked by itself already.
  await card.getByRole('button', { name: 'Look again' }).evaluateAll((buttons) => {
    for (const button of buttons as unknown as { click(): void }[]) button.click();
  });

  await element.getByRole('textbox').waitFor();
  expect(await card.count()).toBe(0);
  await close();
});

it('visitors of a paused site read so, and see no card', async () => {
  const context = await browser.newContext();
  const shown = await context.newPage();
  await shown.route(`${peel.url}/peel/site**`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), paused: true } });
  });
  await shown.goto(at('/plain'));

  await shown.locator('peel-studio [part=notice]').getByText('Closed for now').waitFor();
  expect(await shown.locator('peel-studio .owner').count()).toBe(0);
  await context.close();
});
