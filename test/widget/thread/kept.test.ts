import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { type KeptView, renderKept } from '../../../widget/thread/kept.ts';
import { picturesOf } from '../../../widget/thread/thread.ts';
import { boxOf, mount, words } from './mount.ts';
import { threadOf } from './turns.ts';

const PICTURES = picturesOf(threadOf('noon', 'dawn<noon', 'fox'));
const MANY = picturesOf(threadOf(...Array.from({ length: 9 }, (_, at) => `fox ${at}`)));

afterEach(() => document.body.replaceChildren());

const viewOf = (own: Partial<KeptView> = {}): KeptView => ({
  words,
  pictures: PICTURES,
  imageOf: () => undefined,
  isAll: false,
  isAsking: false,
  onOpen: vi.fn(),
  onAll: vi.fn(),
  onAsk: vi.fn(),
  onClear: vi.fn(),
  ...own,
});

/** Asks and stops asking, as the element does. */
function mountLive(own: Partial<KeptView> = {}) {
  const draw = (isAsking: boolean): unknown =>
    renderKept(viewOf({ ...own, isAsking, onAsk: (next) => mounted.draw(draw(next)) }));
  const mounted = mount(draw(false));
  return mounted;
}

const button = (name: string) => page.getByRole('button', { name, exact: true });

it('shows nothing where nothing is kept', () => {
  expect(mount(renderKept(viewOf({ pictures: [] }))).root.querySelector('.kept')).toBeNull();
});

it('opens a picture with its versions', async () => {
  const view = viewOf();
  mount(renderKept(view));

  await expect.element(page.getByRole('heading', { name: 'Your pictures' })).toBeVisible();
  await expect.element(button('Open: fox')).toBeVisible();
  await button('Open: dawn, 2 versions').click();

  expect(view.onOpen).toHaveBeenCalledWith(PICTURES.find(({ turns }) => turns.length === 2));
});

it('shows the kept small picture, and keeps its place until it is found', () => {
  const view = viewOf({ imageOf: ({ id }) => (id === 'fox' ? 'blob:https://page.example/1' : undefined) });
  const { all } = mount(renderKept(view));
  const [fox, dawn] = all('img');

  expect(fox?.getAttribute('src')).toBe('blob:https://page.example/1');
  expect(dawn?.hasAttribute('src')).toBe(false);
  expect(boxOf(dawn as Element).height).toBeGreaterThan(60);
  expect(Math.abs(boxOf(dawn as Element).height - boxOf(dawn as Element).width)).toBeLessThan(1);
});

describe('clearing', () => {
  it('asks first, with the focus on what does no harm', async () => {
    const onClear = vi.fn();
    const { root, focused } = mountLive({ onClear });

    await button('Clear').click();
    await expect.element(page.getByRole('alert')).toHaveTextContent('Clear your pictures? They go from this browser.');
    await vi.waitFor(() => expect(focused()).toBe('Keep them'), 10_000);
    await userEvent.keyboard('{Enter}');

    expect(onClear).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(focused()).toBe('Clear'), 10_000);
    expect(root.querySelector('[role=alert]')).toBeNull();
  });

  it('clears at the second press, and not at a double one', async () => {
    const onClear = vi.fn();
    mountLive({ onClear });

    await button('Clear').dblClick();
    expect(onClear).not.toHaveBeenCalled();
    await button('Clear').click();

    expect(onClear).toHaveBeenCalledOnce();
  });
});

it('shows the newest few and the way to all', async () => {
  const view = viewOf({ pictures: MANY });
  const { all, draw } = mount(renderKept(view));

  expect(all('img')).toHaveLength(6);
  await button('All 9 pictures').click();
  expect(view.onAll).toHaveBeenCalledOnce();
  draw(renderKept({ ...view, isAll: true }));
  expect(all('img')).toHaveLength(9);
});

it('is one stop with arrows inside', async () => {
  const { focused } = mount(renderKept(viewOf()));
  const places: unknown[] = [];

  for (const press of ['{Tab}', '{Tab}', '{ArrowRight}', '{Tab}']) {
    await userEvent.keyboard(press);
    places.push(focused());
  }

  expect(places).toEqual(['Clear', 'Open: fox', 'Open: dawn, 2 versions', undefined]);
});

describe.each([280, 350, 390])('at %i px', (width) => {
  it.each(['ltr', 'rtl'])('stays inside, captions at the start whatever their words, %s', (dir) => {
    const pictures = picturesOf(threadOf('a fox', 'ثعلب', `${'a very long description '.repeat(9)}`));
    const { host, all } = mount(renderKept(viewOf({ pictures, isAsking: true })), { width, dir });
    const outer = boxOf(host);

    for (const inner of all('.kept-head > *, .kept-tile')) {
      expect(boxOf(inner).left).toBeGreaterThanOrEqual(outer.left);
      expect(boxOf(inner).right).toBeLessThanOrEqual(outer.right);
    }
    for (const tile of all('.kept-tile')) {
      const range = document.createRange();
      const caption = tile.querySelector('span') as HTMLElement;
      range.selectNodeContents(caption);
      const [text, box] = [range.getBoundingClientRect(), boxOf(tile)];
      // A caption that is cut begins at either edge, by its own direction.
      if (text.width < box.width) {
        expect(Math.abs(dir === 'ltr' ? text.left - box.left : text.right - box.right)).toBeLessThan(2);
      }
      expect(boxOf(caption).height).toBeLessThan(30);
    }
  });
});
