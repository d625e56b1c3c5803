import { html } from 'lit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import {
  doubleClick,
  drag,
  fingers,
  frames,
  openViewer,
  pictureOf,
  spot,
  type ViewerElement,
  wheel,
} from './support.ts';

beforeEach(() => page.viewport(1000, 700));
afterEach(() => page.viewport(414, 896));

const boxOf = (element: ViewerElement, selector: string) => element.inside(selector).getBoundingClientRect();
const press = (element: ViewerElement, selector: string) => userEvent.click(element.inside(selector));
const percent = (element: ViewerElement) => element.inside('.viewer-percent').textContent;

describe('opening and closing', () => {
  it('covers the window, whatever the page does to its elements and wherever the element stands', async () => {
    const reset = new CSSStyleSheet();
    reset.replaceSync('* { all: unset; }');
    document.adoptedStyleSheets = [reset];
    const moved = document.createElement('div');
    moved.style.cssText =
      'transform: scale(.5); overflow: hidden; inline-size: 200px; block-size: 90px; pointer-events: none';
    const outer = document.createElement('div').attachShadow({ mode: 'open' });
    moved.append(outer.host);
    document.body.append(moved);

    const element = await openViewer({}, outer);

    const { left, top, width, height } = boxOf(element, 'dialog');
    expect([left, top, width, height]).toEqual([0, 0, innerWidth, innerHeight]);
    await press(element, '.viewer-close');
    expect(element.closings).toBe(1);
    document.adoptedStyleSheets = [];
  });

  it('has the ground of every page and not the page’s colours', async () => {
    document.body.style.cssText = 'color: red; background: yellow';
    const element = await openViewer();
    document.body.style.cssText = '';

    const { backgroundColor, color } = getComputedStyle(element.inside('dialog'));
    expect([backgroundColor, color]).toEqual(['rgb(17, 18, 19)', 'rgb(244, 244, 242)']);
    expect(getComputedStyle(element.inside('.fill')).backgroundColor).toBe('rgb(255, 255, 255)');
  });

  it('starts at Close, keeps Tab inside, and gives the focus back', async () => {
    const element = await openViewer();
    expect(element.focused).toBe(element.inside('.viewer-close'));

    const visited = new Set<Element>();
    for (let presses = 0; presses < 14; presses++) {
      await userEvent.tab();
      if (element.focused) visited.add(element.focused);
    }
    expect(visited.has(element.inside('.opener'))).toBe(false);
    expect([...visited].map(({ className }) => className)).toEqual(
      expect.arrayContaining(['icon-button viewer-compare', 'viewer-view', 'version', 'tonal']),
    );

    await userEvent.keyboard('{Escape}');
    await element.settled();
    expect(element.has('dialog')).toBe(false);
    expect(element.focused).toBe(element.inside('.opener'));
    expect(element.closings).toBe(1);
  });

  it('tells the host about its end also where the button that opened it is gone', async () => {
    const element = await openViewer();
    element.inside('.opener').remove();

    await userEvent.keyboard('{Escape}');
    await element.settled();

    expect(element.closings).toBe(1);
  });

  it('comes back closed when the element is moved in the page', async () => {
    const element = await openViewer();

    document.body.append(element);
    await element.settled();
    expect(element.has('dialog')).toBe(false);

    element.viewer.open();
    await element.settled();
    expect(element.inside('dialog').matches(':modal')).toBe(true);
  });

  it('leaves the page where it was scrolled to', async () => {
    document.body.style.cssText = 'block-size: 3000px; padding-block-start: 300px';
    window.scrollTo(0, 120);
    const element = await openViewer();

    await wheel(spot(element.inside('.viewer-body')), 200);
    await wheel(spot(element.inside('.viewer-bar')), 200);
    await userEvent.keyboard('{Escape}');
    await element.settled();

    expect(window.scrollY).toBe(120);
    document.body.style.cssText = '';
  });

  it('comes from the picture on the page where motion is allowed, and goes back to it', async () => {
    const element = await openViewer();
    element.viewer.closed();
    await element.settled();
    element.style.setProperty('--peel-motion', '20');
    const place = element.inside('.opener');

    element.viewer.open(place);
    await element.settled();
    const picture = element.inside('.viewer-picture');
    const [flight] = picture.getAnimations();
    flight!.pause();
    flight!.currentTime = 0;
    const there = place.getBoundingClientRect();
    const here = picture.getBoundingClientRect();
    expect([here.left, here.top, here.width, here.height].map(Math.round)).toEqual(
      [there.left, there.top, there.width, there.height].map(Math.round),
    );

    for (const animation of element.inside('dialog').getAnimations({ subtree: true })) animation.finish();
    await frames(2);
    expect(picture.getAnimations()).toEqual([]);
    void element.viewer.close();
    expect(picture.getAnimations()).toHaveLength(1);
    for (const animation of element.inside('dialog').getAnimations({ subtree: true })) animation.finish();
    await frames(2);
    expect(element.closings).toBe(1);
  });
});

describe('the picture', () => {
  it.each([
    { shape: [1600, 900], limits: 'width' },
    { shape: [900, 1600], limits: 'height' },
  ] as const)('is fitted by its $limits', async ({ shape: [width, height], limits }) => {
    const element = await openViewer({ picture: pictureOf(width, height, 'navy') });

    const view = boxOf(element, '.viewer-view');
    const picture = boxOf(element, '.viewer-picture');
    expect(picture[limits]).toBeCloseTo(view[limits], 0);
    expect(picture.width / picture.height).toBeCloseTo(width / height, 2);
    expect(picture.left - view.left).toBeCloseTo(view.right - picture.right, 0);
  });

  it('stays fitted when the window changes', async () => {
    const element = await openViewer();

    await page.viewport(500, 700);
    await element.settled();

    expect(boxOf(element, '.viewer-picture').width).toBeCloseTo(boxOf(element, '.viewer-view').width, 0);
  });

  it.each([
    { name: 'on the picture', shape: [1600, 900], inside: true },
    { name: 'beside a narrow one', shape: [100, 800], inside: false },
    { name: 'beneath a low one', shape: [4000, 200], inside: false },
  ] as const)('keeps its label $name', async ({ shape: [width, height], inside }) => {
    const element = await openViewer({ picture: pictureOf(width, height, 'navy') });

    const label = boxOf(element, '.badge');
    const picture = boxOf(element, '.viewer-picture');
    const body = boxOf(element, '.viewer-body');
    const overlaps = label.left < picture.right && label.right > picture.left && label.top < picture.bottom;
    expect(overlaps).toBe(inside);
    expect(label.bottom).toBeLessThanOrEqual(body.bottom);
    expect(label.right).toBeLessThanOrEqual(body.right);
  });

  it('keeps its label in sight when it is enlarged', async () => {
    const element = await openViewer();

    await userEvent.keyboard('+++++');
    await element.settled();

    const label = boxOf(element, '.badge');
    const body = boxOf(element, '.viewer-body');
    expect(label.left).toBeGreaterThanOrEqual(body.left);
    expect(label.bottom).toBeLessThanOrEqual(body.bottom);
  });
});

describe('looking closer', () => {
  it('grows and shrinks by keys and buttons, and says the scale', async () => {
    const element = await openViewer({ picture: pictureOf(1600, 900, 'navy') });
    const fitted = percent(element);
    expect(element.inside('.viewer-smaller').ariaDisabled).toBe('true');

    await userEvent.keyboard('+');
    await press(element, '.viewer-larger');
    expect(percent(element)).toBe('100\u00a0%');
    expect(boxOf(element, '.viewer-picture').width).toBeCloseTo(1600);

    await userEvent.keyboard('-');
    await press(element, '.viewer-smaller');
    expect(percent(element)).toBe(fitted);

    await userEvent.keyboard('++0');
    expect(percent(element)).toBe(fitted);
    await press(element, '.viewer-percent');
    expect(percent(element)).toBe('100\u00a0%');
  });

  it.each([
    { name: 'a double click', act: doubleClick },
    { name: 'the wheel with Ctrl', act: (at: { x: number; y: number }) => wheel(at, -120, 2) },
  ])('keeps the spot under $name', async ({ act }) => {
    const element = await openViewer();
    const at = spot(element.inside('.viewer-picture'), 0.3, 0.4);

    await act(at);
    await element.settled();

    expect(element.viewer.isEnlarged).toBe(true);
    const under = spot(element.inside('.viewer-picture'), 0.3, 0.4);
    expect(under.x).toBeCloseTo(at.x, 0);
    expect(under.y).toBeCloseTo(at.y, 0);
  });

  it('moves by dragging, and no further than its edge', async () => {
    const element = await openViewer();
    await doubleClick(spot(element.inside('.viewer-body')));
    await element.settled();
    const before = boxOf(element, '.viewer-picture');
    const from = spot(element.inside('.viewer-body'));

    await drag(from, { x: from.x + 30, y: from.y + 10 });
    const after = boxOf(element, '.viewer-picture');
    expect([after.left - before.left, after.top - before.top]).toEqual([30, 10]);

    await drag(from, { x: from.x + 400, y: from.y });
    await drag(from, { x: from.x + 400, y: from.y });
    expect(boxOf(element, '.viewer-picture').left).toBeCloseTo(boxOf(element, '.viewer-view').left);
  });

  it('follows two fingers', async () => {
    const element = await openViewer();
    const at = (x: number) => spot(element.inside('.viewer-body'), x, 0.5);
    const { width } = boxOf(element, '.viewer-picture');
    const spread = [at(0.3), at(0.7)];

    await fingers([at(0.4), at(0.6)], [at(0.35), at(0.65)], spread);
    await element.settled();

    expect(boxOf(element, '.viewer-picture').width / width).toBeCloseTo(2, 1);
  });

  it('moves by arrows where the picture has the focus, also down', async () => {
    const element = await openViewer();
    await userEvent.keyboard('+++');
    await element.settled();
    const before = boxOf(element, '.viewer-picture');

    element.inside('.viewer-view').focus();
    await userEvent.keyboard('{ArrowRight}{ArrowDown}');

    const after = boxOf(element, '.viewer-picture');
    expect(after.left).toBeLessThan(before.left);
    expect(after.top).toBeLessThan(before.top);
    expect(element.steps).toEqual([]);
  });

  it('keeps the scale for a version of the same size and forgets it for another', async () => {
    const element = await openViewer();
    await userEvent.keyboard('+++');

    await element.set({ picture: pictureOf(1600, 900, 'teal') });
    expect(element.viewer.isEnlarged).toBe(true);

    await element.set({ picture: pictureOf(800, 800, 'teal') });
    expect(element.viewer.isEnlarged).toBe(false);
  });
});

describe('versions', () => {
  it.each([
    { dir: 'ltr', expected: [1, -1] },
    { dir: 'rtl', expected: [-1, 1] },
  ])('steps by right and left where the text is $dir', async ({ dir, expected }) => {
    document.documentElement.dir = dir;
    const element = await openViewer();

    await userEvent.keyboard('{ArrowRight}{ArrowLeft}');

    expect(element.steps).toEqual(expected);
  });

  it('steps when a finger pushes the fitted picture away, and not when it has been enlarged', async () => {
    const element = await openViewer();
    const push = () => {
      const body = element.inside('.viewer-body');
      return fingers([spot(body, 0.6)], [spot(body, 0.5)], [spot(body, 0.4)]);
    };

    await push();
    expect(element.steps).toEqual([1]);

    await userEvent.keyboard('+++');
    await push();
    expect(element.steps).toEqual([1]);
  });

  it('leaves the arrows to what takes them itself', async () => {
    const strip = html`<button class="version" @keydown=${(event: KeyboardEvent) => event.preventDefault()}>1</button>`;
    const element = await openViewer({ versions: strip });

    element.inside('.version').focus();
    await userEvent.keyboard('{ArrowRight}');

    expect(element.steps).toEqual([]);
  });

  it('hands the focus on when what had it goes away', async () => {
    const element = await openViewer();
    element.inside('.viewer-compare').focus();

    await element.set({ before: undefined });

    expect(element.focused).toBe(element.inside('.viewer-close'));
  });
});

describe('comparing', () => {
  it('shows both versions, and Escape ends the comparison before the dialog', async () => {
    const element = await openViewer();

    await press(element, '.viewer-compare');
    expect(element.inside('.viewer-compare').ariaPressed).toBe('true');
    expect(boxOf(element, '.compare').width).toBe(boxOf(element, '.viewer-picture').width);

    element.inside('input[type=range]').focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(element.viewer.at).toBe(0.52);
    expect(element.steps).toEqual([]);

    await userEvent.keyboard('{Escape}');
    await element.settled();
    expect(element.has('.compare')).toBe(false);
    expect(element.focused).toBe(element.inside('.viewer-compare'));

    await userEvent.keyboard('{Escape}');
    await element.settled();
    expect(element.has('dialog')).toBe(false);
  });

  it('moves the line by its handle and the enlarged picture by the rest', async () => {
    const element = await openViewer();
    await press(element, '.viewer-compare');
    await userEvent.keyboard('+++');
    await element.settled();
    const before = boxOf(element, '.viewer-picture').left;
    const from = spot(element.inside('.viewer-body'), 0.75, 0.5);

    await drag(from, { x: from.x - 40, y: from.y });
    expect(boxOf(element, '.viewer-picture').left).toBeCloseTo(before - 40);
    expect(element.viewer.at).toBe(0.5);

    const handle = spot(element.inside('.compare-handle'));
    await drag(handle, { x: handle.x + 80, y: handle.y });
    expect(element.viewer.at).toBeGreaterThan(0.5);
    expect(boxOf(element, '.viewer-picture').left).toBeCloseTo(before - 40);
  });
});

describe('marking a place', () => {
  it('begins with a box that has the focus, and hands over what was marked', async () => {
    const element = await openViewer();

    await press(element, '.viewer-mark');
    expect(element.focused).toBe(element.inside('.region-box'));
    await userEvent.keyboard('{ArrowLeft}{Enter}');
    await element.settled();

    expect(element.marks).toEqual([{ x: 0.23, y: 0.25, width: 0.5, height: 0.5 }]);
    expect(element.has('.region')).toBe(false);
    expect(element.focused).toBe(element.inside('.viewer-mark'));

    await press(element, '.viewer-mark');
    expect(element.viewer.region.x).toBe(0.23);
    await press(element, '.region-acts .plain');
    expect(element.marks.at(-1)).toBeUndefined();
  });

  it('ends with Escape, then the comparison, then the dialog', async () => {
    const element = await openViewer();
    await press(element, '.viewer-compare');
    await press(element, '.viewer-mark');
    const shown = () => ['.region', '.compare', 'dialog'].map((selector) => element.has(selector));

    expect(shown()).toEqual([true, false, true]);
    for (const expected of [
      [false, true, true],
      [false, false, true],
      [false, false, false],
    ]) {
      await userEvent.keyboard('{Escape}');
      await element.settled();
      expect(shown()).toEqual(expected);
    }
    expect(element.marks).toEqual([]);
  });

  it('draws on the enlarged picture where the mouse is', async () => {
    const element = await openViewer();
    await userEvent.keyboard('++');
    await press(element, '.viewer-mark');
    const view = element.inside('.viewer-view');
    const left = boxOf(element, '.viewer-picture').left;

    await drag(spot(view, 0.02, 0.02), spot(view, 0.2, 0.1));

    const drawn = boxOf(element, '.region-box');
    expect(drawn.left).toBeCloseTo(spot(view, 0.02, 0).x, 0);
    expect(drawn.right).toBeCloseTo(spot(view, 0.2, 0).x, 0);
    expect(boxOf(element, '.viewer-picture').left).toBeCloseTo(left);
  });

  it('can be opened for it at once', async () => {
    const element = await openViewer({ before: undefined });
    element.viewer.closed();
    await element.settled();

    element.viewer.open();
    element.viewer.mark({ x: 0.1, y: 0.1, width: 0.2, height: 0.2 });
    await element.settled();

    expect(element.focused).toBe(element.inside('.region-box'));
  });

  it('is not offered where the page does not want it', async () => {
    const element = await openViewer({ mayMark: false });

    expect(element.has('.viewer-mark')).toBe(false);
  });
});

describe('at every width', () => {
  it.each([
    { width: 280, dir: 'ltr' },
    { width: 280, dir: 'rtl' },
    { width: 390, dir: 'ltr' },
    { width: 844, dir: 'rtl' },
  ])('fits $width pixels from $dir with targets that can be hit', async ({ width, dir }) => {
    await page.viewport(width, 600);
    document.documentElement.dir = dir;
    const element = await openViewer();
    const faults = () => {
      const found: string[] = [];
      const dialog = element.inside('dialog');
      if (dialog.scrollWidth > dialog.clientWidth) found.push(`${dialog.scrollWidth} wide`);
      for (const control of element.shadowRoot!.querySelectorAll('dialog :is(button, summary)')) {
        const box = control.getBoundingClientRect();
        const name = control.getAttribute('aria-label') ?? control.textContent?.trim();
        if (box.width === 0) continue;
        if (box.width < 24 || box.height < 24) found.push(`${name}: ${box.width} by ${box.height}`);
        if (box.left < -0.5 || box.right > width + 0.5) found.push(`${name}: from ${box.left} to ${box.right}`);
        if (!name) found.push(`${control.outerHTML}: no name`);
      }
      return found;
    };

    expect(faults()).toEqual([]);
    await press(element, '.viewer-mark');
    await press(element, 'summary');
    expect(faults()).toEqual([]);
  });

  it('has Close at the inline start and the versions before the actions', async () => {
    document.documentElement.dir = 'rtl';
    const element = await openViewer();

    expect(boxOf(element, '.viewer-close').left).toBeGreaterThan(boxOf(element, '.viewer-larger').left);
    expect(boxOf(element, '.version').left).toBeGreaterThan(boxOf(element, '.fill').left);
  });

  it('gives the first action all of a phone’s width and the next ones half of it', async () => {
    await page.viewport(390, 844);
    const element = await openViewer();
    const [use, change, download] = [...element.shadowRoot!.querySelectorAll('.viewer-actions > *')].map((action) =>
      action.getBoundingClientRect(),
    );

    expect(use!.width).toBeGreaterThan(340);
    expect(change!.top).toBeGreaterThan(use!.bottom);
    expect(download!.top).toBe(change!.top);
    expect(download!.width).toBeCloseTo(change!.width);
  });
});
