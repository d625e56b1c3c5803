import { html } from 'lit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page as browser } from 'vitest/browser';
import { find, type LookHost, mountIn, pageWith } from './host.ts';

beforeEach(() => browser.viewport(1200, 800));

afterEach(() => {
  document.body.replaceChildren();
  document.documentElement.style.fontSize = '';
});

const CONTENT = html`
  <p id="text">Made with AI.</p>
  <button class="fill">Make picture</button>
  <button class="tonal">Change</button>
  <span class="tiny">Wide</span>
  <span class="small">about 15 s</span>
  <textarea>Words</textarea>
`;

const mount = (css: string, rules = '') => mountIn(pageWith(css, rules), CONTENT);

const sizesOf = (host: LookHost) =>
  ['#text', '.fill', '.tonal', '.tiny', '.small', 'textarea'].map((selector) => {
    const { width, height } = find(host, selector).getBoundingClientRect();
    return [selector, Math.round(width), Math.round(height)];
  });

const fontSizeOf = (host: LookHost, selector: string) =>
  Number.parseFloat(getComputedStyle(find(host, selector)).fontSize);

/** Where the text itself is, and not its box. */
function textBox(host: LookHost, selector: string): DOMRect {
  const range = document.createRange();
  range.selectNodeContents(find(host, selector));
  return range.getBoundingClientRect();
}

it.each([
  { name: 'a root of 62.5 %', css: '', root: '62.5%' },
  { name: 'a root of 40 px', css: '', root: '40px' },
  { name: 'letter-spacing', css: 'letter-spacing: 4px' },
  { name: 'text-transform', css: 'text-transform: uppercase' },
  { name: 'word-spacing', css: 'word-spacing: 9px' },
  { name: 'text-indent', css: 'text-indent: 40px' },
  { name: 'white-space and word-break', css: 'white-space: pre; word-break: break-all' },
  { name: 'line-height', css: 'line-height: 4' },
])('has the same sizes on a page with $name', async ({ css, root = '' }) => {
  const plain = 'font: 16px sans-serif; inline-size: 500px;';
  const expected = sizesOf(await mount(plain));
  document.documentElement.style.fontSize = root;

  expect(sizesOf(await mount(`${plain}${css}`))).toEqual(expected);
});

it('works on a page that unsets everything', async () => {
  const host = await mount('font: 16px sans-serif; inline-size: 500px; display: block', 'look-host { all: unset }');
  const plain = await mount('font: 16px sans-serif; inline-size: 500px');

  expect(sizesOf(host)).toEqual(sizesOf(plain));
  expect(find(host, '.base').getBoundingClientRect().width).toBe(500);
});

it('hides by its attribute, also on a page that unsets everything', async () => {
  const host = await mount('', 'look-host { all: unset }');

  host.hidden = true;

  expect(host.checkVisibility()).toBe(false);
});

it('does not show the gradient text of a heading', async () => {
  const host = await mount('-webkit-text-fill-color: transparent; color: #222');

  expect(getComputedStyle(find(host, '#text')).getPropertyValue('-webkit-text-fill-color')).toBe('rgb(34, 34, 34)');
});

it.each([
  { page: 8, width: 500, expected: 15 },
  { page: 17.5, width: 500, expected: 17.5 },
  { page: 40, width: 500, expected: 20 },
  { page: 40, width: 335, expected: 17 },
  { page: 8, width: 300, expected: 15 },
])('has text of $expected px at a page’s $page px and $width px of room', async ({ page, width, expected }) => {
  const host = await mount(`font-size: ${page}px; inline-size: ${width}px`);

  expect(fontSizeOf(host, '#text')).toBe(expected);
});

it('keeps the smallest text at 12 px, and fields at 16 px where phones would zoom', async () => {
  const host = await mount('font-size: 9px; inline-size: 500px');

  expect(fontSizeOf(host, '.tiny')).toBeGreaterThanOrEqual(12);
  expect(fontSizeOf(host, '.small')).toBeGreaterThanOrEqual(13);
  expect(fontSizeOf(host, 'textarea')).toBe(16);
});

describe('aligns every paragraph with the page and not with its own language', () => {
  it.each([
    { name: 'right to left by attribute', dir: 'rtl', css: '', edge: 'right' },
    { name: 'right to left by style', dir: '', css: 'direction: rtl', edge: 'right' },
    { name: 'left to right', dir: 'ltr', css: '', edge: 'left' },
    { name: 'centred', dir: '', css: 'text-align: center', edge: 'left' },
    { name: 'flush right', dir: '', css: 'text-align: right', edge: 'left' },
  ] as const)('on a page that is $name', async ({ dir, css, edge }) => {
    const page = pageWith(`${css}; inline-size: 500px`);
    page.dir = dir;
    const host = await mountIn(
      page,
      html`<p id="english">An English line.</p><p id="arabic">جملة بالعربية.</p><p id="auto" dir="auto">Another one.</p>`,
    );

    const box = find(host, '.base').getBoundingClientRect();
    for (const id of ['#english', '#arabic', '#auto'])
      expect([id, Math.round(textBox(host, id)[edge])]).toEqual([id, Math.round(box[edge])]);
  });

  it('writes the full stop of a sentence behind it', async () => {
    const page = pageWith('inline-size: 500px');
    page.dir = 'rtl';
    const host = await mountIn(page, html`<p>English.</p>`);
    const text = find(host, 'p').firstChild as Text;
    const boxOf = (index: number) => {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + 1);
      return range.getBoundingClientRect();
    };

    expect(boxOf(7).left).toBeGreaterThan(boxOf(0).left);
  });
});

describe('has a width of its own where the page shrinks it to its content', () => {
  it.each([
    {
      name: 'a centred column',
      css: 'display: flex; flex-direction: column; align-items: center',
      width: 900,
      expected: 704,
    },
    {
      name: 'a narrow centred column',
      css: 'display: flex; flex-direction: column; align-items: center',
      width: 320,
      expected: 320,
    },
    { name: 'a centred grid', css: 'display: grid; justify-items: center', width: 320, expected: 320 },
  ])('in $name', async ({ css, width, expected }) => {
    const host = await mount(`font-size: 16px; inline-size: ${width}px; ${css}`);

    expect(host.getBoundingClientRect().width).toBe(expected);
  });

  it('beside something else in a row', async () => {
    const page = pageWith('font-size: 16px; inline-size: 900px; display: flex');
    page.insertAdjacentHTML('beforeend', '<div style="flex: none; inline-size: 300px"></div>');

    const host = await mountIn(page, CONTENT);

    expect(host.getBoundingClientRect().width).toBe(600);
  });
});

it('has lines high enough for Arabic and Hindi', async () => {
  const page = pageWith('font-size: 16px');
  const host = await mountIn(page, CONTENT);
  const plain = find(host, '#text').getBoundingClientRect().height;

  page.lang = 'hi-IN';

  expect(find(host, '#text').getBoundingClientRect().height).toBeGreaterThan(plain);
});
