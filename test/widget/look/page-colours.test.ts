import { afterEach, expect, it } from 'vitest';
import { type Colour, contrast } from '../../../widget/look/contrast.ts';
import { readPage } from '../../../widget/look/page-colours.ts';
import { pageWith } from './host.ts';

afterEach(() => {
  document.body.replaceChildren();
});

/** A plain element with a shadow root. */
function hostIn(page: Node): HTMLElement {
  const host = document.createElement('div');
  host.attachShadow({ mode: 'open' }).innerHTML = '<slot></slot>';
  page.appendChild(host);
  return host;
}

const hex = (colour: Colour) =>
  `#${colour
    .slice(0, 3)
    .map((part) =>
      Math.round(part * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

const read = (page: Node) => {
  const { ink, paper, accent } = readPage(hostIn(page));
  return { ink: hex(ink), paper: hex(paper), accent: hex(accent) };
};

it('reads a shop by its links', () => {
  const page = pageWith('background: #faf5ea; color: #2a1f2b', 'a { color: #8a3552 }');

  expect(read(page)).toEqual({ ink: '#2a1f2b', paper: '#faf5ea', accent: '#8a3552' });
});

it('reads a start-up by its accent-color, which is meant for controls', () => {
  const page = pageWith('background: #fff; color: #0f172a; accent-color: #2563eb', 'a { color: #d00 }');

  expect(read(page)).toEqual({ ink: '#0f172a', paper: '#ffffff', accent: '#2563eb' });
});

it('reads a portfolio without any accent, whose links look like its text', () => {
  const page = pageWith('background: #0b0b0c; color: #f1ece4', 'a { color: inherit }');

  expect(read(page)).toEqual({ ink: '#f1ece4', paper: '#0b0b0c', accent: '#f1ece4' });
});

it.each(['light', 'dark'])('takes the browser’s own links for no accent in %s', (scheme) => {
  const { ink, accent } = read(pageWith(`color-scheme: ${scheme}; color: CanvasText`));

  expect(accent).toBe(ink);
});

it('believes the owner, however faint the accent, and guesses only what can be seen', () => {
  const faint = 'background: #fff; color: #222; accent-color: #fff8c0';

  expect(read(pageWith(`${faint}; --peel-accent: #fffbe0`)).accent).toBe('#fffbe0');
  expect(read(pageWith(faint)).accent).toBe('#222222');
  expect(read(pageWith(faint, 'a { color: #07c }')).accent).toBe('#0077cc');
});

it('prefers the page’s --peel-accent to the accent of the site, and both to a guess', () => {
  const page = pageWith('background: #fff; color: #222; accent-color: #2563eb');
  const host = hostIn(page);

  expect(hex(readPage(host, '#8a3552').accent)).toBe('#8a3552');
  page.style.setProperty('--peel-accent', 'light-dark(#0a0, #f00)');
  expect(hex(readPage(host, '#8a3552').accent)).toBe('#00aa00');
});

it.each([
  'oklch(0.5 0.2 30)',
  'hsl(200deg 50% 40%)',
  'color(display-p3 0.2 0.4 0.8)',
  'lab(40% 30 -40)',
  'rebeccapurple',
])('reads an accent written as %s', (accent) => {
  const page = pageWith(`background: #fff; color: #222; --peel-accent: ${accent}`);
  const shown = document.createElement('i');
  shown.style.backgroundColor = accent;
  page.append(shown);
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) throw new Error('No canvas.');
  context.fillStyle = getComputedStyle(shown).backgroundColor;
  context.fillRect(0, 0, 1, 1);

  const { accent: colour } = readPage(hostIn(page));

  const painted = [...context.getImageData(0, 0, 1, 1).data].map((value) => value / 255);
  for (const [index, part] of painted.entries())
    expect(Math.min(Math.max(colour[index] ?? 0, 0), 1)).toBeCloseTo(part, 1);
});

it('looks through transparent and half-transparent boxes', () => {
  const page = pageWith('background: #123456; color: #fff');
  page.innerHTML = '<div style="background: rgb(255 255 255 / 20%)"><div style="background: transparent"></div></div>';

  expect(read(page.querySelector('div div') as Element).paper).toBe('#123456');
});

it.each(['linear-gradient(#fff, #ccc)', 'url(photo.jpg)'])('does not look behind %s', (image) => {
  const page = pageWith('background: #123456; color: #222');
  page.innerHTML = `<div style="background-image: ${image}"></div>`;

  expect(read(page.querySelector('div') as Element).paper).toBe('#ffffff');
});

it('finds a paper on which light text over a photo can be read', () => {
  const page = pageWith('background: url(photo.jpg); color: #fff');

  const { ink, paper } = readPage(hostIn(page));

  expect(contrast(ink, paper)).toBeGreaterThan(7);
});

it('reads dark pages that say it by their colour scheme alone', () => {
  const page = pageWith('color-scheme: dark; color: CanvasText');

  const { ink, paper } = readPage(hostIn(page));

  expect(contrast(ink, paper)).toBeGreaterThan(12);
  expect(paper[0]).toBeLessThan(0.2);
});

it('looks through shadow roots and slots', () => {
  const card = document.createElement('div');
  card.attachShadow({ mode: 'open' }).innerHTML =
    '<section style="background: #204060; color: #fff"><slot></slot></section>';
  const page = pageWith('background: #fff; color: #222');
  page.append(card);
  const inside = document.createElement('div');
  (card.shadowRoot as ShadowRoot).querySelector('section')?.append(inside);

  expect(read(card)).toMatchObject({ ink: '#ffffff', paper: '#204060' });
  expect(read(inside)).toMatchObject({ ink: '#ffffff', paper: '#204060' });
});

it('takes half-transparent text as it is', () => {
  const page = pageWith('background: #fff; color: rgb(0 0 0 / 87%)');

  expect(readPage(hostIn(page)).ink[3]).toBeCloseTo(0.87, 2);
});

it('follows --peel-text, which the page’s text may differ from', () => {
  const page = pageWith('background: #fff; color: #222; --peel-text: #4b4b4b');

  expect(read(page).ink).toBe('#4b4b4b');
});

it('leaves nothing behind, and no slot notices it', async () => {
  const host = hostIn(pageWith('background: #fff', 'a { color: #07c }'));
  host.innerHTML = '<p>Child</p>';
  const root = host.shadowRoot as ShadowRoot;
  await new Promise(requestAnimationFrame);
  const before = [host.outerHTML, root.innerHTML];
  const changes: Event[] = [];
  root.addEventListener('slotchange', (event) => changes.push(event));

  readPage(host);
  await new Promise(requestAnimationFrame);

  expect([host.outerHTML, root.innerHTML]).toEqual(before);
  expect(changes).toEqual([]);
});

it('overrules a page that has styled its links by force', () => {
  const page = pageWith(
    'background: #fff; color: #222',
    'a { display: none !important; transition: color 9s !important; color: #07c !important }',
  );

  expect(read(page).accent).toBe('#0077cc');
});
