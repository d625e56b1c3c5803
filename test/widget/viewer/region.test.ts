import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { Region } from '../../../widget/model.ts';
import { MIN_SIDE, START } from '../../../widget/viewer/place.ts';
import { type RegionView, renderRegion, renderRegionForm } from '../../../widget/viewer/region.ts';
import { drag, fingers, mount, spot, words } from './support.ts';

function mountRegion(view: Partial<RegionView> = {}, look: Parameters<typeof mount>[1] = {}) {
  let region: Region = START;
  const ends: string[] = [];
  const mounted = mount(() => {
    const full: RegionView = {
      words,
      region,
      onRegion: (next) => {
        region = next;
        mounted.show();
      },
      onAccept: () => ends.push('accepted'),
      onLeave: () => ends.push('left'),
      ...view,
    };
    return html`${renderRegion(full)}<div class="beneath">${renderRegionForm(full)}</div>`;
  }, look);
  return {
    ...mounted,
    ends,
    get region() {
      return region;
    },
    cover: mounted.find('.region'),
    box: mounted.find('.region-box'),
    handle: (edge: string) => mounted.find(`[data-edge=${edge}]`),
  };
}

function expectRegion(actual: Region, x: number, y: number, width: number, height: number) {
  const sides = { x, y, width, height };
  for (const side of ['x', 'y', 'width', 'height'] as const) expect(actual[side], side).toBeCloseTo(sides[side], 2);
}

describe('pointers', () => {
  it.each(['ltr', 'rtl'])('moves the box where the text is %s', async (dir) => {
    const mounted = mountRegion({}, { dir });

    await drag(spot(mounted.cover), spot(mounted.cover, 0.4, 0.4), spot(mounted.cover, 0.3, 0.6));

    expectRegion(mounted.region, 0.05, 0.35, 0.5, 0.5);
  });

  it.each([
    { edge: 'se', to: [0.9, 0.8], expected: [0.25, 0.25, 0.65, 0.55] },
    { edge: 'n', to: [0.9, 0.1], expected: [0.25, 0.1, 0.5, 0.65] },
    { edge: 'w', to: [0.1, 0.9], expected: [0.1, 0.25, 0.65, 0.5] },
    { edge: 'e', to: [0.1, 0.5], expected: [0.25, 0.25, MIN_SIDE, 0.5] },
  ] as const)('sizes it by its handle $edge', async ({ edge, to, expected }) => {
    const mounted = mountRegion();
    const [x, y, width, height] = expected;

    await drag(spot(mounted.handle(edge)), spot(mounted.cover, ...to));

    expectRegion(mounted.region, x, y, width, height);
  });

  it('draws a new box outside of it, in any direction', async () => {
    const mounted = mountRegion();
    const { cover } = mounted;

    await drag(spot(cover, 0.2, 0.9), spot(cover, 0.1, 0.85), spot(cover, 0.05, 0.8));

    expectRegion(mounted.region, 0.05, 0.8, 0.15, 0.1);
  });

  it('keeps the box when the picture is only pressed', async () => {
    const mounted = mountRegion();

    await drag(spot(mounted.cover, 0.1, 0.1));

    expect(mounted.region).toEqual(START);
  });

  it('draws with a finger, and gives up when a second one comes down', async () => {
    const mounted = mountRegion();
    const { cover } = mounted;

    await fingers([spot(cover, 0.1, 0.1)], [spot(cover, 0.15, 0.15)], [spot(cover, 0.2, 0.2)]);
    expectRegion(mounted.region, 0.1, 0.1, 0.1, 0.1);
    const drawn = mounted.region;

    await fingers(
      [spot(cover, 0.6, 0.6)],
      [spot(cover, 0.7, 0.7)],
      [spot(cover, 0.7, 0.7), spot(cover, 0.9, 0.9)],
      [spot(cover, 0.75, 0.75), spot(cover, 0.95, 0.95)],
    );
    expect(mounted.region).toEqual(drawn);
  });
});

describe('keys', () => {
  it('moves, sizes, accepts and leaves', async () => {
    const mounted = mountRegion();

    mounted.box.focus();
    await userEvent.keyboard('{ArrowRight}{ArrowUp}');
    expectRegion(mounted.region, 0.27, 0.23, 0.5, 0.5);
    await userEvent.keyboard('{Shift>}{ArrowLeft}{ArrowDown}{/Shift}');
    expectRegion(mounted.region, 0.27, 0.23, 0.48, 0.52);
    await userEvent.keyboard('{Enter}{Escape}');

    expect(mounted.ends).toEqual(['accepted', 'left']);
  });

  it('points right with the right arrow on a page from right to left', async () => {
    const mounted = mountRegion({}, { dir: 'rtl' });
    const { left } = mounted.box.getBoundingClientRect();

    mounted.box.focus();
    await userEvent.keyboard('{ArrowRight}');

    expect(mounted.box.getBoundingClientRect().left).toBeGreaterThan(left);
  });
});

describe('figures', () => {
  const inputs = ({ root }: { root: ShadowRoot }) => [...root.querySelectorAll<HTMLInputElement>('.region-form input')];

  it('takes four labelled numbers, and corrects those out of range', async () => {
    const mounted = mountRegion();
    await userEvent.click(mounted.find('summary'));
    const [left, , width] = inputs(mounted);

    await userEvent.fill(width!, '30');
    await userEvent.fill(left!, '500');
    await userEvent.tab();

    expectRegion(mounted.region, 0.7, 0.25, 0.3, 0.5);
    expect(left!.value).toBe('70');
    expect(inputs(mounted).map(({ labels }) => labels?.[0]?.textContent?.trim())).toEqual([
      'From the left, %',
      'From the top, %',
      'Width, %',
      'Height, %',
    ]);
  });

  it('corrects a number that leaves the place as it is', async () => {
    const mounted = mountRegion();
    await userEvent.click(mounted.find('summary'));
    const [, , width] = inputs(mounted);

    await userEvent.fill(width!, '100');
    await userEvent.fill(width!, '900');
    await userEvent.tab();

    expect(width!.value).toBe('100');
  });

  it('accepts with Enter what was just typed, and leaves with Escape', async () => {
    const mounted = mountRegion();
    await userEvent.click(mounted.find('summary'));
    await userEvent.fill(inputs(mounted)[0]!, '10');

    await userEvent.keyboard('{Enter}');
    expect([mounted.region.x, mounted.ends]).toEqual([0.1, ['accepted']]);

    await userEvent.keyboard('{Escape}');
    expect(mounted.ends).toEqual(['accepted', 'left']);
  });
});

describe('what is seen', () => {
  it('has eight handles of 24 pixels, and fewer on a small box', async () => {
    const mounted = mountRegion();
    const sizes = () =>
      [...mounted.root.querySelectorAll('.region-handle')]
        .map((handle) => handle.getBoundingClientRect())
        .filter(({ width }) => width > 0)
        .map(({ width, height }) => [width, height]);

    expect(sizes()).toEqual(Array(8).fill([24, 24]));

    await drag(spot(mounted.handle('se')), spot(mounted.cover, 0.35, 0.35));
    expect(sizes()).toHaveLength(4);
  });

  it('lies on the picture at the same place in both directions', () => {
    const [ltr, rtl] = ['ltr', 'rtl'].map((dir) => {
      const { box, cover } = mountRegion({}, { dir });
      return box.getBoundingClientRect().left - cover.getBoundingClientRect().left;
    });

    expect(rtl).toBe(ltr);
  });

  it('names the box by its place, for those who see it and those who do not', async () => {
    const { box, find } = mountRegion();

    box.focus();
    await userEvent.keyboard('{ArrowLeft>14/}{ArrowUp>14/}');

    expect(box.ariaLabel).toBe('Marked: in the upper left part');
    expect(find('output').textContent).toBe('Marked: in the upper left part');
  });

  it('offers to remove a mark only where there is one', () => {
    const buttons = (view: Partial<RegionView>) => mountRegion(view).root.querySelectorAll('button').length;

    expect([buttons({}), buttons({ onRemove: () => undefined })]).toEqual([2, 3]);
  });
});
