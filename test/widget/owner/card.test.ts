import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  consoleLine,
  OwnerCard,
  type OwnerView,
  renderOwnerCard,
  spokenCard,
  styles,
  tellSilence,
} from '../../../widget/owner/card.ts';
import type { Cause, Diagnosis, Place } from '../../../widget/owner/diagnose.ts';
import { Words } from '../../../widget/words/words.ts';
import { HOSTILE } from '../notes/hostile.ts';
import { type MountOptions, mount } from '../notes/mount.ts';

const ORIGIN: Diagnosis = { cause: 'origin', line: 'https://www.shop.example' };
const DIAGNOSES: Diagnosis[] = [
  ORIGIN,
  { cause: 'csp', line: "connect-src 'self' https://peel.example" },
  { cause: 'csp', line: 'https://peel.example', directive: 'img-src' },
  { cause: 'key', line: 'npm run setup -- --key' },
  { cause: 'variable', line: 'SITE_ORIGINS must be set' },
  { cause: 'paused', line: 'POST /peel/admin/api/pause' },
  { cause: 'wrong-worker', line: '' },
  { cause: 'site-name', line: 'PUT /peel/admin/api/sites/shopp' },
  { cause: 'sandboxed', line: 'https://peel.example/embed.html?site=shopp' },
  { cause: 'file', line: '' },
  { cause: 'insecure', line: 'endpoint="https://peel.example"' },
];
const SHOP: Place = { origin: 'https://www.shop.example', protocol: 'https:', hostname: 'www.shop.example' };
const HERE: Place = { origin: 'http://localhost:3000', protocol: 'http:', hostname: 'localhost' };

const view = (more: Partial<OwnerView> = {}): OwnerView => ({
  words: new Words(),
  diagnosis: ORIGIN,
  endpoint: 'https://peel.example/',
  site: 'shopp',
  scriptOrigin: 'https://cdn.example',
  open: true,
  copied: undefined,
  isLooking: false,
  onToggle: vi.fn(),
  onCopy: vi.fn(),
  onLookAgain: vi.fn(),
  ...more,
});

function show(more: Partial<OwnerView> = {}, options: MountOptions = {}) {
  const mounted = mount(styles, options);
  const shown = view(more);
  mounted.draw(renderOwnerCard(shown));
  return { ...mounted, ...shown };
}

beforeEach(() => sessionStorage.clear());
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

it('tells visitors little, and the owner what happened, what to do, and the exact line', () => {
  const { text } = show({ site: 'default' });

  expect(text()).toBe(
    'Pictures can’t be made on this page yet Something is still being set up. Please come back a little later. ' +
      'For the owner of this page ' +
      'The address of this page is not on your list, so nothing is made here and nobody else can use your budget. ' +
      'Add this address on your desk at https://peel.example/peel/admin/sites/default#where, ' +
      'exactly so: https://www.shop.example Copy ' +
      'Without a desk: to the variable SITE_ORIGINS, with commas between several. ' +
      'Come back and look again. Look again',
  );
});

it('leads to the list of the site that the page asks for', () => {
  const { text } = show({ site: 'summer' });

  expect(text()).toContain(
    'Add this address on your desk at https://peel.example/peel/admin/sites/summer#where, exactly so: https://www.shop.example Copy',
  );
  expect(text()).not.toMatch(/SITE_ORIGINS|PUT/);
});

it('has a site made, or its name corrected', () => {
  const { text } = show({ site: 'summr', diagnosis: { cause: 'site-name', line: 'PUT /peel/admin/api/sites/summr' } });

  expect(text()).toContain(
    'There is no site of the name “summr”. ' +
      'Correct the name in the tag, or make the site: PUT /peel/admin/api/sites/summr Copy',
  );
});

it.each(DIAGNOSES)('has whole words for each cause: $cause $line', (diagnosis) => {
  const { root, text } = show({ diagnosis });

  expect(text()).not.toMatch(/[{}]/);
  expect(root.querySelectorAll('li').length).toBeGreaterThan(0);
  expect(root.querySelector('code')?.textContent ?? '').toBe(diagnosis.line);
  expect(root.querySelectorAll('button.fill')).toHaveLength(1);
});

it.each([
  { cause: 'origin', hrefs: ['https://peel.example/peel/admin/sites/shopp#where'] },
  { cause: 'file', hrefs: ['https://peel.example/peel/admin/sites/shopp#where'] },
  { cause: 'wrong-worker', hrefs: ['https://cdn.example/build'] },
  { cause: 'sandboxed', hrefs: ['https://peel.example/embed.html?site=shopp'] },
] as const)('leads to the page that helps: $cause', ({ cause, hrefs }) => {
  const { root } = show({ diagnosis: { cause, line: 'x' } });

  expect([...root.querySelectorAll('a')].map(({ href }) => href)).toEqual(hrefs);
});

it('tells the visitor of an old browser, and no owner', () => {
  const { text, root } = show({ diagnosis: { cause: 'browser', line: '' } });

  expect(text()).toBe('This browser is too old for the picture maker An update helps.');
  expect(root.querySelector('details')).toBeNull();
});

it('says the two lines that visitors read', () => {
  const { words } = view();

  expect(spokenCard(ORIGIN, words)).toBe(
    'Pictures can’t be made on this page yet. Something is still being set up. Please come back a little later.',
  );
  expect(spokenCard({ cause: 'paused', line: '' }, words)).toMatch(/^Closed for now\. No new/);
});

it('names an address that does not answer, once', () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  tellSilence('https://mistyped.example/', new Words());
  tellSilence('https://mistyped.example/', new Words());

  expect(error.mock.calls).toEqual([['<peel-studio> https://mistyped.example does not answer.']]);
});

it('is closed for visitors, who read two lines', () => {
  const { root, text } = show({ open: false });

  expect(root.querySelector('details')?.open).toBe(false);
  expect(text()).toMatch(/a little later\. For the owner of this page$/);
});

it('does not look twice at once', () => {
  const { find, onLookAgain } = show({ isLooking: true });
  find('button.fill').click();

  expect(onLookAgain).not.toHaveBeenCalled();
  expect(find('button.fill').innerText).toBe('Looking');
});

it.each([
  { width: 280, dir: 'ltr' },
  { width: 280, dir: 'rtl' },
  { width: 700, dir: 'rtl' },
] as const)('keeps everything inside, and its line from left to right: $width $dir', ({ width, dir }) => {
  for (const diagnosis of DIAGNOSES) {
    const { host, root } = show(
      { diagnosis: { ...diagnosis, line: diagnosis.line && `${diagnosis.line}${'x'.repeat(90)}` } },
      { width, dir },
    );
    const outer = host.getBoundingClientRect();

    for (const element of root.querySelectorAll('.owner *')) {
      const { left, right } = element.getBoundingClientRect();
      expect(left).toBeGreaterThanOrEqual(outer.left - 0.5);
      expect(right).toBeLessThanOrEqual(outer.right + 0.5);
    }
    for (const target of root.querySelectorAll<HTMLElement>('button, summary')) {
      expect(target.offsetHeight).toBeGreaterThanOrEqual(24);
    }
    const code = root.querySelector('code');
    if (code) expect(getComputedStyle(code).direction).toBe('ltr');
    host.remove();
  }
});

describe('the controller', () => {
  const host = () => ({
    addController: vi.fn(),
    removeController: vi.fn(),
    requestUpdate: vi.fn(),
    updateComplete: Promise.resolve(true),
  });

  function start(place: Place, lookAgain: () => Promise<unknown> = async () => undefined) {
    const announce = vi.fn();
    const mounted = mount(styles);
    const updates = host();
    const card = new OwnerCard(updates, { place, lookAgain, announce });
    const draw = (diagnosis = ORIGIN) => {
      const { words, endpoint, site, scriptOrigin } = view({ site: 'default' });
      mounted.draw(card.render({ words, diagnosis, endpoint, site, scriptOrigin }));
    };
    updates.requestUpdate.mockImplementation(() => draw());
    return { ...mounted, announce, draw, card };
  }

  it('is open where people build, and closed elsewhere until it was opened once', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const isOpen = (place: Place) => {
      const { draw, find } = start(place);
      draw();
      return find<HTMLDetailsElement>('details').open;
    };

    expect(isOpen(HERE)).toBe(true);
    // Opened by the page, not by the visitor.
    sessionStorage.clear();
    expect(isOpen(SHOP)).toBe(false);
    const { draw, find } = start(SHOP);
    draw();
    find('summary').click();
    await vi.waitFor(() => expect(isOpen(SHOP)).toBe(true));
    expect(error).toHaveBeenCalled();
  });

  it('tells the console once, with the line to add', () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { draw } = start(SHOP);
    const diagnosis: Diagnosis = { cause: 'origin', line: 'https://once.example' };
    draw(diagnosis);
    draw(diagnosis);
    start(SHOP).draw(diagnosis);

    expect(error.mock.calls).toEqual([[expect.stringContaining('SITE_ORIGINS=https://once.example')]]);
  });

  it('copies the line and says so', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    const { draw, find, announce } = start(HERE);
    draw();
    find('.owner-line button').click();
    await vi.waitFor(() => expect(find('.owner-line button').innerText).toBe('Copied'));

    expect(writeText).toHaveBeenCalledWith('https://www.shop.example');
    expect(announce).toHaveBeenCalledWith('Copied');
  });

  it('says how to copy by hand where the browser does not allow it', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('no', 'NotAllowedError'));
    const { draw, find } = start(HERE);
    draw();
    find('.owner-line button').click();

    await vi.waitFor(() => expect(find('.owner-line button').innerText).toBe('Select it and copy'));
  });

  it('looks again, once at a time', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    let finish: (value?: unknown) => void = () => undefined;
    const lookAgain = vi.fn(() => new Promise((resolve) => (finish = resolve)));
    const { draw, find } = start(HERE, lookAgain);
    draw();
    find('button.fill').click();
    expect(find('button.fill').innerText).toBe('Looking');
    find('button.fill').click();
    finish();

    await vi.waitFor(() => expect(find('button.fill').innerText).toBe('Look again'));
    expect(lookAgain).toHaveBeenCalledTimes(1);
  });
});

it.each([
  { diagnosis: ORIGIN, site: 'default', line: 'SITE_ORIGINS=https://www.shop.example' },
  { diagnosis: ORIGIN, line: 'peel.example/peel/admin/sites/shopp#where, exactly so: https://www.shop.example Come' },
  {
    diagnosis: { cause: 'csp', line: "connect-src 'self' https://peel.example" },
    line: "Add to its Content-Security-Policy: connect-src 'self' https://peel.example The",
  },
  {
    diagnosis: { cause: 'csp', line: 'https://peel.example', directive: 'img-src' },
    line: 'Add to img-src in its Content-Security-Policy: https://peel.example The',
  },
  {
    diagnosis: { cause: 'site-name', line: 'PUT /peel/admin/api/sites/shopp' },
    line: 'There is no site of the name “shopp”.',
  },
  { diagnosis: { cause: 'wrong-worker', line: '' }, line: 'https://peel.example is not a Peel worker.' },
  { diagnosis: { cause: 'sandboxed', line: 'https://peel.example/embed.html' }, line: '/embed.html' },
  { diagnosis: { cause: 'variable', line: 'PEEL_SECRET must be set' }, line: 'PEEL_SECRET must be set' },
  { diagnosis: { cause: 'paused', line: 'POST /peel/admin/api/pause' }, line: 'POST /peel/admin/api/pause' },
] as { diagnosis: Diagnosis; site?: string; line: string }[])(
  'writes one line for the console: $diagnosis.cause',
  ({ diagnosis, line, ...site }) => {
    const told = consoleLine(diagnosis, view(site));

    expect(told).toContain(line);
    expect(told).toMatch(/^<peel-studio> https:\/\/peel\.example: \w/);
    expect(told).not.toMatch(/[{}\n]|Content-Security-Policy.*Content-Security-Policy/);
  },
);

it('shows 300 hostile texts as text and nothing else', () => {
  const { root, draw } = show({ diagnosis: { cause: 'site-name', line: 'x' } });
  const causes: Cause[] = ['origin', 'key', 'site-name', 'wrong-worker', 'sandboxed'];
  const kinds = () => [...new Set([...root.querySelectorAll('*')].map(({ localName }) => localName))];
  const known = ['div', 'section', 'h2', 'p', 'details', 'summary', 'svg', 'path', 'ol', 'li', 'a', 'code', 'button'];

  HOSTILE.forEach((text, at) => {
    const diagnosis: Diagnosis = { cause: causes[at % causes.length] ?? 'origin', line: text };
    draw(renderOwnerCard(view({ diagnosis, endpoint: text, site: text, scriptOrigin: text })));

    expect(kinds().filter((name) => !known.includes(name))).toEqual([]);
    if (diagnosis.cause !== 'wrong-worker') expect(root.querySelector('code')?.textContent).toBe(text);
    for (const { protocol } of root.querySelectorAll('a')) expect(protocol).toMatch(/^https?:$/);
    consoleLine(diagnosis, view({ endpoint: text, site: text }));
  });
  expect('wasHit' in globalThis).toBe(false);
});
