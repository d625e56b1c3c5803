/** `/embed.js` on pages of every kind, with a stand-in for `/widget.js`. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildClassicScript } from '../../scripts/build/classic-scripts.ts';
import { launchBrowser } from './browser.ts';
import { type Served, serve } from './serve.ts';

/** An element that is as high as the loader says, and shows what it was given before it was defined. */
const WIDGET = `
  customElements.define('peel-studio', class extends HTMLElement {
    connectedCallback() {
      const before = JSON.stringify(this.ideas ?? null);
      const root = this.attachShadow({ mode: 'open' });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(':host { display: block; container-type: inline-size; min-block-size: 31em }');
      root.adoptedStyleSheets = [sheet];
      root.append(document.createElement('p'));
      this.setAttribute('ready', before);
    }
  });`;

let script: string;
let peel: Served;
let shop: Served;
let browser: Browser;
/** Paths that were asked of the worker. */
let asked: string[];
/** Whether the worker has lost its files. */
let isBroken: boolean;

beforeAll(async () => {
  script = await buildClassicScript(join(import.meta.dirname, '../../widget/embed/embed.ts'));
  peel = await serve(({ url = '' }, response) => {
    asked.push(url);
    const body = { '/embed.js': script, '/embed.js?v=2': script, '/widget.js': isBroken ? undefined : WIDGET }[url];
    response.writeHead(body === undefined ? 404 : 200, {
      'Content-Type': 'text/javascript',
      'Access-Control-Allow-Origin': '*',
    });
    response.end(body);
  });
  // Each test writes its own page into the address.
  shop = await serve(({ url = '' }, response) => {
    const { searchParams } = new URL(url, 'http://shop.example');
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    const policy = searchParams.get('policy');
    if (policy) response.setHeader('Content-Security-Policy', policy);
    response.end(`<!doctype html><title>A shop</title>${searchParams.get('html') ?? ''}`);
  });
  browser = await launchBrowser();
});
beforeEach(() => {
  asked = [];
  isBroken = false;
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
afterAll(async () => {
  await browser?.close();
  peel?.close();
  shop?.close();
});

interface Opened {
  page: Page;
  /** What the page complained about. */
  complaints: string[];
}

/** @param prepare Runs in the page before any of its scripts. */
async function open(html: string, { policy = '', width = 1000, prepare = '' } = {}): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.addInitScript(prepare);
  await page.goto(`${shop.origin}/?${new URLSearchParams({ html, policy })}`);
  return { page, complaints };
}

const tag = (attributes = '') => `<script ${attributes} src="${peel.origin}/embed.js"></script>`;
const ready = (page: Page) => page.locator('peel-studio[ready]');

/** The page is never idle, so that only what the test does loads the element. */
const neverIdle = 'window.requestIdleCallback = () => 0';

it('has at most 1,000 bytes', () => {
  expect(Buffer.byteLength(script)).toBeLessThanOrEqual(1000);
});

describe('the element', () => {
  it('stands after its script, with its attributes', async () => {
    const { page } = await open(
      `<main><p>before</p>${tag('async data-aspect-ratio="3:4" data-label="Your poster" data-without-share')}<p>after</p></main>`,
    );
    await ready(page).waitFor();

    const tags = await page.locator('main > *').evaluateAll((elements) => elements.map(({ localName }) => localName));
    expect(tags).toEqual(['p', 'script', 'peel-studio', 'p']);
    const attributes = await ready(page).evaluate((element) =>
      Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
    );
    expect(attributes).toEqual({
      ...{ 'aspect-ratio': '3:4', label: 'Your poster', 'without-share': '', ready: 'null' },
      style: '',
    });
  });

  it('stands in the place that is named, though the script comes first', async () => {
    const { page } = await open(
      `<head>${tag('data-mount="#hero" data-label="Here"')}</head><body><p>text</p><section id="hero"></section>`,
    );

    await page.locator('#hero > peel-studio[ready][label=Here]').waitFor();
    expect(await page.locator('peel-studio').getAttribute('mount')).toBeNull();
  });

  it('stands at the end of the page for a script in the head without a place', async () => {
    const { page } = await open(`<head>${tag('defer')}</head><body><p>text</p>`);

    await page.locator('body > p + peel-studio[ready]').waitFor();
  });

  it.each([
    ['of a script in the page', (mount: string) => `<main>${tag(`data-mount="${mount}"`)}</main>`, 'main > script + '],
    [
      'of a script in the head',
      (mount: string) => `<head>${tag(`data-mount="${mount}"`)}</head><p>text</p>`,
      'body > p + ',
    ],
  ])('is seen, and names the place to the console, where the place %s is wrong', async (_, html, place) => {
    for (const mount of ['#nowhere', '##x']) {
      const { page, complaints } = await open(html(mount));

      await page.locator(`${place}peel-studio[ready]`).waitFor({ state: 'visible' });
      expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([`peel data-mount ${mount}`]);
    }
  });

  it('stands at the end of the page for a script that has left it', async () => {
    const { page } = await open(`<p>text</p><script>
      const script = document.createElement('script');
      script.src = '${peel.origin}/embed.js';
      document.body.append(script);
      script.remove();
    </script>`);

    await page.locator('body > peel-studio[ready]').waitFor();
  });

  it('comes whatever the attributes of its script are called', async () => {
    const { page, complaints } = await open(tag('data-="x" data-1="y" data-label="here"'));

    await page.locator('peel-studio[ready][label=here]').waitFor();
    expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
  });

  it.each([
    ['["A fox, asleep","A boat"]', ['A fox, asleep', 'A boat']],
    ['A fox, asleep|A boat', ['A fox, asleep', 'A boat']],
    ['[{"text":"A fox","image":"/fox.jpg"}]', [{ text: 'A fox', image: '/fox.jpg' }]],
  ])('has its ideas before it is defined: %s', async (written, ideas) => {
    const { page } = await open(tag(`data-ideas='${written}'`));

    expect(JSON.parse((await ready(page).getAttribute('ready')) ?? '')).toEqual(ideas);
  });

  it('can be twice on a page, each with its own settings', async () => {
    const { page, complaints } = await open(
      `<main>${tag('async data-label="one"')}<hr>${tag('defer data-label="two"')}</main>`,
    );

    await page.locator('peel-studio[ready][label=one] + hr ~ peel-studio[ready][label=two]').waitFor();
    expect(await page.locator('peel-studio').count()).toBe(2);
    expect(asked.filter((path) => path === '/widget.js')).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['as a module', () => tag('type="module" data-label="here"'), 1],
    [
      'as a module with a version in its address',
      () => tag('type="module" data-label="here"').replace('embed.js', 'embed.js?v=2'),
      1,
    ],
    ['twice as a module', () => tag('type="module" data-label="here"') + tag('data-label="here" async'), 2],
    [
      'by a page’s own script',
      () => `<script>
        const script = document.createElement('script');
        Object.assign(script, { src: '${peel.origin}/embed.js' }).dataset.label = 'here';
        document.head.append(script);
        </script><body>`,
      1,
    ],
    [
      'by a tag manager that runs its text',
      () => `<main><script type="text/plain" src="${peel.origin}/embed.js" data-label="here"></script></main>
        <script>fetch('${peel.origin}/embed.js').then((answer) => answer.text()).then((text) => setTimeout(text))</script>`,
      1,
    ],
  ])('comes from a script that is loaded %s', async (_, html, count) => {
    const { page } = await open(html());

    await page
      .locator('peel-studio[ready][label=here]')
      .nth(count - 1)
      .waitFor();
    expect(await page.locator('peel-studio').count()).toBe(count);
  });
});

describe('its box', () => {
  it.each([
    { width: 1000, fontSize: 16, blockSize: 26 * 16 },
    { width: 1000, fontSize: 24, blockSize: 31 * 24 },
    { width: 703, fontSize: 16, blockSize: 31 * 16 },
    { width: 704, fontSize: 16, blockSize: 26 * 16 },
    { width: 336, fontSize: 16, blockSize: 31 * 16 },
    { width: 335, fontSize: 16, blockSize: 42 * 16 },
    { width: 280, fontSize: 10, blockSize: 42 * 10 },
  ])('is there before the element is: $width px at $fontSize px', async ({ width, fontSize, blockSize }) => {
    const column = `width:${width}px;font-size:${fontSize}px`;

    const { page } = await open(
      `<style>body{margin:0}</style><div style="height:5000px"></div><div style="${column}">${tag()}</div>`,
      { width: 1200, prepare: neverIdle },
    );

    const box = await page.locator('peel-studio').evaluate((element) => element.getBoundingClientRect().toJSON());
    expect([box.width, box.height]).toEqual([width, blockSize]);
    expect(asked).not.toContain('/widget.js');
  });

  it('moves nothing when the element comes', async () => {
    const { page } = await open(`<div style="width:600px">${tag()}</div><p id="below">below</p>`, {
      prepare: neverIdle,
    });
    const topOf = () => page.locator('#below').evaluate((element) => element.getBoundingClientRect().top);
    const before = await topOf();
    await ready(page).waitFor();

    expect(await topOf()).toBe(before);
    // From here on the element and the page decide.
    expect(await page.locator('peel-studio').evaluate(({ style }) => style.minBlockSize)).toBe('');
  });

  it('leaves the page’s own styles on the element', async () => {
    const { page } = await open(`<main>${tag(`data-style="--peel-accent:#a4c639;max-inline-size:500px"`)}</main>`);
    await ready(page).waitFor();

    await expect
      .poll(() => ready(page).getAttribute('style'))
      .toMatch(/^--peel-accent: ?#a4c639; max-inline-size: 500px;$/);
  });

  it('goes where the element does not come', async () => {
    isBroken = true;
    const { page, complaints } = await open(`${tag()}<p id="below">below</p>`);

    await expect.poll(() => page.locator('peel-studio').evaluate(({ offsetHeight }) => offsetHeight)).toBe(0);
    expect(complaints.join()).toContain('widget.js');
  });
});

describe('its own script comes', () => {
  const FAR = () => `<div style="height:5000px"></div>${tag()}`;
  const hasLoaded = () => asked.includes('/widget.js');

  it('when the element is close to being seen, and not before', async () => {
    const { page } = await open(FAR(), { prepare: neverIdle });
    await page.waitForTimeout(200);
    expect(hasLoaded()).toBe(false);

    await page.evaluate('scrollTo(0, 4000)');

    await ready(page).waitFor({ state: 'attached' });
    expect(
      await page.locator('peel-studio').evaluate((element) => element.getBoundingClientRect().top),
    ).toBeGreaterThan(800);
  });

  it.each([
    ['first key', (page: Page) => page.keyboard.press('Tab')],
    ['first pointer', (page: Page) => page.mouse.move(10, 10)],
  ])('with the %s', async (_, act) => {
    const { page } = await open(FAR(), { prepare: neverIdle });
    expect(hasLoaded()).toBe(false);

    await act(page);

    await ready(page).waitFor({ state: 'attached' });
  });

  it.each([
    ['when the page is idle', ''],
    ['in a browser that does not say when it is', 'delete window.requestIdleCallback'],
  ])('%s', async (_, prepare) => {
    const { page } = await open(FAR(), { prepare });

    await ready(page).waitFor({ state: 'attached' });
  });
});

describe('a strict policy', () => {
  const strict = () =>
    `default-src 'none'; script-src ${peel.origin}; require-trusted-types-for 'script'; trusted-types 'none'`;
  const byNonce = () => "default-src 'none'; script-src 'nonce-abc'; require-trusted-types-for 'script'";

  it.each([
    ['that names the worker, with Trusted Types', strict, ''],
    ['of a nonce', byNonce, 'nonce="abc"'],
    [
      'of a nonce with strict-dynamic',
      () => byNonce().replace("'nonce-abc'", "'nonce-abc' 'strict-dynamic'"),
      'nonce="abc"',
    ],
  ])('%s is kept', async (_, policy, nonce) => {
    const { page, complaints } = await open(`<main>${tag(`${nonce} data-label="here" data-ideas="a|b"`)}</main>`, {
      policy: policy(),
    });

    await page.locator('main > peel-studio[ready][label=here]').waitFor();
    // Browsers ask every page for its icon.
    expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
  });
});
