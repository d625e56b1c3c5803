import { afterEach, beforeEach, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import { isSubmitKey } from '../../widget/submit-key.ts';
import { create, eventOf, type FakeWorker, failure, fakeWorker, inside, mount, openStream, textOf } from './support.ts';

let worker: FakeWorker;

beforeEach(() => {
  worker = fakeWorker();
});

afterEach(() => {
  document.body.replaceChildren();
});

it('has both live regions, empty, from the first render on', async () => {
  const studio = create(worker);
  document.body.append(studio);
  await studio.updateComplete;
  const regions = ['[role=status]', '[role=alert]'].map((selector) => inside(studio, selector));
  expect(regions.map(({ textContent }) => textContent?.trim())).toEqual(['', '']);

  await draw(studio);

  expect(['[role=status]', '[role=alert]'].map((selector) => inside(studio, selector))).toEqual(regions);
});

it.each([
  { state: 'idle', act: async () => undefined },
  { state: 'settings', act: (studio: PeelStudio) => openSettings(studio) },
  { state: 'generating', act: (studio: PeelStudio) => generateForEver(studio) },
  { state: 'done', act: (studio: PeelStudio) => draw(studio) },
  { state: 'error', act: (studio: PeelStudio) => fail(studio, 'UPSTREAM_BROKEN') },
  { state: 'limited', act: (studio: PeelStudio) => fail(studio, 'VISITOR_MINUTE') },
])('gives every control of $state a name, 24 pixels and a visible focus', async ({ act }) => {
  const studio = await mount(worker);
  await act(studio);
  await studio.updateComplete;

  const faults: string[] = [];
  for (const control of controlsOf(studio)) {
    const { width, height } = boxOf(control);
    const name = nameOf(studio, control);
    if (name === '') faults.push(`${control.outerHTML}: no name`);
    if (width < 24 || height < 24) faults.push(`${name}: ${width} by ${height}`);
  }

  expect(faults).toEqual([]);
});

it('marks the focus of every control it leads the Tab key to', async () => {
  const studio = await mount(worker);
  await openSettings(studio);
  const unmarked: string[] = [];
  const visited = new Set<Element>();
  studio.focus();

  for (let presses = 0; presses < 40; presses++) {
    const focused = studio.shadowRoot?.activeElement;
    if (!focused || visited.has(focused)) break;
    visited.add(focused);
    if (!hasMark(focused)) unmarked.push(focused.outerHTML);
    await userEvent.tab();
  }

  // Prompt, two ideas, settings, button, model, size, shape, thinking.
  expect(visited.size).toBe(9);
  expect(unmarked).toEqual([]);
});

it('tells sizes and shapes by groups, and names what a model lacks', async () => {
  const studio = await mount(worker, { model: 'gemini-2.5-flash-image', aspectRatio: '16:9' });
  await openSettings(studio);

  const group = page.getByRole('group', { name: 'Shape' });
  await expect.element(group).toHaveAccessibleDescription(/^Nano Banana does not draw 5:4, /);
  await expect.element(group.getByRole('radio', { name: 'Wide, 16 to 9' })).toBeChecked();
  await expect.element(group.getByRole('radio', { name: 'Long panorama, 8 to 1' })).toBeDisabled();
  await expect.element(page.getByRole('group', { name: 'Size' }).getByRole('radio', { name: '1K' })).toBeChecked();
});

it('changes shapes by the arrow keys, without calling it typing', async () => {
  const studio = await mount(worker);
  await openSettings(studio);
  let inputs = 0;
  studio.addEventListener('input', () => inputs++);
  inside(studio, '.shape-option input').focus();

  await userEvent.keyboard('{ArrowRight}');

  expect(studio.aspectRatio).toBe('1:1');
  expect(inputs).toBe(0);
});

it('goes from the keyboard all the way to the picture and back', async () => {
  const studio = await mount(worker);
  const result = eventOf(studio, 'peel-result');
  studio.focus();

  await userEvent.keyboard('a fox{Shift>}{Enter}{/Shift}in snow{Enter}');
  const { results } = await result;
  await studio.updateComplete;

  expect(results[0]?.order.prompt).toBe('a fox\nin snow');
  expect(studio.shadowRoot?.activeElement).toBe(inside(studio, 'textarea'));
  while (studio.shadowRoot?.activeElement !== inside(studio, '.skip')) await userEvent.tab();
  await userEvent.keyboard('{Enter}');
  expect(studio.shadowRoot?.activeElement).toBe(inside(studio, '#result'));
});

it('leaves the focus on the button that stays when the pressed one goes', async () => {
  const studio = await mount(worker);
  await draw(studio);
  const result = eventOf(studio, 'peel-result');

  await page.getByRole('button', { name: 'Another take' }).click();
  await result;
  await studio.updateComplete;

  expect(studio.shadowRoot?.activeElement).toBe(inside(studio, '.primary'));
});

it('is busy while it works, with a progress bar that claims no figure', async () => {
  const studio = await mount(worker);
  await generateForEver(studio);

  expect(inside(studio, '[part=stage]').getAttribute('aria-busy')).toBe('true');
  expect(inside(studio, '[role=progressbar]').hasAttribute('aria-valuenow')).toBe(false);
  await expect.element(page.getByRole('progressbar', { name: 'Generating your picture.' })).toBeInTheDocument();
});

it('takes an idea over into the prompt, from the site or from the page', async () => {
  const studio = await mount(worker);
  const typed: string[] = [];
  studio.addEventListener('input', () => typed.push(studio.value));

  await page.getByRole('button', { name: 'A fox in the snow' }).click();
  const own = Object.assign(document.createElement('button'), {
    slot: 'ideas',
    value: 'A lighthouse, cut from paper',
    textContent: 'Lighthouse',
  });
  studio.append(own);
  await page.getByRole('button', { name: 'Lighthouse' }).click();

  expect(typed).toEqual(['A fox in the snow', 'A lighthouse, cut from paper']);
  expect(worker.askedFor('/peel/session')).toEqual([]);
});

it('protects the badge from a page that hides it', async () => {
  const style = document.createElement('style');
  style.textContent =
    'peel-studio::part(badge) { display: none !important; visibility: hidden !important; opacity: 0 !important; font-size: 0 !important; transform: scale(0) !important; clip-path: inset(50%) !important }';
  document.body.append(style);
  const studio = await mount(worker);
  await draw(studio);

  const badge = inside(studio, '.badge');
  expect(badge.checkVisibility({ opacityProperty: true, visibilityProperty: true })).toBe(true);
  expect(badge.getBoundingClientRect().height).toBeGreaterThanOrEqual(12);
  expect(getComputedStyle(badge).clipPath).toBe('none');
});

it.each(['light', 'dark'])('keeps the contrast of text at 4.5 to 1 in %s', async (scheme) => {
  const studio = await mount(worker);
  studio.style.colorScheme = scheme;
  studio.style.setProperty('--peel-motion', '0');
  await openSettings(studio);
  await draw(studio);
  await fail(studio, 'UPSTREAM_BROKEN');
  const faint: string[] = [];

  for (const element of studio.shadowRoot?.querySelectorAll('*') ?? []) {
    const words = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim());
    const disabled = element.closest('.shape-option:has(:disabled)');
    if (!words || disabled || !element.checkVisibility({ visibilityProperty: true })) continue;
    const ratio = contrastOf(element, scheme);
    if (ratio < 4.5) faint.push(`${element.outerHTML.slice(0, 80)}: ${ratio.toFixed(2)}`);
  }

  expect(faint).toEqual([]);
});

it('moves nothing on the page, whatever it shows', async () => {
  const after = Object.assign(document.createElement('p'), { textContent: 'After the element.' });
  const studio = create(worker);
  document.body.append(studio, after);
  await studio.updateComplete;
  const top = () => Math.round(after.getBoundingClientRect().top + scrollY);
  const before = top();

  await eventOf(studio, 'peel-ready');
  await studio.updateComplete;
  expect(top()).toBe(before);
  await draw(studio);
  await studio.updateComplete;
  expect(top()).toBe(before);
});

it.each([
  { name: 'Enter', key: { key: 'Enter' }, enter: true, mod: false },
  { name: 'Shift and Enter', key: { key: 'Enter', shiftKey: true }, enter: false, mod: false },
  { name: 'Ctrl and Enter', key: { key: 'Enter', ctrlKey: true }, enter: true, mod: true },
  { name: 'Command and Enter', key: { key: 'Enter', metaKey: true }, enter: true, mod: true },
  { name: 'Enter in a composition', key: { key: 'Enter', isComposing: true }, enter: false, mod: false },
  { name: 'Enter that ends a composition in Safari', key: { key: 'Enter', keyCode: 229 }, enter: false, mod: false },
  { name: 'another key', key: { key: 'a' }, enter: false, mod: false },
])('reads $name', ({ key, enter, mod }) => {
  const event = new KeyboardEvent('keydown', key);

  expect(isSubmitKey(event, 'enter')).toBe(enter);
  expect(isSubmitKey(event, 'mod-enter')).toBe(mod);
});

async function openSettings(studio: PeelStudio) {
  inside(studio, '.summary').click();
  await expect.poll(() => studio.shadowRoot?.querySelector('#settings')).not.toBeNull();
}

async function draw(studio: PeelStudio) {
  const result = eventOf(studio, 'peel-result');
  await press(studio);
  await result;
  await studio.updateComplete;
}

async function generateForEver(studio: PeelStudio) {
  worker.generate = (asked) => openStream(asked).response;
  await press(studio);
  await expect.poll(() => worker.askedFor(':streamGenerateContent').length).toBe(1);
}

async function fail(studio: PeelStudio, reason: string) {
  worker.generate = () => failure(reason === 'VISITOR_MINUTE' ? 429 : 502, reason);
  await press(studio);
  await expect.poll(() => textOf(studio, '[part=notice]')).not.toBe('');
}

async function press(studio: PeelStudio) {
  studio.value = 'a fox';
  await studio.updateComplete;
  await page.getByRole('button', { name: 'Generate' }).click();
}

const controlsOf = (studio: PeelStudio) => [
  ...(studio.shadowRoot?.querySelectorAll<HTMLElement>('button:not(.skip), a, input, select, textarea, summary') ?? []),
];

const boxOf = (control: HTMLElement) => (control.closest('label:not([for])') ?? control).getBoundingClientRect();

function nameOf({ shadowRoot }: PeelStudio, control: HTMLElement): string {
  const label = 'labels' in control ? (control as HTMLInputElement).labels?.[0] : undefined;
  const slotted = label?.querySelector('slot')?.textContent;
  const visible = [...control.childNodes].map(({ textContent }) => textContent).join(' ');
  const name = control.getAttribute('aria-label') ?? slotted ?? label?.textContent ?? visible;
  return shadowRoot ? name.trim() : '';
}

/** The mark may be drawn on what is around the control. */
function hasMark(focused: Element): boolean {
  const around = [focused, focused.closest('.field'), focused.closest('label'), focused.nextElementSibling];
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
  const page = scheme === 'dark' ? '#191613' : '#ffffff';
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
