/** Names, roles, contrast and focus marks in every state of a visit. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import { devtools } from './devtools.ts';
import { STATES, type State } from './states.ts';
import {
  appear,
  draw,
  type FakeWorker,
  fakeWorker,
  focused,
  inside,
  mount,
  press,
  resultOf,
  textOf,
  tidyUp,
  WIDE,
} from './support.ts';

let worker: FakeWorker;

beforeEach(() => {
  worker = fakeWorker();
});

afterEach(tidyUp);

async function reach({ prepare, act }: State, width = 390, scheme = 'light'): Promise<PeelStudio> {
  prepare?.(worker);
  document.body.style.colorScheme = scheme;
  document.body.style.color = 'CanvasText';
  const studio = await mount(worker, {}, width);
  studio.style.setProperty('--peel-motion', '0');
  await act(studio, worker);
  await studio.updateComplete;
  return studio;
}

it.each(STATES)('has names, roles and relations that hold: $name', async (state) => {
  const studio = await reach(state);
  const faults: string[] = [];
  const ids = new Map<string, number>();

  for (const element of all(studio)) {
    if (element.id) ids.set(element.id, (ids.get(element.id) ?? 0) + 1);
    for (const attribute of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for']) {
      for (const id of element.getAttribute(attribute)?.split(/\s+/) ?? []) {
        // A closed panel has nothing to control yet.
        const isClosed = attribute === 'aria-controls' && element.getAttribute('aria-expanded') === 'false';
        if (!isClosed && !studio.shadowRoot?.getElementById(id))
          faults.push(`${tag(element)}: ${attribute} of no ${id}`);
      }
    }
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    if (isControl(element) && nameOf(element, studio) === '') faults.push(`${tag(element)}: no name`);
    if (element.matches('img:not([alt]), iframe:not([title])')) faults.push(`${tag(element)}: no text`);
    if (element.matches('[role=group], [role=toolbar], [role=progressbar], [role=menu], fieldset, dialog')) {
      if (nameOf(element, studio) === '') faults.push(`${tag(element)}: no name`);
    }
    if (element.closest('[aria-hidden=true]') && element.matches('button, a, input'))
      faults.push(`${tag(element)}: hidden`);
    if (element.parentElement?.closest('button, a') && isControl(element)) faults.push(`${tag(element)}: nested`);
    if (element.matches('p:empty, h2:empty, h3:empty')) faults.push(`${tag(element)}: empty`);
  }

  for (const [id, count] of ids) if (count > 1) faults.push(`${count} × #${id}`);
  expect(faults).toEqual([]);
});

describe.each(['light', 'dark'])('in %s', (scheme) => {
  afterEach(() => document.body.removeAttribute('style'));

  it.each(STATES)('has a contrast of 4.5 to 1: $name', async (state) => {
    const studio = await reach(state, 390, scheme);
    const faint: string[] = [];

    for (const element of all(studio)) {
      const words = [...element.childNodes].some(({ nodeType, nodeValue }) => nodeType === 3 && nodeValue?.trim());
      if (
        !words ||
        element.closest(':disabled, fieldset:disabled *, .visually-hidden, option, .box, .corner, dialog')
      ) {
        continue;
      }
      if (element.matches('label:has(:disabled), label:has(:disabled) *')) continue;
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      const ratio = contrastOf(element, scheme);
      if (ratio < 4.5) faint.push(`${tag(element)} ${element.textContent?.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
    }

    expect(faint).toEqual([]);
  });
});

describe('forced colours', () => {
  beforeEach(() =>
    devtools().send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }] }),
  );
  afterEach(() => devtools().send('Emulation.setEmulatedMedia', { features: [] }));

  it('show the border of field, picture and main button, and what is chosen', async () => {
    const studio = await mount(worker, {}, 390);
    await draw(studio);
    await press(studio, '[part~=settings-toggle]');
    await appear(studio, '#settings');
    expect(matchMedia('(forced-colors: active)').matches).toBe(true);
    const border = (selector: string) => getComputedStyle(inside(studio, selector)).borderTopWidth;

    for (const selector of ['[part~=field]', '.box', '.primary', '[part=badge]'])
      expect(border(selector)).not.toBe('0px');
    const chosen = inside(studio, '.tile:has(:checked)');
    const other = inside(studio, '.tile:not(:has(:checked))');
    const look = (element: Element) => {
      const { outlineStyle, borderColor, backgroundColor, borderWidth, outlineColor } = getComputedStyle(element);
      return [outlineStyle, borderColor, backgroundColor, borderWidth, outlineColor].join();
    };
    expect(look(chosen)).not.toBe(look(other));
  });

  it('have one ring round the words', async () => {
    const studio = await mount(worker, {}, 390);

    studio.focus();
    await userEvent.keyboard('a');

    const rings = all(studio).filter((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0;
    });
    expect(rings).toEqual([inside(studio, '[part~=field]')]);
  });
});

it('stands still for those who ask for it, and works all the same', async () => {
  const studio = await mount(worker);
  studio.style.setProperty('--peel-motion', '0');

  await draw(studio);
  await appear(studio, '.quick');

  expect(studio.shadowRoot?.getAnimations().filter(({ playState }) => playState === 'running')).toEqual([]);
});

it('marks the focus of every control it leads the Tab key to, each once', async () => {
  const studio = await mount(worker, {}, WIDE);
  await draw(studio);
  await draw(studio, 'at night');
  await appear(studio, '[part=history]');
  await press(studio, '[part~=settings-toggle]');
  await appear(studio, '#settings');
  const before = document.createElement('button');
  studio.before(before);
  before.focus();
  const unmarked: string[] = [];
  const visited: Element[] = [];

  for (let presses = 0; presses < 60; presses++) {
    await userEvent.tab();
    const stop = focused(studio);
    if (!stop) break;
    expect(visited).not.toContain(stop);
    visited.push(stop);
    if (!hasMark(stop)) unmarked.push(tag(stop as HTMLElement));
  }

  expect(unmarked).toEqual([]);
  const stops = visited.map((stop) => stop.id || stop.className || stop.getAttribute('value'));
  const ofPanel = stops.findIndex((_, at) => visited[at]?.closest('#settings'));
  // The panel follows its button, and the composer comes before the stage.
  expect(ofPanel).toBe(visited.indexOf(inside(studio, '.line')) + 1);
  expect(visited.indexOf(inside(studio, '.primary'))).toBeLessThan(visited.indexOf(inside(studio, 'button.picture')));
});

it('goes from the keyboard all the way to the picture and back', async () => {
  const studio = await mount(worker);
  studio.focus();

  const { results } = await resultOf(studio, () => userEvent.keyboard('a fox{Shift>}{Enter}{/Shift}in snow{Enter}'));

  expect(results[0]?.order.prompt).toBe('a fox\nin snow');
  expect(focused(studio)).toBe(inside(studio, '[part~=prompt]'));
  inside(studio, 'button.picture').focus();
  await userEvent.keyboard('{Enter}');
  await appear(studio, 'dialog[open]');
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => focused(studio)).toBe(inside(studio, 'button.picture'));
});

it('sends by Enter or only with Ctrl, as the page asks, and never in the middle of a composition', async () => {
  const studio = await mount(worker, { submitOn: 'mod-enter' });
  studio.focus();
  await userEvent.keyboard('a fox{Enter}in snow');
  expect(studio.value).toBe('a fox\nin snow');
  expect(studio.state).toBe('idle');
  const composing = new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, isComposing: true, bubbles: true });
  inside(studio, '[part~=prompt]').dispatchEvent(composing);
  expect(studio.state).toBe('idle');

  const { results } = await resultOf(studio, () => userEvent.keyboard('{Control>}{Enter}{/Control}'));

  expect(results).toHaveLength(1);
});

it('takes an idea over into the words, from the site or from the page', async () => {
  const studio = await mount(worker);
  const typed: string[] = [];
  studio.addEventListener('input', () => typed.push(studio.value));

  await page.getByRole('button', { name: 'A fox in the snow' }).click();
  const own = Object.assign(document.createElement('button'), {
    type: 'button',
    slot: 'ideas',
    value: 'A lighthouse, cut from paper',
    textContent: 'Lighthouse',
  });
  studio.append(own);
  await page.getByRole('button', { name: 'Lighthouse' }).click();

  expect(typed).toEqual(['A fox in the snow', 'A lighthouse, cut from paper']);
  expect(worker.askedFor('/peel/session')).toEqual([]);
});

it('protects the AI label from a page that hides it', async () => {
  const style = document.createElement('style');
  style.textContent =
    'peel-studio::part(badge) { display: none !important; visibility: hidden !important; opacity: 0 !important; font-size: 0 !important; transform: scale(0) !important; clip-path: inset(50%) !important }';
  document.body.append(style);
  const studio = await mount(worker);
  await draw(studio);

  const badge = inside(studio, '[part=badge]');
  expect(badge.checkVisibility({ opacityProperty: true, visibilityProperty: true })).toBe(true);
  expect(badge.getBoundingClientRect().height).toBeGreaterThanOrEqual(12);
  expect(getComputedStyle(badge).clipPath).toBe('none');
  expect(textOf(studio, '[part=badge]')).toBe('Made with AI');
});

const all = ({ shadowRoot }: PeelStudio) => [...(shadowRoot?.querySelectorAll<HTMLElement>('*') ?? [])];

const isControl = (element: HTMLElement) => element.matches('button, a, input, select, textarea, summary');

const tag = (element: HTMLElement) => (element.cloneNode() as HTMLElement).outerHTML.slice(0, 90);

function nameOf(element: HTMLElement, { shadowRoot }: PeelStudio): string {
  const label = 'labels' in element ? (element as HTMLInputElement).labels?.[0] : undefined;
  const by = element.getAttribute('aria-labelledby')?.split(/\s+/);
  const texts = by?.map((id) => shadowRoot?.getElementById(id)?.textContent ?? '') ?? [];
  const legend = element.querySelector(':scope > legend')?.textContent;
  const pictures = [...element.querySelectorAll('img')].map(({ alt }) => alt).join(' ');
  const content = isControl(element) ? `${element.textContent}${pictures}` : '';
  return (element.ariaLabel ?? (texts.join(' ') || label?.textContent || legend || content)).trim();
}

/** The mark may be drawn on what is around the control. */
function hasMark(stop: Element): boolean {
  const around = [stop, stop.closest('.field'), stop.closest('label'), stop.nextElementSibling];
  return around.some((element) => {
    if (!element) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
  });
}

/** @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrastOf(element: Element, scheme: string): number {
  const layers: string[] = [];
  for (let at: Element | null = element; at; at = at.parentElement)
    layers.unshift(getComputedStyle(at).backgroundColor);
  const page = scheme === 'dark' ? '#121212' : '#ffffff';
  const background = luminance([page, ...layers]);
  const text = luminance([page, ...layers, getComputedStyle(element).color]);
  return (Math.max(background, text) + 0.05) / (Math.min(background, text) + 0.05);
}

function luminance(layers: string[]): number {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) throw new Error('No canvas.');
  for (const layer of layers) {
    context.fillStyle = layer;
    context.fillRect(0, 0, 1, 1);
  }
  const [red = 0, green = 0, blue = 0] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
