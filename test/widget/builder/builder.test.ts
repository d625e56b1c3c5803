import '../../../widget/builder/builder.css';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { startBuilder } from '../../../widget/builder/builder.ts';
import { type Answers, FACTS, failure, workerWith } from './worker.ts';

const HOST = 'https://peel.tidewater.workers.dev';

let stop: (() => void) | undefined;

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(() => {
  stop?.();
  stop = undefined;
  history.replaceState(null, '', location.pathname + location.search);
  document.body.replaceChildren();
  document.documentElement.removeAttribute('dir');
});

async function open(fragment = '', answers: Answers = {}, host = HOST): Promise<void> {
  if (fragment) history.replaceState(null, '', `#${fragment}`);
  const into = document.createElement('div');
  into.id = 'builder';
  document.body.append(into);
  stop = startBuilder({ into, host, fetch: workerWith(answers) });
  await settled();
}

/** The answers of the worker have been drawn. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

const find = <Found extends Element = HTMLElement>(selector: string): Found => {
  const found = document.querySelector<Found>(selector);
  if (!found) throw new Error(`Nothing matches ${selector}.`);
  return found;
};
const studio = () => find('peel-studio');
const snippet = () => find('#snippet').textContent ?? '';
const notes = () => (find('main [role=status]').textContent ?? '').replace(/\s+/g, ' ').trim();

describe('a choice', () => {
  it('shows at once in the element, in the snippet and in the address', async () => {
    await open();

    await userEvent.fill(page.getByLabelText('Question'), 'What shall it be?');

    expect(studio().getAttribute('label')).toBe('What shall it be?');
    expect(snippet()).toContain('label="What shall it be?"');
    expect(location.hash).toBe('#label=What+shall+it+be%3F');
  });

  it('lets spaces be typed', async () => {
    await open();

    await userEvent.type(page.getByLabelText('Question'), 'What  now ');

    expect(find<HTMLInputElement>('#question').value).toMatch(/^What +now ?$/);
    expect(studio().getAttribute('label')).toBe('What now');
  });

  it('is undone without a trace', async () => {
    await open();
    const plain = snippet();
    await userEvent.click(page.getByLabelText('Plum'));
    await userEvent.click(page.getByLabelText('Square', { exact: true }));
    await userEvent.click(page.getByLabelText('Download'));
    expect(studio().style.getPropertyValue('--peel-accent')).not.toBe('');
    expect(studio().hasAttribute('without-download')).toBe(true);

    await userEvent.click(page.getByLabelText('As the page').first());
    await userEvent.click(page.getByLabelText('Soft'));
    await userEvent.click(page.getByLabelText('Download'));

    expect(snippet()).toBe(plain);
    expect(
      studio()
        .getAttributeNames()
        .filter((name) => name !== 'style'),
    ).toEqual([]);
    expect(studio().style).toHaveLength(0);
    expect(location.hash).toBe('');
  });

  it('keeps the element itself, and with it the pictures of the visitor', async () => {
    await open();
    const before = studio();

    await userEvent.click(page.getByRole('radio', { name: 'Phone' }));
    await userEvent.click(page.getByLabelText('Plum'));
    await page.viewport(390, 844);
    await settled();

    expect(studio()).toBe(before);
    expect(before.isConnected).toBe(true);
  });

  it('of the form is shown in one', async () => {
    await open();

    await userEvent.click(page.getByLabelText('“Use this picture” for my form'));

    expect(studio().getAttribute('name')).toBe('picture');
    expect(studio().closest('form')).not.toBeNull();
  });

  it('says what a colour that is none should be, and keeps the last one', async () => {
    await open('accent=%230b6470');

    await userEvent.fill(page.getByLabelText('Other'), 'greenish');

    expect(find('#colour-says').textContent).toBe('Six digits after #, such as #0b6470.');
    expect(find('#own-colour').getAttribute('aria-invalid')).toBe('true');
    expect(studio().style.getPropertyValue('--peel-accent')).toBe('#0b6470');
  });

  it('tells the contrast of the text on a colour, and on the page', async () => {
    await open('accent=%23ffcc00');

    expect(find('#colour-says').textContent).toMatch(/contrast 13\.\d : 1\. On this page it has 1\.\d : 1/);
  });

  it('of one idea a line becomes buttons in the element', async () => {
    await open();

    await userEvent.fill(page.getByLabelText('Ideas').first(), 'A fox\nA map');

    expect([...studio().children].map(({ textContent, slot }) => [textContent, slot])).toEqual([
      ['A fox', 'ideas'],
      ['A map', 'ideas'],
    ]);
  });
});

describe('a link', () => {
  it('opens the draft that it carries, at the system that it names', async () => {
    await open('label=Yours%3F&shape=3%3A4&without=copy&in=frame');

    expect(find<HTMLInputElement>('#question').value).toBe('Yours?');
    expect(find<HTMLSelectElement>('#shape').value).toBe('3:4');
    expect(studio().hasAttribute('without-copy')).toBe(true);
    expect(snippet()).toMatch(/^<iframe/);
  });

  it('that is followed on the page replaces the draft', async () => {
    await open('label=One&without=copy');

    location.hash = '#label=Two';
    await vi.waitFor(() => expect(studio().getAttribute('label')).toBe('Two'));

    expect(studio().hasAttribute('without-copy')).toBe(false);
    expect(find<HTMLInputElement>('#question').value).toBe('Two');
  });

  it('cannot put an element or a style of its own onto the page', async () => {
    const text = '<img src=x onerror="broken=1">';
    await open(`label=${encodeURIComponent(text)}&accent=red;background:url(x)&page=${encodeURIComponent(text)}`);

    expect(document.querySelector('img')).toBeNull();
    expect(studio().getAttribute('label')).toBe(text);
    expect(studio().style).toHaveLength(0);
  });
});

describe('what must be known', () => {
  it.each([
    { name: 'a pause', answers: { site: () => Response.json({ ...FACTS, paused: true }) }, says: /^Paused/ },
    { name: 'a missing key', answers: { demo: true }, says: /No key of a picture service yet/ },
    {
      name: 'a missing address',
      answers: { site: () => failure(403, 'ORIGIN_DENIED') },
      says: new RegExp(`not on the list .*add this address: *${HOST}`),
    },
    { name: 'a wrong site', answers: { site: () => failure(404, 'SITE_UNKNOWN') }, says: /no site “shopp”/ },
    {
      name: 'a broken setting',
      answers: { site: () => failure(500, 'CONFIG_BROKEN') },
      says: /Message of CONFIG_BROKEN/,
    },
    { name: 'a silent worker', answers: { site: () => Promise.reject(new TypeError()) }, says: /does not answer/ },
  ])('says $name above the frame, and shows the element all the same', async ({ answers, says }) => {
    await open('site=shopp', answers);

    await vi.waitFor(() => expect(notes()).toMatch(says));
    const [status, frame] = [find('main [role=status]'), find('.frame')].map((one) => one.getBoundingClientRect());
    expect(status!.bottom).toBeLessThanOrEqual(frame!.top);
    expect(studio().getBoundingClientRect().height).toBeGreaterThan(300);
  });

  it('says nothing where all is well', async () => {
    await open('', { demo: false });

    await vi.waitFor(() => expect(find('.bar').textContent).toMatch(/its pictures count/));
    expect(notes()).toBe('');
  });

  it('is asked anew on a press', async () => {
    let isBack = false;
    await open('', { site: () => (isBack ? Response.json(FACTS) : Promise.reject(new TypeError())), demo: false });
    await vi.waitFor(() => expect(notes()).toMatch(/does not answer/));
    isBack = true;

    await userEvent.click(page.getByRole('button', { name: 'Try again' }));

    await vi.waitFor(() => expect(notes()).toBe(''));
  });

  it('is that of the site whose name was typed last', async () => {
    const site = async (id: string) => {
      // The first answer is the slow one.
      if (id === 'one') await new Promise((resolve) => setTimeout(resolve, 300));
      return id === 'two' ? Response.json(FACTS) : failure(404, 'SITE_UNKNOWN');
    };
    await open('site=one', { site, demo: false });

    await userEvent.fill(page.getByLabelText('Site', { exact: true }), 'two');
    await new Promise((resolve) => setTimeout(resolve, 900));

    expect(notes()).toBe('');
    expect(studio().getAttribute('site')).toBe('two');
  });
});

describe('where it goes', () => {
  const listing = () => (find('.listing').textContent ?? '').replace(/\s+/g, ' ');

  it('gives the line for the list, because only the page itself could be judged', async () => {
    await open(`page=${encodeURIComponent('https://tidewater.example/shop')}`);

    expect(find('#listing').textContent).toBe('https://tidewater.example');
    expect(find<HTMLAnchorElement>('.listing a').getAttribute('href')).toBe('/peel/admin/sites/default#where');
    expect(listing()).toMatch(/can only be seen on that page/);
  });

  it('judges its own address', async () => {
    await open(`page=${encodeURIComponent(HOST)}`);
    await vi.waitFor(() => expect(listing()).toMatch(/On the list of site default/));
    stop?.();
    document.body.replaceChildren();

    await open(`page=${encodeURIComponent(HOST)}`, { site: () => failure(403, 'ORIGIN_DENIED') });

    await vi.waitFor(() => expect(listing()).toMatch(/Not on a list yet.*Open the list on your desk/));
  });

  it('says that a word is no address', async () => {
    await open('page=shop');

    expect(find('#my-page-error').textContent).toMatch(/not an address/);
    expect(document.querySelector('.listing')).toBeNull();
  });
});

describe('copying', () => {
  it('takes the snippet and says so, on the button and to screen readers', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await open();

    await userEvent.click(page.getByRole('button', { name: 'Copy', exact: true }).first());

    expect(write).toHaveBeenCalledWith(snippet());
    await expect.element(page.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(find('#builder > [role=status]').textContent).toBe('Copied');
    write.mockRestore();
  });

  it('chooses the text where the browser does not let it copy', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('', 'NotAllowedError'));
    await open();

    await userEvent.click(page.getByRole('button', { name: 'Copy', exact: true }).first());

    await expect.element(page.getByRole('button', { name: 'Press Ctrl+C to copy' })).toBeVisible();
    expect(String(getSelection())).toContain('<peel-studio');
    write.mockRestore();
  });
});

describe('the keyboard', () => {
  it('goes through the systems with arrows, Home and End', async () => {
    await open();
    find('[role=tab]').focus();

    await userEvent.keyboard('{ArrowRight}');
    expect(document.activeElement?.textContent).toBe('Script only');
    expect(snippet()).toMatch(/embed\.js/);
    await userEvent.keyboard('{End}');
    expect(document.activeElement?.textContent).toBe('Frame');
    await userEvent.keyboard('{ArrowRight}');
    expect(document.activeElement?.textContent).toBe('HTML');

    expect(document.querySelectorAll('[role=tab][tabindex="0"]')).toHaveLength(1);
  });

  it('goes the other way on a page from right to left', async () => {
    document.documentElement.dir = 'rtl';
    await open();
    find('[role=tab]').focus();

    await userEvent.keyboard('{ArrowLeft}');

    expect(document.activeElement?.textContent).toBe('Script only');
  });

  it.each([
    { width: 1280, first: 'options', last: 'main' },
    { width: 390, first: 'main', last: 'options' },
  ])('meets $first first at $width px, as the eye does', async ({ width, first }) => {
    await page.viewport(width, 900);
    await open();

    const [options, main] = [find('.options'), find('main')];
    const comesFirst = options.compareDocumentPosition(main) & Node.DOCUMENT_POSITION_FOLLOWING ? 'options' : 'main';
    expect(comesFirst).toBe(first);
    if (width === 390)
      expect(main.getBoundingClientRect().bottom).toBeLessThanOrEqual(options.getBoundingClientRect().top);
  });
});

describe('the layout', () => {
  const LONG = `label=${'Donaudampfschifffahrtsgesellschaft'.repeat(4)}&page=https%3A%2F%2F${'long-name-'.repeat(6)}.example%2Fx&form=1`;

  it.each([
    { width: 1280, dir: 'ltr' },
    { width: 1280, dir: 'rtl' },
    { width: 960, dir: 'ltr' },
    { width: 768, dir: 'ltr' },
    { width: 390, dir: 'ltr' },
    { width: 280, dir: 'ltr' },
    { width: 280, dir: 'rtl' },
  ])('has no sideways scroll at $width px, $dir', async ({ width, dir }) => {
    await page.viewport(width, 900);
    document.documentElement.dir = dir;
    await open(LONG, { site: () => failure(403, 'ORIGIN_DENIED') });
    find<HTMLDetailsElement>('details').open = true;

    const { scrollWidth, clientWidth } = document.documentElement;
    expect(scrollWidth).toBe(clientWidth);
    const out = [...document.querySelectorAll('#builder *')].filter((one) => {
      const { left, right, width: across } = one.getBoundingClientRect();
      return across > 1 && (left < -1 || right > clientWidth + 1);
    });
    expect(out.map(({ className, localName }) => `${localName}.${className}`)).toEqual([]);
  });

  it.each([1280, 390, 280])('gives every control at %i px a name and 24 pixels', async (width) => {
    await page.viewport(width, 900);
    await open(LONG);
    const controls = [
      ...document.querySelectorAll<HTMLElement>('#builder :is(button, input, select, textarea, summary, a)'),
    ];
    const shown = controls.filter((control) => control.checkVisibility());

    for (const control of shown) {
      // The hit area of a checkbox is its line.
      const { width: across, height } = (control.closest('label.check') ?? control).getBoundingClientRect();
      const name = nameOf(control);
      expect(Math.min(across, height), name).toBeGreaterThanOrEqual(control.matches('a') ? 0 : 24);
      expect(name, control.outerHTML).not.toBe('');
    }
    expect(shown.length).toBeGreaterThan(25);
  });

  it.each([
    ['Wide', 700],
    ['Column', 480],
    ['Phone', 358],
  ])('shows the page %s', async (name, width) => {
    await open();

    await userEvent.click(page.getByRole('radio', { name }));

    const { width: is } = studio().getBoundingClientRect();
    if (name === 'Wide') expect(is).toBeGreaterThan(width);
    else expect(is).toBe(width);
  });

  it('shows the page dark on a light screen, and light on a dark one', async () => {
    await open();

    await userEvent.click(page.getByRole('radio', { name: 'Dark' }).last());
    expect(getComputedStyle(studio()).color).toBe('rgb(238, 240, 234)');
    await userEvent.click(page.getByRole('radio', { name: 'Light' }).last());

    expect(getComputedStyle(studio()).color).toBe('rgb(22, 36, 43)');
  });
});

function nameOf(control: HTMLElement): string {
  const labels = (control as HTMLInputElement).labels ?? [];
  const own = control.getAttribute('aria-label') ?? control.textContent?.trim() ?? '';
  return control.matches('button, summary, a')
    ? own
    : [...labels].map((label) => label.textContent?.trim()).join(' ') || own;
}
