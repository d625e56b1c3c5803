import { html } from 'lit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { renderVersions } from '../../../widget/thread/change.ts';
import { select, type Thread } from '../../../widget/thread/thread.ts';
import type { VersionsView } from '../../../widget/thread/versions.ts';
import { boxOf, mount, words } from './mount.ts';
import { threadOf } from './turns.ts';

const LONG =
  'Hot-air balloons over blue hills, in the colours of picture 2, with a small dog in the first of the baskets';
const BRANCHED = select(
  threadOf(
    LONG,
    `Dawn instead of noon<${LONG}`,
    'Only blues and white<Dawn instead of noon',
    'A city below<Dawn instead of noon',
  ),
  'Dawn instead of noon',
);
/** A blank picture. */
const DOT = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

afterEach(() => document.body.replaceChildren());

function viewOf(own: Partial<VersionsView> = {}): VersionsView {
  return {
    words,
    thread: BRANCHED,
    gone: new Set(),
    imageOf: () => DOT,
    onSelect: vi.fn(),
    onAll: vi.fn(),
    ...own,
  };
}

/** Shows what is chosen, as the element does. */
function mountLive(thread: Thread, options?: Parameters<typeof mount>[1]) {
  const chosen: string[] = [];
  const draw = (shown: Thread) =>
    renderVersions(
      viewOf({
        thread: shown,
        onSelect: (id) => {
          chosen.push(id);
          mounted.draw(draw(select(shown, id)));
        },
      }),
    );
  const mounted = mount(draw(thread), options);
  return { ...mounted, chosen };
}

const radio = (name: string) => page.getByRole('radio', { name });

it('shows nothing for a single version', () => {
  const { root } = mount(renderVersions(viewOf({ thread: threadOf('noon') })));

  expect(root.querySelector('[part]')).toBeNull();
});

it('names each version, and tells which is shown', async () => {
  const { all } = mount(renderVersions(viewOf()));

  await expect.element(radio('Version 2 of 4: Dawn instead of noon')).toBeChecked();
  await expect.element(radio('Version 4 of 4: A city below')).not.toBeChecked();
  await expect.element(page.getByRole('group', { name: 'Versions' })).toBeVisible();
  expect([all('[part=history]').length, all('[part=turn]').length, all('[part=turn-image]').length]).toEqual([1, 4, 4]);
});

it('chooses a version by a press anywhere on its row', async () => {
  const { all, chosen } = mountLive(BRANCHED);

  await userEvent.click(all('[part=turn]')[3] as HTMLElement);

  expect(chosen).toEqual(['A city below']);
  await expect.element(radio('Version 4 of 4: A city below')).toBeChecked();
});

describe('the keyboard', () => {
  it('has one stop, and arrows choose inside', async () => {
    const { root, focused, chosen } = mountLive(BRANCHED);

    await userEvent.tab();
    expect(focused()).toContain('Version 2 of 4');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
    expect(chosen).toEqual(['Only blues and white', 'A city below', 'Only blues and white']);
    expect(focused()).toContain('Version 3 of 4');
    await userEvent.tab();
    expect(root.activeElement).toBeNull();
  });

  it('does not send the form around it', async () => {
    const submit = vi.fn((event: Event) => event.preventDefault());
    const { focused } = mount(html`<form @submit=${submit}>${renderVersions(viewOf())}<button>Make</button></form>`);

    await userEvent.tab();
    expect(focused()).toContain('Version 2 of 4');
    await userEvent.keyboard('{Enter}');

    expect(submit).not.toHaveBeenCalled();
  });
});

describe.each(['ltr', 'rtl'])('beside a wide stage, %s', (dir) => {
  const sign = dir === 'ltr' ? 1 : -1;
  const startOf = (box: DOMRect) => (dir === 'ltr' ? box.left : -box.right);
  const endOf = (box: DOMRect) => (dir === 'ltr' ? box.right : -box.left);
  const middleOf = (box: DOMRect) => (sign * (box.left + box.right)) / 2;

  it('is a list with words beside small pictures', () => {
    const { all } = mount(renderVersions(viewOf()), { dir });
    const pictures = all('[part=turn-image]').map(boxOf);
    const titles = all('.v-title').map(boxOf);

    for (const [at, picture] of pictures.entries()) {
      expect([picture.width, picture.height]).toEqual([56, 56]);
      expect(startOf(titles[at] as DOMRect)).toBeGreaterThan(endOf(picture));
      if (at > 0) expect(picture.top).toBeGreaterThan((pictures[at - 1] as DOMRect).bottom);
    }
    // Two lines at most, of however many words.
    expect(titles[0]?.height).toBeLessThan(14 * 1.45 * 2 + 2);
    expect(titles[0]?.height).toBeGreaterThan(14 * 1.45 * 2 - 2);
  });

  it('indents a branch and joins it by an elbow, while its parent’s line runs on to the next version', () => {
    const { all, find } = mount(renderVersions(viewOf()), { dir });
    const [, dawn, blue, city] = all('[part=turn-image]').map(boxOf) as [DOMRect, DOMRect, DOMRect, DOMRect];
    const elbow = boxOf(find('.v-elbow'));
    const rail = boxOf(find('.v-rail'));

    expect(startOf(blue) - startOf(dawn)).toBeCloseTo(2.6 * 16, 0);
    expect(startOf(city)).toBeCloseTo(startOf(dawn), 0);
    // From the middle of the parent to the branch, at half its height.
    expect(startOf(elbow)).toBeCloseTo(middleOf(dawn) - 1, 0);
    expect(endOf(elbow)).toBeLessThan(startOf(blue));
    expect(endOf(elbow)).toBeGreaterThan(startOf(blue) - 6);
    expect(elbow.bottom).toBeCloseTo((blue.top + blue.bottom) / 2 + 1, 0);
    // Without a gap from the parent to the next one.
    const lines = [boxOf(all('.v-on')[1] as Element), elbow, rail, boxOf(all('.v-above')[1] as Element)];
    for (const [at, line] of lines.entries()) {
      expect(middleOf(line) - (line.width - 2) / 2, String(at)).toBeCloseTo(middleOf(dawn), 0);
      if (at > 0) expect(line.top, String(at)).toBeLessThanOrEqual((lines[at - 1] as DOMRect).bottom + 1);
    }
    expect((lines[0] as DOMRect).top - dawn.bottom).toBeCloseTo(3, 0);
    expect(city.top - (lines[3] as DOMRect).bottom).toBeCloseTo(3, 0);
  });

  it('stays in its column, also with deep branches', () => {
    const names = ['a', 'b<a', 'c<b', 'd<c', 'e<c', 'f<b', `${LONG}<a`];
    const { host, all } = mount(renderVersions(viewOf({ thread: threadOf(...names, 'g<d', `${LONG} again<d`) })), {
      dir,
    });

    for (const row of all('[part=turn]')) expect(endOf(boxOf(row))).toBeLessThanOrEqual(endOf(boxOf(host)));
    for (const title of all('.v-title')) expect(boxOf(title).width).toBeGreaterThan(0);
    expect(host.scrollWidth).toBeLessThanOrEqual(host.clientWidth);
  });
});

describe.each([280, 350, 390])('in a narrow element, %i px', (width) => {
  it.each(['ltr', 'rtl'])('is a strip that stays inside, with a mark before a branch, %s', async (dir) => {
    const thread = threadOf(...Array.from({ length: 8 }, (_, at) => `v${at}${at > 0 ? '<v0' : ''}`));
    const { host, all, find } = mount(renderVersions(viewOf({ thread })), { width, dir });
    const outer = boxOf(host);

    for (const turn of all('[part=turn]')) {
      const { left, right, height } = boxOf(turn);
      expect(left).toBeGreaterThanOrEqual(outer.left);
      expect(right).toBeLessThanOrEqual(outer.right);
      expect(height).toBeGreaterThan(44);
    }
    const [first, second] = all('[part=turn-image]').map(boxOf) as [DOMRect, DOMRect];
    expect(second.top).toBe(first.top);
    expect(second.left > first.left).toBe(dir === 'ltr');
    expect(boxOf(find('.v-glyph')).width).toBeGreaterThan(0);
    expect(boxOf(find('.v-title')).width).toBe(0);
    await expect.element(radio('Version 3 of 8: v2')).toBeInTheDocument();
  });
});

it.each([
  { layout: 'stack', width: 1040, isList: false },
  { layout: 'compact', width: 1040, isList: false },
  { layout: 'split', width: 620, isList: true },
  { layout: 'split', width: 570, isList: false },
  { layout: 'auto', width: 620, isList: false },
] as const)('follows the layout of the element: $layout at $width px', ({ layout, width, isList }) => {
  const { find } = mount(renderVersions(viewOf()), { width, layout });

  expect(boxOf(find('.v-title')).width > 0).toBe(isList);
});

describe('many versions', () => {
  const many = (shown: string) => select(threadOf(...Array.from({ length: 14 }, (_, at) => `v${at + 1}`)), shown);
  const namesIn = ({ all }: { all: (selector: string) => HTMLElement[] }) =>
    all('input').map((input) => input.ariaLabel?.split(' ')[1]);

  it('are the last six and the way to all', async () => {
    const onAll = vi.fn();
    const mounted = mount(renderVersions(viewOf({ thread: many('v12'), onAll })));

    expect(namesIn(mounted)).toEqual(['9', '10', '11', '12', '13', '14']);
    await page.getByRole('button', { name: 'All 14 versions' }).click();
    expect(onAll).toHaveBeenCalledOnce();
  });

  it('have the shown one among them', async () => {
    expect(namesIn(mount(renderVersions(viewOf({ thread: many('v2') }))))).toEqual(['2', '10', '11', '12', '13', '14']);
    await expect.element(radio('Version 2 of 14: v2')).toBeChecked();
  });

  it('are all there where all are wanted', () => {
    const mounted = mount(renderVersions(viewOf({ thread: many('v2'), isAll: true })));

    expect(namesIn(mounted)).toHaveLength(14);
    expect(mounted.root.querySelector('button')).toBeNull();
  });
});

describe('a picture that is gone', () => {
  it('keeps its small picture, says so, and offers its words', async () => {
    const onWords = vi.fn();
    const { find } = mount(renderVersions(viewOf({ gone: new Set(['Only blues and white']), onWords })));
    const button = page.getByRole('button', {
      name: 'Version 3 of 4: Only blues and white. Not kept any more. Use its words',
    });

    expect(find('.v-gone-text').innerText).toContain('Not kept any more');
    expect(boxOf(find('.v-gone img')).width).toBe(56);
    await button.click();
    expect(onWords).toHaveBeenCalledWith(BRANCHED.turns[2]);
  });

  it('is left out by the arrows', async () => {
    const view = viewOf({ gone: new Set(['Only blues and white']) });
    const { focused } = mount(renderVersions(view));

    await userEvent.tab();
    await userEvent.keyboard('{ArrowDown}');

    expect(focused()).toContain('Version 4 of 4');
    expect(view.onSelect).toHaveBeenCalledExactlyOnceWith('A city below');
  });

  it('has a mark where there is no room for words', () => {
    const { find } = mount(renderVersions(viewOf({ gone: new Set(['Only blues and white']) })), { width: 280 });
    const [mark, picture] = [boxOf(find('.v-gone-mark')), boxOf(find('.v-gone img'))];

    expect(mark.width).toBeGreaterThan(16);
    expect(mark.left).toBeGreaterThanOrEqual(picture.left);
    expect(mark.bottom).toBeLessThanOrEqual(picture.bottom);
  });

  it('is noticed by its small picture', async () => {
    const onMissing = vi.fn();
    const imageOf = ({ id }: { id: string }) => (id === 'A city below' ? 'data:image/png;base64,AAAA' : DOT);
    mount(renderVersions(viewOf({ imageOf, onMissing })));

    await vi.waitFor(() => expect(onMissing).toHaveBeenCalledExactlyOnceWith(BRANCHED.turns[3]), 10_000);
  });
});
