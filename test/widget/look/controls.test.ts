import { html } from 'lit';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';
import { icon } from '../../../widget/icons.ts';
import { colourOf, contrastOf, find, type LookHost, mountIn, pageWith, withFinger } from './host.ts';

afterEach(async () => {
  document.body.replaceChildren();
  await send('Emulation.setEmulatedMedia', { features: [] });
});

const send = (method: string, params: object): Promise<unknown> =>
  (cdp() as unknown as { send: typeof send }).send(method, params);

const CONTENT = html`
  <button class="fill">Make picture</button>
  <button class="tonal">Change</button>
  <button class="outline">Cancel</button>
  <button class="plain">Add pictures</button>
  <button class="plain icon-button" aria-label="More">${icon('M5 12h14', true)}</button>
  <button class="chip">Sharper</button>
  <button class="scrim icon-button" aria-label="Full screen"></button>
  <a class="tonal" href="#save">Download</a>
  <p style="margin-block: 30px">Wide · <button class="link">Details</button></p>
  <div class="segments">
    <button aria-pressed="true">This</button><button aria-pressed="false">New</button>
    <label><input type="radio" checked />One</label><label><input type="radio" />Two</label>
  </div>
  <figure style="position: relative; block-size: 100px"><span class="badge" part="badge">Made with AI</span></figure>
`;

const PAGE = 'font: 16px sans-serif; background: #fff; color: #222; accent-color: #2563eb; inline-size: 500px;';

const mount = (css = '', rules = '') => mountIn(pageWith(PAGE + css, rules), CONTENT);

const controlsOf = (host: LookHost) => [...host.renderRoot.querySelectorAll<HTMLElement>('button, a, label')];

const backgroundOf = (host: LookHost, selector: string) => getComputedStyle(find(host, selector)).backgroundColor;

it.each(['', '--peel-control-size: 8px;', 'font-size: 6px;'])('has no target under 24 px (%s)', async (css) => {
  const host = await mount(css);

  const small = controlsOf(host)
    .map((control) => [control.className, ...sizeOf(control)])
    .filter(([, width, height]) => Number(width) < 24 || Number(height) < 24);

  expect(small).toEqual([]);
});

const sizeOf = (element: Element) => {
  const { width, height } = element.getBoundingClientRect();
  return [width, height];
};

it('has 44 px for a finger, and lines no higher for the links in them', async () => {
  const host = await mount();
  const line = find(host, 'p');
  const before = line.offsetHeight;
  onTestFinished(withFinger(host.renderRoot as ShadowRoot));

  for (const control of [...controlsOf(host), ...host.renderRoot.querySelectorAll<HTMLElement>('[type=radio]')]) {
    const [width, height] = sizeOf(control);
    expect([control.className, Number(width) >= 44, Number(height) >= 44]).toEqual([control.className, true, true]);
  }
  expect(line.offsetHeight).toBeLessThanOrEqual(before + 1);
  const link = find(host, '.link');
  const { left, top, bottom } = link.getBoundingClientRect();
  const hit = (y: number) => (host.renderRoot as ShadowRoot).elementFromPoint(left + 9, y);
  expect(hit(top + 2)).toBe(link);
  expect(hit(bottom - 2)).toBe(link);
});

it('says by its ground what is pressed, open or out of use', async () => {
  const host = await mount();
  const tonal = find(host, '.tonal');
  const rest = backgroundOf(host, '.tonal');

  tonal.setAttribute('aria-expanded', 'true');
  await expect.poll(() => backgroundOf(host, '.tonal')).not.toBe(rest);
  tonal.setAttribute('aria-disabled', 'true');
  await expect.poll(() => backgroundOf(host, '.tonal')).toBe(rest);
});

it('turns the filled button into a tonal one that can be read while it waits', async () => {
  const host = await mount();
  const fill = find(host, '.fill');

  fill.setAttribute('aria-disabled', 'true');

  await expect.poll(() => backgroundOf(host, '.fill')).toBe(colourOf(host, 'var(--_tone)'));
  expect(contrastOf('#fff', backgroundOf(host, '.fill'), getComputedStyle(fill).color)).toBeGreaterThan(4.5);
  expect(Number(getComputedStyle(fill).opacity)).toBe(1);
});

it.each(['.fill', '.tonal', '.plain', '.chip'])(
  'changes %s under the pointer, and its text stays readable',
  async (selector) => {
    const host = await mount();
    const rest = backgroundOf(host, selector);

    await userEvent.hover(find(host, selector));

    await expect.poll(() => backgroundOf(host, selector)).not.toBe(rest);
    const { color } = getComputedStyle(find(host, selector));
    expect(contrastOf('#fff', backgroundOf(host, selector), color)).toBeGreaterThan(4.5);
  },
);

it('rings what has the focus, in white on pictures', async () => {
  const host = await mount();
  const outlineOf = (selector: string) => {
    const { outlineColor, outlineStyle, outlineWidth } = getComputedStyle(find(host, selector));
    return [outlineColor, outlineStyle, outlineWidth];
  };

  await userEvent.tab();
  expect(outlineOf('.fill')).toEqual([colourOf(host, 'var(--_ring)'), 'solid', '2px']);
  find(host, '.scrim').focus();
  expect(outlineOf('.scrim')).toEqual(['rgb(255, 255, 255)', 'solid', '2px']);
  find(host, 'input').focus();
  expect(outlineOf('label')).toEqual([colourOf(host, 'var(--_ring)'), 'solid', '2px']);
});

it('keeps white on the scrim readable on a white picture', async () => {
  const host = await mount();

  expect(contrastOf('#fff', backgroundOf(host, '.scrim'), '#fff')).toBeGreaterThanOrEqual(9);
});

it('has buttons in the sizes of text', async () => {
  const host = await mountIn(pageWith(PAGE), html`<button class="link small">Small</button><p class="small">Small</p>`);

  expect(getComputedStyle(find(host, 'button')).fontSize).toBe(getComputedStyle(find(host, 'p')).fontSize);
});

it('mirrors an icon with the page', async () => {
  const page = pageWith(PAGE);
  page.dir = 'rtl';
  const host = await mountIn(page, CONTENT);

  expect(getComputedStyle(find(host, '.mirrored')).scale).toBe('-1 1');
});

it('makes no difference of segments by colour alone where colours are forced', async () => {
  await send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }] });
  const host = await mount();

  expect(backgroundOf(host, '[aria-pressed=true]')).not.toBe(backgroundOf(host, '[aria-pressed=false]'));
  expect(getComputedStyle(find(host, '.tonal')).borderTopColor).not.toBe(backgroundOf(host, '.tonal'));
});

it.each([
  ['at rest', {}, 'ButtonText', 'ButtonFace'],
  ['while it is open', { 'aria-expanded': 'true' }, 'Highlight', 'HighlightText'],
  ['out of use', { 'aria-disabled': 'true' }, 'ButtonFace', 'GrayText'],
])('paints the filled button itself where colours are forced, so that its label can be read: %s', async (...row) => {
  const [, attributes, ground, text] = row;
  await send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }] });
  const host = await mount('--peel-motion: 0');
  const fill = find(host, '.fill');
  for (const [name, value] of Object.entries(attributes)) fill.setAttribute(name, value);
  const systemColour = (name: string) => {
    fill.insertAdjacentHTML('beforeend', `<i style="color: ${name}"></i>`);
    return getComputedStyle(fill.lastElementChild as Element).color;
  };

  const { color, forcedColorAdjust } = getComputedStyle(fill) as CSSStyleDeclaration & { forcedColorAdjust: string };
  await expect.poll(() => backgroundOf(host, '.fill')).toBe(systemColour(ground));
  expect([forcedColorAdjust, color]).toEqual(['none', systemColour(text)]);
  // The emulated colours of what is out of use are grey, as any visitor's are.
  if (text !== 'GrayText') expect(contrastOf(systemColour(ground), color)).toBeGreaterThan(4.5);
});

it('moves nothing where the visitor wants it so', async () => {
  await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-reduced-motion', value: 'reduce' }] });
  const host = await mount('--peel-motion: 1');

  expect(getComputedStyle(find(host, '.tonal')).transitionProperty).toBe('none');
  expect(getComputedStyle(host).getPropertyValue('--_motion')).toBe('0');
});

it('moves nothing where the page wants it so', async () => {
  const host = await mount('--peel-motion: 0');

  expect(getComputedStyle(find(host, '.tonal')).transitionDuration).toBe('0s');
});

it.each([
  'display: none',
  'visibility: hidden',
  'opacity: 0',
  'font-size: 0',
  'transform: scale(0)',
  'scale: 0',
  'translate: -999px',
  'rotate: x 90deg',
  'clip-path: inset(50%)',
  'clip: rect(0 0 0 0)',
  'filter: opacity(0)',
  'mask: linear-gradient(transparent, transparent)',
  'max-width: 0; max-height: 0; overflow: hidden',
  'width: 0; height: 0; overflow: hidden',
  'inset: -999px',
  'position: fixed; margin: -999px',
  'text-indent: -999px; overflow: hidden',
  'line-height: 0; overflow: hidden',
  'content-visibility: hidden',
])('keeps the AI label in its place on a page that sets %s', async (declarations) => {
  const important = declarations.replaceAll(/(;|$)/g, ' !important$1');
  const host = await mount('', `look-host::part(badge) { ${important} }`);
  const plain = await mount();
  const seen = (at: LookHost) => {
    const badge = find(at, '.badge');
    const range = document.createRange();
    range.selectNodeContents(badge);
    const [box, text, figure] = [badge, range, find(at, 'figure')].map((one) => one.getBoundingClientRect()) as [
      DOMRect,
      DOMRect,
      DOMRect,
    ];
    const { opacity, filter, maskImage, clipPath } = getComputedStyle(badge);
    const shown = badge.checkVisibility({
      opacityProperty: true,
      visibilityProperty: true,
      contentVisibilityAuto: true,
    });
    const places = [
      box.left - figure.left,
      figure.bottom - box.bottom,
      box.width,
      box.height,
      text.width,
      text.left - box.left,
    ];
    return [shown, places.map(Math.round), opacity, filter, maskImage, clipPath];
  };

  expect(seen(host)).toEqual(seen(plain));
});

it('lets the page restyle the AI label', async () => {
  const host = await mount('', 'look-host::part(badge) { background: rgb(1, 2, 3); border-radius: 2px }');

  expect(backgroundOf(host, '.badge')).toBe('rgb(1, 2, 3)');
});
