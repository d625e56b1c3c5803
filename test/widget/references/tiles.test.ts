import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { failure } from './failure.ts';
import { FakeUploads, mount, type ReferencesHost } from './host.ts';
import { heicWithLocation, twoColours } from './pictures.ts';
import { click, dragFinger, dragMouse, spotOf } from './pointer.ts';

let host: ReferencesHost;
afterEach(async () => {
  await page.viewport(414, 896);
  host?.remove();
  document.documentElement.dir = '';
});

const pictures = (names: string) =>
  Promise.all([...names].map(async (name) => new File([await twoColours(60, 40)], name)));

async function mountWith(names: string, set: Partial<ReferencesHost> = {}, style = 'inline-size: 390px') {
  host = await mount(set, style);
  await host.addAll(...(await pictures(names)));
  host.said = [];
}

const tiles = () => host.all('.ref-tile');
/** The place that has focus, from 1; 0 if none has. */
const focused = () => tiles().indexOf(host.shadowRoot?.activeElement as HTMLElement) + 1;
const openMenu = () => host.all('.menu').find((menu) => menu.matches(':popover-open'));
const menuOpens = () => host.until(() => host.shadowRoot?.activeElement?.getAttribute('role') === 'menuitem');
const nameOf = (element: Element) => element.getAttribute('aria-label') ?? '';

describe('the list', () => {
  it('is not there without pictures', async () => {
    host = await mount();

    expect(host.all('ul, .refs-hint')).toEqual([]);
  });

  it('names, numbers and marks its parts', async () => {
    host = await mount();
    await host.references.add([new File([await twoColours(60, 40)], 'fox.jpg')], 'script', {
      role: 'style',
      alt: 'A fox',
    });
    await host.addAll(...(await pictures('b')));

    expect(tiles().map(nameOf)).toEqual(['Picture 1, style, A fox', 'Picture 2, b']);
    expect(host.all('.ref-number').map(({ textContent }) => textContent)).toEqual(['1', '2']);
    expect(host.inside('[part=references]').getAttribute('aria-label')).toBe('Added pictures');
    expect(host.all('[part=reference]')).toHaveLength(2);
    expect(host.all('[part=reference-remove]').map(nameOf)).toEqual(['Remove picture 1', 'Remove picture 2']);
  });

  it('shows a small drawing for a picture that the browser cannot draw', async () => {
    host = await mount();
    await host.addAll(new File([heicWithLocation()], 'a.heic'));

    expect(host.all('.ref img')).toEqual([]);
    expect(host.inside('.ref-tile .icon').getBoundingClientRect().width).toBeGreaterThan(16);
  });

  it('is out of reach while the element is disabled', async () => {
    await mountWith('ab', { isDisabled: true });

    expect(host.all('.ref > button').every((button) => (button as HTMLButtonElement).disabled)).toBe(true);
  });
});

describe('the hint', () => {
  it.each([
    ['ab', 'a fox', true],
    ['ab', 'the fox of picture 2', false],
    ['a', 'a fox', false],
  ])('with the pictures %s and the words "%s": %s', async (names, text, isShown) => {
    await mountWith(names, { text });

    const hint = host.all('.refs-hint').map(({ textContent }) => textContent);
    expect(hint).toEqual(isShown ? ['Name them in your text: picture 1, picture 2.'] : []);
  });
});

describe('a picture on its way', () => {
  it('has a bar in place of its number', async () => {
    host = await mount({ uploads: new FakeUploads('hold') });
    await host.references.add(await pictures('a'), 'pick');
    await host.until(() => host.states === 'uploading');
    Object.assign(host.references.items[0] as object, { progress: 0.4 });
    host.requestUpdate();
    await host.updateComplete;

    const bar = host.inside('[role=progressbar]');
    expect([nameOf(bar), bar.getAttribute('aria-valuenow')]).toEqual(['Adding picture 1', '40']);
    expect(host.all('.ref-number')).toEqual([]);
    expect(nameOf(host.inside('.ref-tile'))).toBe('Picture 1, on its way, a');
    const [track, fill] = [bar, bar.firstElementChild as Element].map((part) => part.getBoundingClientRect());
    expect(track?.height).toBe(4);
    expect(fill?.width).toBeCloseTo((track?.width ?? 0) * 0.4, 1);
    expect(getComputedStyle(host.inside('img')).opacity).toBe('0.6');
  });

  it('can be tried again after it failed', async () => {
    const uploads = new FakeUploads(failure(503, 'UPSTREAM_UNAVAILABLE'));
    host = await mount({ uploads });
    await host.references.add(await pictures('a'), 'pick');
    await host.until(() => host.states === 'failed');
    expect(nameOf(host.inside('.ref-tile'))).toBe('Picture 1, did not arrive, a');
    uploads.answer = 'ok';

    await click(spotOf(host.inside('.ref-retry')));

    await host.until(() => host.states === 'ready');
    expect(host.all('.ref-retry')).toEqual([]);
  });

  it('cannot be tried again where that would not help', async () => {
    const uploads = new FakeUploads(failure(413, 'BODY_TOO_LARGE'));
    host = await mount({ uploads });
    await host.references.add(await pictures('a'), 'pick');
    await host.until(() => host.states === 'failed');

    expect(host.all('button.ref-retry')).toEqual([]);
    expect(host.inside('.menu').textContent).not.toContain('again');
  });
});

describe('with the keyboard', () => {
  it('the pictures are one stop, with arrow keys between them', async () => {
    await mountWith('abc');
    host.inside('#before').focus();

    await userEvent.tab();
    expect(focused()).toBe(1);
    await userEvent.keyboard('{ArrowRight}');
    expect(focused()).toBe(2);
    await userEvent.keyboard('{End}{ArrowRight}');
    expect(focused()).toBe(3);
    await userEvent.keyboard('{ArrowLeft}');
    await userEvent.tab();
    expect(host.shadowRoot?.activeElement?.id).toBe('add');
    await userEvent.tab({ shift: true });
    expect(focused()).toBe(2);
    await userEvent.keyboard('{Home}');
    expect(focused()).toBe(1);
  });

  it('arrows up and down go by rows', async () => {
    // Three beside each other.
    await mountWith('abcde', {}, 'inline-size: 280px');
    tiles()[0]?.focus();

    await userEvent.keyboard('{ArrowDown}');
    expect(focused()).toBe(4);
    await userEvent.keyboard('{ArrowRight}{ArrowUp}');
    expect(focused()).toBe(2);
  });

  it('Alt with an arrow moves a picture, and focus goes with it', async () => {
    await mountWith('abc');
    tiles()[0]?.focus();

    await userEvent.keyboard('{Alt>}{ArrowRight}{/Alt}');
    await host.updateComplete;
    expect([host.names, focused(), host.said]).toEqual(['b a c', 2, ['Picture 1 is now picture 2.']]);
    await userEvent.keyboard('{Alt>}{ArrowRight}{ArrowRight}{/Alt}');
    await host.updateComplete;
    expect([host.names, focused()]).toEqual(['b c a', 3]);
    expect(nameOf(tiles()[2] as Element)).toBe('Picture 3, a');
  });

  it('arrows point where they point in right-to-left pages', async () => {
    document.documentElement.dir = 'rtl';
    await mountWith('abc');
    tiles()[0]?.focus();
    const before = spotOf(host.shadowRoot?.activeElement as Element).x;

    await userEvent.keyboard('{ArrowLeft}');

    expect(focused()).toBe(2);
    expect(spotOf(host.shadowRoot?.activeElement as Element).x).toBeLessThan(before);
    await userEvent.keyboard('{Alt>}{ArrowRight}{/Alt}');
    expect(host.names).toBe('b a c');
  });

  it.each([
    ['the one that takes its place', 2, 'a c', 2],
    ['the one before, behind the last', 3, 'a b', 2],
  ])('removing hands focus to %s', async (_, place, names, next) => {
    await mountWith('abc');
    tiles()[place - 1]?.focus();

    await userEvent.keyboard('{Delete}');
    await host.updateComplete;

    expect([host.names, focused(), host.said]).toEqual([names, next, [`Picture ${place} removed.`]]);
  });

  it('removing the only one hands focus to what the element names', async () => {
    await mountWith('a');
    tiles()[0]?.focus();

    await userEvent.keyboard('{Backspace}');
    await host.updateComplete;

    expect(host.shadowRoot?.activeElement?.id).toBe('add');
  });
});

describe('the menu of a picture', () => {
  it('opens beside it, moves and removes', async () => {
    await mountWith('abc');
    tiles()[1]?.focus();

    await userEvent.keyboard('{Enter}');
    await menuOpens();
    const menu = openMenu() as HTMLElement;
    const [box, tile] = [menu, tiles()[1] as Element].map((element) => element.getBoundingClientRect());
    expect(box?.left).toBeCloseTo(tile?.left ?? 0, 0);
    expect(Math.abs((box?.top ?? 0) - (tile?.bottom ?? 0))).toBeLessThan(8);
    expect([...menu.children].map(({ textContent }) => textContent?.trim())).toEqual([
      'Move earlier',
      'Move later',
      'Remove picture 2',
    ]);
    await userEvent.keyboard('{Enter}');
    await host.updateComplete;

    expect([host.names, focused(), openMenu()]).toEqual(['b a c', 1, undefined]);
    await userEvent.keyboard('{Enter}');
    await menuOpens();
    await userEvent.keyboard('{End}{Enter}');
    await host.updateComplete;
    expect([host.names, focused(), host.said.at(-1)]).toEqual(['a c', 1, 'Picture 1 removed.']);
  });

  it('goes round with arrows and closes with Escape, which nobody else hears', async () => {
    await mountWith('ab');
    const heard: string[] = [];
    host.addEventListener('keydown', ({ key }) => heard.push(key));
    tiles()[0]?.focus();
    await userEvent.keyboard('{Enter}');
    await menuOpens();
    heard.length = 0;

    await userEvent.keyboard('{ArrowUp}');
    expect(host.shadowRoot?.activeElement?.textContent).toContain('Remove picture 1');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    expect(host.shadowRoot?.activeElement?.textContent).toContain('Move later');
    await userEvent.keyboard('{Escape}');

    expect([openMenu(), focused(), heard]).toEqual([undefined, 1, []]);
  });

  it('keeps what the first cannot do, without effect', async () => {
    await mountWith('ab');
    tiles()[0]?.focus();

    await userEvent.keyboard('{Enter}');
    await menuOpens();
    expect(host.shadowRoot?.activeElement?.getAttribute('aria-disabled')).toBe('true');
    await userEvent.keyboard('{Enter}');

    expect(host.names).toBe('a b');
  });

  it('stays in the window at its edge', async () => {
    await mountWith('abcd', {}, 'inline-size: 350px; position: fixed; inset-block-end: 0; inset-inline-end: 0');
    tiles().at(-1)?.focus();

    await userEvent.keyboard('{Enter}');
    await menuOpens();

    const box = openMenu()?.getBoundingClientRect() as DOMRect;
    expect(box.right).toBeLessThanOrEqual(innerWidth);
    expect(box.bottom).toBeLessThanOrEqual(innerHeight);
    expect(box.top).toBeGreaterThanOrEqual(0);
  });
});

describe('with the mouse', () => {
  it('the cross removes, and its target is 44 pixels wide and high', async () => {
    await mountWith('abc');
    const cross = host.all('.ref-remove')[1] as Element;
    const { x, y } = spotOf(cross);
    expect(cross.getBoundingClientRect()).toMatchObject({ width: 24, height: 24 });
    for (const [dx, dy] of [
      [-21, 0],
      [21, 0],
      [0, -21],
      [0, 21],
    ] as const) {
      expect(host.shadowRoot?.elementFromPoint(x + dx, y + dy)).toBe(cross);
    }

    await click({ x: x - 20, y });
    await host.updateComplete;

    expect([host.names, focused()]).toEqual(['a c', 2]);
  });

  it('a picture is dragged to another place, and no menu opens', async () => {
    await mountWith('abc');
    const [first, , third] = tiles().map((tile) => spotOf(tile, 0.4, 0.5));

    await dragMouse(first!, { x: first!.x + 30, y: first!.y }, third!);
    await host.updateComplete;

    expect([host.names, focused(), openMenu()]).toEqual(['b c a', 3, undefined]);
    expect(host.said).toEqual(['Picture 1 is now picture 3.']);
    expect(host.all('.held')).toEqual([]);
    expect(host.all('.ref').map(({ style }) => style.translate)).toEqual(['', '', '']);
  });

  it('the dragged picture is under the pointer all the way', async () => {
    await mountWith('abcde', {}, 'inline-size: 280px');
    const [first, , , , fifth] = tiles().map((tile) => spotOf(tile, 0.4, 0.5));
    const way: number[] = [];
    host.addEventListener('pointermove', ({ clientX, clientY }) => {
      const held = host.all('.held')[0];
      if (!held) return;
      const spot = spotOf(held, 0.4, 0.5);
      way.push(Math.hypot(spot.x - clientX, spot.y - clientY));
    });

    await dragMouse(first!, { x: first!.x + 50, y: first!.y + 20 }, { x: fifth!.x - 20, y: fifth!.y - 9 }, fifth!);

    expect(host.names).toBe('b c d e a');
    expect(way).toHaveLength(3);
    expect(Math.max(...way)).toBeLessThan(2);
  });

  it('a press without a move opens the menu', async () => {
    await mountWith('ab');
    const spot = spotOf(tiles()[0] as Element, 0.3, 0.5);

    await dragMouse(spot, { x: spot.x + 2, y: spot.y });

    await menuOpens();
    expect(host.names).toBe('a b');
  });
});

describe('with a finger', () => {
  it('a picture moves sideways', async () => {
    await mountWith('abc');
    const [first, second] = tiles().map((tile) => spotOf(tile, 0.4, 0.5));

    await dragFinger(first!, { x: first!.x + 20, y: first!.y }, { x: first!.x + 60, y: first!.y }, second!);

    expect(host.names).toBe('b a c');
  });

  it('up and down scrolls', async () => {
    await mountWith('abc', {}, 'inline-size: 390px; margin-block-end: 3000px');
    const first = spotOf(tiles()[0] as Element, 0.4, 0.5);

    await dragFinger(first, { x: first.x, y: first.y - 20 }, { x: first.x + 90, y: first.y - 40 });

    expect(host.names).toBe('a b c');
  });
});

describe('its shape', () => {
  it.each([
    { size: 280, font: 15, perRow: 3 },
    { size: 280, font: 20, perRow: 2 },
    { size: 390, font: 16, perRow: 4 },
    { size: 700, font: 16, perRow: 6 },
  ])('at $size px and a font of $font px has rows of $perRow squares of 4.5 em', async ({ size, font, perRow }) => {
    await page.viewport(800, 600);
    await mountWith('abcdef', {}, `inline-size: ${size}px; font-size: ${font}px`);

    const boxes = host.all('.ref').map((tile) => tile.getBoundingClientRect());
    const base = Number.parseFloat(getComputedStyle(host.inside('.refs')).fontSize);
    expect(boxes.filter(({ top }) => top === boxes[0]?.top)).toHaveLength(perRow);
    for (const { width, height } of boxes) expect([width, height]).toEqual([4.5 * base, 4.5 * base]);
    const right = host.getBoundingClientRect().right;
    expect(Math.max(...boxes.map((box) => box.right))).toBeLessThanOrEqual(right);
    expect(host.scrollWidth).toBeLessThanOrEqual(size);
  });

  it.each([
    ['ltr', 1],
    ['rtl', -1],
  ])('in a %s page has the number at the lower start and the cross at the upper end', async (dir, forward) => {
    document.documentElement.dir = dir;
    await mountWith('ab');

    const [first, second] = host.all('.ref').map((tile) => spotOf(tile));
    const number = spotOf(host.inside('.ref-number'));
    const cross = spotOf(host.inside('.ref-remove'));
    expect(Math.sign(second!.x - first!.x)).toBe(forward);
    expect([Math.sign(number.x - first!.x), Math.sign(number.y - first!.y)]).toEqual([-forward, 1]);
    expect([Math.sign(cross.x - first!.x), Math.sign(cross.y - first!.y)]).toEqual([forward, -1]);
  });

  it('crops a picture to its square', async () => {
    await mountWith('a');

    const [image, tile] = [host.inside('.ref img'), host.inside('.ref')].map((part) => part.getBoundingClientRect());
    expect([image?.width, image?.height]).toEqual([tile?.width, tile?.height]);
    expect(getComputedStyle(host.inside('.ref img')).objectFit).toBe('cover');
  });
});
