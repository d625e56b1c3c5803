import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { type CompareView, renderCompare } from '../../../widget/viewer/compare.ts';
import { drag, fingers, frames, mount, pictureOf, spot, words } from './support.ts';

const BEFORE = pictureOf(400, 300, 'orange', 'Noon');
const AFTER = pictureOf(400, 300, 'navy', 'Night');

function mountCompare(view: Partial<CompareView> = {}, look: Parameters<typeof mount>[1] = {}) {
  let at = 0.5;
  const mounted = mount(() => {
    const onAt = (next: number) => {
      at = next;
      mounted.show();
    };
    return renderCompare({ words, before: BEFORE, after: AFTER, at, onAt, ...view });
  }, look);
  const find = mounted.find;
  return {
    ...mounted,
    get at() {
      return at;
    },
    compare: find('.compare'),
    range: find<HTMLInputElement>('input'),
    boxOf: (selector: string) => find(selector).getBoundingClientRect(),
  };
}

afterEach(() => page.viewport(414, 896));

describe('the halves', () => {
  it.each([
    { dir: 'ltr', side: 'left' },
    { dir: 'rtl', side: 'right' },
  ] as const)('has the earlier picture at the inline start where the text is $dir', async ({ dir, side }) => {
    const { boxOf, range } = mountCompare({}, { dir });

    range.focus();
    await userEvent.keyboard('{PageDown}');

    const whole = boxOf('.compare');
    const before = boxOf('.compare-before');
    expect(before[side]).toBeCloseTo(whole[side]);
    expect(before.width).toBeCloseTo(whole.width * 0.4);
    expect(boxOf('.compare-after').width).toBeCloseTo(whole.width * 0.6);
    const line = boxOf('.compare-line');
    expect(line.width).toBe(2);
    expect(line.left + 1).toBeCloseTo(side === 'left' ? before.right : before.left);
  });

  it('keeps both pictures in the same place while the line moves', async () => {
    const { boxOf, range } = mountCompare();
    const still = () =>
      [boxOf('.compare-before img'), boxOf('.compare-after img')].map(({ left, width }) => [left, width]);
    const first = still();

    range.focus();
    await userEvent.keyboard('{End}');

    expect(first[0]).toEqual(first[1]);
    expect(still()).toEqual(first);
  });

  it('fits a picture of another shape into the box of the shown one', () => {
    const { boxOf, find } = mountCompare({ before: pictureOf(300, 600, 'orange') }, { framed: false, width: 400 });

    expect(boxOf('.compare').height).toBeCloseTo(300);
    expect(boxOf('.compare-before img').height).toBeCloseTo(300);
    expect(getComputedStyle(find('.compare-before img')).objectFit).toBe('contain');
  });

  it('takes the height of its parent where there is one', () => {
    expect(mountCompare({}, { height: 200 }).boxOf('.compare').height).toBe(200);
  });
});

describe('keys', () => {
  it('moves by two in a hundred, by ten with the Page keys, and says both shares', async () => {
    const mounted = mountCompare();

    mounted.range.focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(mounted.at).toBe(0.52);
    await userEvent.keyboard('{PageUp}');
    expect(mounted.at).toBe(0.62);
    await userEvent.keyboard('{Home}');
    expect(mounted.at).toBe(0);

    expect(mounted.range.getAttribute('aria-valuetext')).toBe('0\u00a0% before, 100\u00a0% after');
  });

  it('moves the line the way the arrow points on a page from right to left', async () => {
    const { boxOf, range } = mountCompare({}, { dir: 'rtl' });
    const { left } = boxOf('.compare-line');

    range.focus();
    await userEvent.keyboard('{ArrowRight}');

    expect(boxOf('.compare-line').left).toBeGreaterThan(left);
  });

  it('shows the focus on the handle', async () => {
    const { find } = mountCompare();

    await userEvent.tab();

    expect(getComputedStyle(find('[part=compare-handle]')).outlineStyle).toBe('solid');
  });
});

describe('pointers', () => {
  it.each([
    { dir: 'ltr', expected: 0.25 },
    { dir: 'rtl', expected: 0.75 },
  ])('brings the line under the mouse where the text is $dir, and gives the keys to it', async ({ dir, expected }) => {
    const mounted = mountCompare({}, { dir });
    const { compare } = mounted;

    await drag(spot(compare, 0.8), spot(compare, 0.6), spot(compare, 0.25));

    expect(mounted.at).toBeCloseTo(expected, 2);
    expect(mounted.root.activeElement).toBe(mounted.range);
  });

  it('needs no dragging', async () => {
    const mounted = mountCompare();

    await drag(spot(mounted.compare, 0.7));

    expect(mounted.at).toBeCloseTo(0.7, 2);
  });

  it('stops at the edges, where the handle stays whole', async () => {
    const mounted = mountCompare();
    const { compare, boxOf } = mounted;

    await drag(spot(compare), spot(compare, -0.05));

    expect(mounted.at).toBe(0);
    expect(boxOf('.compare-handle').left).toBeCloseTo(boxOf('.compare').left);
    expect(boxOf('.compare-handle').width).toBe(44);
  });

  it('follows a finger that moves sideways, and a tap', async () => {
    const mounted = mountCompare();
    const { compare } = mounted;

    await fingers([spot(compare)], [spot(compare, 0.4)], [spot(compare, 0.3)]);
    expect(mounted.at).toBeCloseTo(0.3, 1);

    await fingers([spot(compare, 0.9)]);
    expect(mounted.at).toBeCloseTo(0.9, 2);
  });

  it('lets a finger scroll the page, and does not move for it', async () => {
    const mounted = mountCompare();
    const tall = document.createElement('div');
    tall.style.height = '3000px';
    document.body.append(tall);
    const { compare } = mounted;
    const from = spot(compare, 0.8, 0.9);
    const way = [20, 60, 120, 160].map((up) => [{ x: from.x, y: from.y - up }]);

    await fingers([from], ...way);
    await frames(10);

    expect(window.scrollY).toBeGreaterThan(40);
    expect(mounted.at).toBe(0.5);
  });

  it('leaves the rest of the picture alone where only the line is wanted', async () => {
    const mounted = mountCompare({ lineOnly: true });
    const { compare } = mounted;

    await drag(spot(compare, 0.8), spot(compare, 0.9));
    expect(mounted.at).toBe(0.5);

    await drag(spot(compare, 0.5, 0.05), spot(compare, 0.3, 0.05));
    expect(mounted.at).toBeCloseTo(0.3, 2);
  });
});

describe('tags', () => {
  it.each([
    { width: 400, shown: true },
    { width: 280, shown: false },
  ])('is $shown at $width pixels that there are tags', ({ width, shown }) => {
    const { root } = mountCompare({}, { width });

    const tags = [...root.querySelectorAll('.compare-tag')].map((tag) => tag.getBoundingClientRect().width > 0);

    expect(tags).toEqual([shown, shown]);
  });

  it.each(['ltr', 'rtl'])('has Before at the upper start and After at the lower end where the text is %s', (dir) => {
    const { root, boxOf } = mountCompare({}, { dir });
    const whole = boxOf('.compare');
    const [before, after] = [...root.querySelectorAll('.compare-tag')].map((tag) => tag.getBoundingClientRect());
    const isLeft = (box: DOMRect) => box.left - whole.left < whole.right - box.right;

    expect([isLeft(before!), isLeft(after!)]).toEqual(dir === 'ltr' ? [true, false] : [false, true]);
    expect(before!.top - whole.top).toBeLessThan(20);
    expect(whole.bottom - after!.bottom).toBeLessThan(20);
  });
});

it('says which picture is which', () => {
  const { root } = mountCompare();

  expect([...root.querySelectorAll('img')].map(({ alt }) => alt)).toEqual(['Before: Noon', 'After: Night']);
});
