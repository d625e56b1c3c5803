/** `<peel-studio>` on pages of every kind, in a real browser and against a whole deployment. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.ts';
import { type Deployment, startDeployment } from './deployment.ts';

/** Scripts that run before the element, by the page's path. */
const SCRIPTS: Record<string, string> = {
  '/plain': '',
  '/prototype-js': `
    Array.prototype.toJSON = function () { return '[' + this.map((item) => JSON.stringify(item)).join(', ') + ']' };
    for (const type of [String, Number, Date, Object]) type.prototype.toJSON = function () { return 'spoiled' };`,
  '/monitored': `
    const send = fetch;
    fetch = (input, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
      headers.set('baggage', 'sentry-environment=production');
      headers.set('X-Vendor-Of-Tomorrow', '1');
      return send(input, { ...init, headers });
    }`,
};

let server: Server;
let port: number;
let peel: Deployment;
let browser: Browser;

beforeAll(async () => {
  server = createServer(({ url = '/' }, response) => {
    response.setHeader('Content-Type', 'text/html');
    const element = `<script type="module" src="${peel.url}/widget.js"></script><peel-studio></peel-studio>`;
    const framed = `<iframe sandbox="allow-scripts" width="600" height="900" srcdoc='${element}'></iframe>`;
    response.end(`<!doctype html><script>${SCRIPTS[url] ?? ''}</script>${url === '/frame' ? framed : element}`);
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  ({ port } = server.address() as AddressInfo);
  peel = await startDeployment({
    PEEL_SECRET: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    SITE_ORIGINS: `http://127.0.0.1:${port}`,
    SITE_PROOF: 'none',
    VISITOR_PER_MINUTE: '100',
    BURST: 'off',
  });
  browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
});
afterAll(async () => {
  await browser?.close();
  await peel?.close();
  server.closeAllConnections();
  server.close();
});

describe('a page of the site', () => {
  it.each(Object.keys(SCRIPTS))('gets its picture: %s', async (path) => {
    const { page, press } = await open(`http://127.0.0.1:${port}${path}`);

    await press(`a fox on ${path}`);

    const image = page.locator('peel-studio img');
    await image.waitFor();
    expect(await image.getAttribute('src')).toMatch(new RegExp(`^${peel.url}/images/`));
  });
});

describe('a page that is not served', () => {
  it.each([
    { name: 'of another origin', path: '/plain', advice: () => `Add http://localhost:${port} to the origins` },
    { name: 'in a frame without an origin', path: '/frame', advice: () => 'allow-same-origin' },
  ])('says so to the visitor and why to the owner: $name', async ({ path, advice }) => {
    const { denials, warnings, press, notice } = await open(`http://localhost:${port}${path}`);

    await notice.getByText('This page is not set up yet').waitFor();
    await press('a fox');
    await expect.poll(() => denials.length, { timeout: 15_000 }).toBe(2);
    await notice.getByText('Nothing was charged.').waitFor();

    expect(warnings).toEqual([expect.stringContaining(advice())]);
  });
});

async function open(address: string) {
  const page: Page = await browser.newPage();
  const warnings: string[] = [];
  const denials: string[] = [];
  page.on('response', (response) => response.status() === 403 && denials.push(response.url()));
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  await page.goto(address);
  const host = address.endsWith('/frame') ? page.frameLocator('iframe') : page;
  return {
    page,
    denials,
    warnings,
    notice: host.locator('peel-studio [part=notice]'),
    async press(prompt: string) {
      await host.locator('peel-studio textarea').fill(prompt);
      await host.getByRole('button', { name: 'Generate' }).click();
    },
  };
}
