/** `<peel-studio>` on pages of every kind, in a real browser and against a whole deployment. */
import type { Locator } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, type Studio, startStage, studioOf } from './studio-stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.close());

/** All pages ask for the same picture, so that only the first one waits for it. */
const WORDS = 'a page of a shop';

/** What moves gets as much time as what is waited for. */
const POLL = { timeout: 30_000 };

/** Styles that must change nothing inside the element. */
const STYLES = {
  'a root of 62.5 %': 'html { font-size: 62.5% } body { font-size: 1.6rem }',
  'every style unset': '* { all: unset }',
  'a reset of everything':
    '*, ::before, ::after { margin: 0; padding: 0; border: 0; box-sizing: content-box } svg { height: auto }',
  'inherited text styles': `body {
    white-space: nowrap; text-indent: 3em; letter-spacing: .3em; text-transform: uppercase; text-shadow: 3px 3px red;
    word-spacing: 1em; line-height: 3; text-align: right; text-align-last: right; word-break: break-all }`,
  'important text styles': '* { line-height: 3 !important; letter-spacing: .3em !important; padding: 0 !important }',
};

/** Places that take their width from what is in them, or that the element has to share. */
const PLACES = {
  'a row': (studio: string) => `<div style="display:flex"><nav>Menu</nav>${studio}</div>`,
  'a centred column': (studio: string) =>
    `<div style="display:flex;flex-direction:column;align-items:center">${studio}</div>`,
  'a grid': (studio: string) => `<div style="display:grid;justify-items:center">${studio}</div>`,
  'a float': (studio: string) => `<div style="float:left">${studio}</div>`,
  'a table': (studio: string) => `<table><tr><td>${studio}</td></tr></table>`,
  'a dialog': (studio: string) => `<dialog id="box">${studio}</dialog><script>box.showModal()</script>`,
  'a box of no kind': (studio: string) => `<div style="display:contents">${studio}</div>`,
  'columns of text': (studio: string) => `<div style="columns:280px"><p>Text</p>${studio}<p>Text</p></div>`,
  'a row of its own': (studio: string) => `<style>peel-studio { display: flex }</style>${studio}`,
};

describe.concurrent('styles of the page', () => {
  /** The first visit waits for the picture, and says that it was made. All others find it. */
  let plain: Promise<Layout[]> | undefined;
  const plainLayout = async () => {
    await layoutWith('');
    return layoutWith('');
  };

  it.for(Object.entries(STYLES))('leave every part where it is: %s', async ([, css]) => {
    plain ??= plainLayout();

    expect(await layoutWith(css, { after: plain })).toEqual(await plain);
  });

  it('leave every part where it is: a page without a doctype', async () => {
    plain ??= plainLayout();

    expect(await layoutWith('', { after: plain, isOld: true })).toEqual(await plain);
  });

  it.for(Object.keys(PLACES) as (keyof typeof PLACES)[])('give it room: %s', async (name, { expect }) => {
    const meta = '<meta name="viewport" content="width=device-width">';
    await using visit = await stage.open(meta + PLACES[name](stage.tag()));
    const { page, studio } = visit;
    await studio.part('idea').first().waitFor();

    await expect
      .poll(() => roomOf(studio.host), POLL)
      .toEqual({ isWide: name !== 'columns of text', overflow: 0, cut: [] });
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => roomOf(studio.host), POLL).toEqual({ isWide: false, overflow: 0, cut: [] });
  });
});

/** A page whose scripts ran first. */
const SCRIPTS = {
  'old Prototype.js': `
    Array.prototype.toJSON = function () { return '[' + this.map((item) => JSON.stringify(item)).join(', ') + ']' };
    for (const type of [String, Number, Date, Object]) type.prototype.toJSON = function () { return 'spoiled' };`,
  'extended prototypes': `
    Object.prototype.extend = function () { return this };
    Array.prototype.last = function () { return this[this.length - 1] };
    Object.prototype.url = 'https://spoiled.example';
    Object.prototype.foo = { bar: 1 };`,
  'getters that throw': `
    for (const type of [Object, Array, Function, String]) {
      Object.defineProperty(type.prototype, 'trace', { get() { throw new Error('spoiled') }, enumerable: true });
    }`,
  'a monitored fetch': `
    const send = fetch;
    fetch = (input, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
      headers.set('baggage', 'sentry-environment=production');
      headers.set('X-Vendor-Of-Tomorrow', '1');
      return send(input, { ...init, headers });
    }`,
  'a fetch in an old wrapper': `
    const send = fetch;
    fetch = function (...rest) { return new Promise((resolve, reject) => send.apply(this, rest).then(resolve, reject)) }`,
};

describe.concurrent('scripts of the page', () => {
  it.each(Object.entries(SCRIPTS))('leave the whole visit alone: %s', async (name, script) => {
    await using visit = await stage.open(`<script>${script}</script>${stage.tag('persist="session" lang="de"')}`);
    const { page, studio, complaints } = visit;
    const first = await studio.make(WORDS);
    expect(new URL(first).origin).toBe(stage.peel.url);
    const second = await studio.make(`mit Schnee, ${name}`);

    await page.reload();
    await studio.versions.nth(1).waitFor();

    expect(await studio.address()).toBe(second);
    expect(complaints).toEqual([]);
  });
});

describe.concurrent('more than one', () => {
  it('elements of a page do not know of each other', async () => {
    await using visit = await stage.open(`${stage.tag('id="one"')}<hr>${stage.tag('id="two"')}`);
    const { page, complaints } = visit;
    const [one, two] = ['#one', '#two'].map((id) => studioOf(page.locator(id))) as [Studio, Studio];

    await one.press('the first of two');
    await two.press('the second of two');

    expect(await one.next('')).not.toBe(await two.next(''));
    expect([await one.prompt.inputValue(), await two.prompt.inputValue()]).toEqual(['', '']);
    expect(complaints).toEqual([]);
  });

  it('scripts define it once, also from a second host', async () => {
    const again = `<script type="module" src="${stage.peel.url}/widget.js?again"></script>`;
    const other = again.replace('127.0.0.1', 'localhost');
    await using visit = await stage.open(`${stage.tag()}${again}${other}`);
    const { studio, complaints } = visit;

    await studio.make(WORDS);

    expect(complaints).toEqual([]);
  });

  it('shadow root is around it', async () => {
    await using visit = await stage.open(`${stage.tag('hidden')}<x-card></x-card><script>
      customElements.define('x-card', class extends HTMLElement {
        connectedCallback() {
          this.attachShadow({ mode: 'open' }).append(document.createElement('peel-studio'));
        }
      });
    </script>`);
    const { page, complaints } = visit;
    const inner = studioOf(page.locator('x-card peel-studio'));

    await inner.make(WORDS);

    expect(complaints).toEqual([]);
  });
});

it.concurrent('works on a page without https', async () => {
  await using visit = await stage.open(stage.tag('persist="local"'), { origin: `http://shop.test:${stage.port}` });
  const { page, studio, complaints } = visit;
  expect(await page.evaluate('isSecureContext')).toBe(false);

  const first = await studio.make(WORDS);
  await studio.make('from far away');
  await page.reload();
  await studio.host.getByRole('button', { name: /^Open: / }).click();
  await studio.versions.first().click();

  await studio.host.locator(`[part~=stage] [src="${first}"]`).waitFor();
  expect(complaints).toEqual([]);
});

it.concurrent('works where a browser stores nothing', async () => {
  const script = `<script>for (const name of ['sessionStorage', 'localStorage', 'indexedDB']) {
    Object.defineProperty(window, name, { get() { throw new DOMException('Not allowed.', 'SecurityError') } });
  }</script>`;
  await using visit = await stage.open(script + stage.tag('persist="local"'));
  const { studio, complaints } = visit;

  await studio.make(WORDS);
  await studio.make('without a trace');

  expect(await studio.versions.count()).toBe(2);
  expect(complaints).toEqual([]);
});

it.concurrent('goes on where a script moves it while a picture is made', async () => {
  await using visit = await stage.open(`<aside></aside><main>${stage.tag()}</main>`);
  const { page, studio, complaints } = visit;
  const moved = Promise.withResolvers<void>();
  await page.route('**/*:streamGenerateContent*', async (route) => {
    await moved.promise;
    await route.continue();
  });
  await studio.press('a picture on the move');
  await studio.part('cancel').waitFor();

  await page.evaluate(`document.querySelector('aside').append(document.querySelector('peel-studio'))`);
  moved.resolve();
  await studio.image.waitFor();

  expect(await page.locator('aside peel-studio').count()).toBe(1);
  expect(complaints).toEqual([]);
});

describe.concurrent('what floats', () => {
  const AROUND = {
    'a scaled box that hides what leaves it': (studio: string) =>
      `<div style="transform:scale(.9);overflow:hidden;width:700px;height:700px;filter:blur(0)">${studio}</div>`,
    'a dialog': PLACES['a dialog'],
  };

  it.for(Object.entries(AROUND))('stands above the page: %s', async ([, around], { expect }) => {
    await using visit = await stage.open(around(stage.tag()), { isMoving: true });
    const { page, studio, complaints } = visit;
    await studio.make(WORDS);
    const more = await studio.button('More').boundingBox();

    await studio.button('More').click();
    const menu = studio.host.getByRole('menu');
    await menu.waitFor();
    const opened = await menu.boundingBox();
    expect(Math.abs((opened?.y ?? 0) - ((more?.y ?? 0) + (more?.height ?? 0)))).toBeLessThan(20);
    for (const item of await menu.getByRole('menuitem').all()) await item.click({ trial: true });
    await page.keyboard.press('Escape');
    await studio.image.click();
    await studio.part('dialog').waitFor();

    // The viewer flies to its place.
    await expect.poll(() => studio.part('dialog').boundingBox(), POLL).toEqual({ x: 0, y: 0, ...page.viewportSize() });
    await studio.part('dialog').getByRole('button', { name: 'Close', exact: true }).click();
    await studio.part('dialog').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });
});

describe.concurrent('an example', () => {
  it('has the look of its page: look.html', async ({ expect }) => {
    await using visit = await stage.open(stage.example('look.html'));
    const { page, studio, complaints } = visit;
    await page.emulateMedia({ colorScheme: 'light' });
    await studio.prompt.fill('a harbour');
    const fill = () =>
      studio
        .part('submit')
        .evaluate((button) => button.ownerDocument.defaultView.getComputedStyle(button).backgroundColor);

    expect(await fill()).toBe('rgb(138, 59, 18)');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(fill, POLL).toBe('rgb(255, 179, 138)');
    await studio.make(WORDS);

    expect(complaints).toEqual([]);
  });

  it('grows with what is in it: frame.html', async ({ expect }) => {
    await using visit = await stage.open(stage.example('frame.html'));
    const { page } = visit;
    const frame = page.locator('iframe');
    const studio = studioOf(page.frameLocator('iframe').locator('peel-studio'));
    await studio.make(WORDS);
    const content = page.frameLocator('iframe').locator('html');

    const heightOf = () => content.evaluate((root) => Math.ceil(root.getBoundingClientRect().height));
    await expect.poll(async () => (await frame.boundingBox())?.height === (await heightOf()), POLL).toBe(true);
  });
});

type Layout = Record<string, number[]>;

/**
 * Where each control, text and picture stands in the element: untouched, with its settings open, with a picture.
 *
 * @param options.after What must be over before the picture is asked for.
 * @param options.isOld Without a doctype.
 */
async function layoutWith(
  css: string,
  { after, isOld = false }: { after?: Promise<unknown>; isOld?: boolean } = {},
): Promise<Layout[]> {
  await using visit = await stage.open(
    `<style>${css}</style><div style="display:block;width:900px;font-family:sans-serif">${stage.tag()}</div>`,
    { isOld },
  );
  const { studio } = visit;
  const layouts: Layout[] = [];
  await studio.part('idea').first().waitFor();
  layouts.push(await settledLayout(studio.host));
  await studio.part('settings-toggle').click();
  await studio.part('ratio').waitFor();
  layouts.push(await settledLayout(studio.host));
  await studio.part('settings-toggle').click();
  await after;
  await studio.make(WORDS);
  layouts.push(await settledLayout(studio.host));
  return layouts;
}

async function settledLayout(host: Locator): Promise<Layout> {
  let last: Layout | undefined;
  for (;;) {
    const layout = await readLayout(host);
    if (JSON.stringify(last) === JSON.stringify(layout)) return layout;
    last = layout;
    await host.page().waitForTimeout(100);
  }
}

/** In half pixels, so that rounding differs nowhere. The hint counts the pictures that are left. */
const readLayout = (host: Locator): Promise<Layout> =>
  host.evaluate(({ shadowRoot }) => {
    const { left, top } = shadowRoot.querySelector('[part=base]').getBoundingClientRect();
    const layout: Layout = {};
    const count: Record<string, number> = {};
    for (const element of shadowRoot.querySelectorAll(
      'button, textarea, a, label, legend, h2, p, figure, img, svg, [part]:not([part=hint])',
    )) {
      if (element.closest('.visually-hidden') || !element.checkVisibility()) continue;
      const { x, y, width, height } = element.getBoundingClientRect();
      const name: string = element.getAttribute('part') ?? element.localName;
      count[name] = (count[name] ?? 0) + 1;
      layout[`${name} ${count[name]}`] = [x - left, y - top, width, height].map((size) => Math.round(size * 2) / 2);
    }
    return layout;
  });

/** Columns, what sticks out of the window, and controls that are too small or stick out of the element. */
const roomOf = (host: Locator) =>
  host.evaluate(({ shadowRoot, ownerDocument }) => {
    const boxOf = (selector: string) => shadowRoot.querySelector(selector).getBoundingClientRect();
    const base = boxOf('[part=base]');
    const cut: string[] = [];
    for (const control of shadowRoot.querySelectorAll('button, textarea')) {
      const { left, right, width, height } = control.getBoundingClientRect();
      const isWrong = left < base.left || right > base.right || width < 24 || height < 24;
      if (control.checkVisibility() && isWrong) cut.push(control.outerHTML);
    }
    return {
      isWide: boxOf('[part~=submit]').right < boxOf('[part~=ideas]').left,
      overflow: ownerDocument.documentElement.scrollWidth - ownerDocument.defaultView.innerWidth,
      cut,
    };
  });
