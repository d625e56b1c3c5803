/** Pages of a deployment inside other pages: the element's own (`/embed.html`), and Google's search suggestion. */
import type { Browser, Frame, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_KEY } from '../client-keys.ts';
import { createFakeUpstream, type FakeUpstream } from '../upstream/server.ts';
import { launchBrowser } from './browser.ts';
import { type Deployment, inFrontOfGoogle, startDeployment } from './deployment.ts';
import { type Served, serve } from './serve.ts';

let upstream: FakeUpstream;
let peel: Deployment;
/** Its origin by address is the site's. By the name `localhost` it is a foreign one. */
let shop: Served;
let browser: Browser;

beforeAll(async () => {
  shop = await serve(({ url = '' }, response) => {
    const frame = new URL(url, shop.origin).searchParams.get('frame') ?? '';
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><title>A shop</title><script>
      heard = [];
      addEventListener('message', ({ data, origin }) => heard.push({ ...data, origin }));
      </script><iframe width="600" height="900" src="${frame.replaceAll('"', '')}"></iframe>`);
  });
  upstream = await createFakeUpstream();
  peel = await startDeployment({
    ...inFrontOfGoogle(upstream.url),
    SITE_ORIGINS: shop.origin,
    SITE_GROUNDING: 'on',
  });
  browser = await launchBrowser();
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
afterAll(async () => {
  await browser?.close();
  await peel?.close();
  await upstream?.close();
  shop?.close();
});

interface Opened {
  page: Page;
  frame: Frame;
  /** Statuses of the worker's answers, by path. */
  answers: { path: string; status: number }[];
}

/** A page of this origin with a frame in it. */
async function openAround(address: string, origin = shop.origin): Promise<Opened> {
  const page = await browser.newPage();
  const answers = listen(page);
  await page.goto(`${origin}/?${new URLSearchParams({ frame: address })}`);
  const frame = await (await page.locator('iframe').elementHandle())?.contentFrame();
  if (!frame) throw new Error('the page has no frame');
  return { page, frame, answers };
}

function listen(page: Page): Opened['answers'] {
  const answers: Opened['answers'] = [];
  page.on('response', (answer) => {
    answers.push({ path: new URL(answer.url()).pathname, status: answer.status() });
  });
  return answers;
}

const heardBy = (page: Page) => page.evaluate('heard') as Promise<{ type: string; height: number; origin: string }[]>;

describe('/embed.html', () => {
  it('makes pictures in a page of the site', async () => {
    const { frame } = await openAround(`${peel.url}/embed.html?site=default&label=Your%20poster`);

    await frame.locator('peel-studio textarea').fill('a fox in a frame');
    await frame.locator('peel-studio textarea').press('Enter');

    const image = frame.locator('peel-studio [part~=image]');
    await image.waitFor();
    expect(await image.getAttribute('src')).toMatch(new RegExp(`^${peel.url}/images/`));
    expect(await frame.getByText('Your poster').first().isVisible()).toBe(true);
  });

  it('tells the page around it, and no other, how high it is', async () => {
    const { page, frame } = await openAround(`${peel.url}/embed.html`);
    await frame.locator('peel-studio [part~=idea]').first().waitFor();
    const heightOf = () => frame.locator('html').evaluate((root) => Math.ceil(root.getBoundingClientRect().height));
    const isTold = async () => (await heardBy(page)).at(-1)?.height === (await heightOf());

    await expect.poll(isTold).toBe(true);
    const before = await heightOf();
    await page.locator('iframe').evaluate((element) => element.setAttribute('width', '280'));

    await expect.poll(heightOf).not.toBe(before);
    await expect.poll(isTold).toBe(true);
    const heard = await heardBy(page);
    expect(heard.every(({ type, origin }) => type === 'peel-height' && origin === peel.url)).toBe(true);
  });

  it('is not shown in a foreign page', async () => {
    const foreign = `http://localhost:${shop.port}`;

    const { page, frame } = await openAround(`${peel.url}/embed.html`, foreign);

    await expect.poll(() => frame.url()).toMatch(/^chrome-error:/);
    expect(await heardBy(page)).toEqual([]);
  });

  it('as a page of its own is one that the owner has not listed', async () => {
    const page = await browser.newPage();
    const answers = listen(page);

    await page.goto(`${peel.url}/embed.html`);

    await expect.poll(() => answers).toContainEqual({ path: '/peel/site', status: 403 });
    await expect.poll(() => peel.output().includes(`"origin":"${peel.url}"`)).toBe(true);
  });

  it('keeps its own policy, which lets nothing but the deployment’s scripts run', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(`${shop.origin}/?${new URLSearchParams({ frame: `${peel.url}/embed.html` })}`);
    await page.frameLocator('iframe').locator('peel-studio textarea').press('a');

    expect(complaints.filter((text) => /Content Security Policy|TrustedScript|TrustedHTML/.test(text))).toEqual([]);
  });
});

describe('Google’s search suggestion', () => {
  it('is shown in a frame of a page of the site', async () => {
    const { page, frame, answers } = await openAround('about:blank');
    const answer = await page.evaluate(
      async ({ url, key }) => {
        const headers = { 'x-goog-api-key': key, 'content-type': 'application/json', 'Peel-Images': 'link' };
        const contents = [{ parts: [{ text: 'a fox of today [[answer:grounded]]' }] }];
        const body = JSON.stringify({ contents, tools: [{ googleSearch: {} }] });
        return (await fetch(url, { method: 'POST', headers, body })).text();
      },
      { url: `${peel.url}/v1beta/models/gemini-3-pro-image:generateContent`, key: CLIENT_KEY },
    );
    const [picture = ''] = /http[^"]+\/images\/[^"]+/.exec(answer) ?? [];
    const suggestion = picture.replace(/\/\d+\.\w+(?=\?)/, '/suggestion.html');

    await page.locator('iframe').evaluate((element, src) => element.setAttribute('src', src), suggestion);

    await expect.poll(() => frame.url()).toBe(suggestion);
    await frame.getByRole('link', { name: 'red fox in the snow' }).waitFor();
    // Google's own styles are in force.
    expect(await frame.evaluate(`getComputedStyle(document.querySelector('.container')).borderRadius`)).toBe('8px');
    expect(answers).toContainEqual({ path: new URL(suggestion).pathname, status: 200 });
  });
});
