import { html } from 'lit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { type MenuView, renderMenu, styles } from '../../../widget/save/save.ts';
import { STAGE } from '../../../widget/words/english/stage.ts';
import { addEnglish, Words } from '../../../widget/words/words.ts';
import { type MountOptions, mount } from '../notes/mount.ts';
import { resultOf } from './result.ts';

addEnglish(STAGE);

beforeEach(() => {
  Object.defineProperty(navigator, 'share', { value: async () => undefined, configurable: true });
});
afterEach(() => {
  document.body.replaceChildren();
  Reflect.deleteProperty(navigator, 'share');
});

const views = () => ({
  onCopy: vi.fn(),
  onShare: vi.fn(),
  onLink: vi.fn(),
  onDownload: vi.fn(),
  onDetails: vi.fn(),
});

/** A button and its menu, as the stage has them. */
async function show(view: Partial<MenuView> = {}, options: MountOptions = {}) {
  const mounted = mount(styles, options);
  const { draw, root, find } = mounted;
  const acts = views();
  let isOpen = false;
  let shown = view;
  const redraw = (more: Partial<MenuView> = {}) => {
    shown = { ...shown, ...more };
    const menu = renderMenu({
      words: new Words(),
      result: resultOf(),
      done: undefined,
      showCopy: true,
      showShare: true,
      showDownload: true,
      onClose: () => {
        isOpen = false;
        redraw();
      },
      ...acts,
      ...shown,
    });
    draw(html`
      <button class="before">Before</button>
      <span class="menu-place" style="position: relative; display: flex; justify-content: end">
        <button class="tonal more" aria-label="More" aria-haspopup="menu" aria-expanded=${String(isOpen)} @click=${toggle}>…</button>${isOpen ? menu : ''}
      </span>
      <button class="after">After</button>
    `);
  };
  const toggle = () => {
    isOpen = !isOpen;
    redraw();
  };
  redraw();
  await userEvent.click(find('.more'));
  await settled();
  return {
    ...mounted,
    ...acts,
    redraw,
    menu: () => root.querySelector<HTMLElement>('[role=menu]'),
    items: () => [...root.querySelectorAll<HTMLElement>('[role=menuitem]')].map(({ innerText }) => innerText.trim()),
    focused: () => (root.activeElement as HTMLElement | null)?.innerText.trim(),
  };
}

/** The toggle event of a popover is a task of its own. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

it('opens at its first item, with everything in it', async () => {
  const { items, focused, find, menu } = await show();

  expect(items()).toEqual(['Copy picture', 'Share…', 'Copy link', 'Original', 'WebP', 'JPEG', 'Details']);
  expect(focused()).toBe('Copy picture');
  expect(menu()?.matches(':popover-open')).toBe(true);
  expect(find('.more').ariaExpanded).toBe('true');
  expect(find('[role=group]').ariaLabel).toBe('Download as');
});

it('offers a report where the site takes them', async () => {
  const onReport = vi.fn();
  const { items, menu } = await show({ onReport });

  expect(items().at(-1)).toBe('Report this picture');
  [...(menu()?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])].at(-1)?.click();
  expect(onReport).toHaveBeenCalledOnce();
});

it('leaves out what the page does not want', async () => {
  const { items } = await show({ showCopy: false, showShare: false, showDownload: false });

  expect(items()).toEqual(['Details']);
});

it('leaves out what others could not open, and what the browser cannot do', async () => {
  Reflect.deleteProperty(navigator, 'share');
  const { items } = await show({ result: resultOf({ url: 'blob:x' }) });

  expect(items()).not.toContain('Share…');
  expect(items()).not.toContain('Copy link');
});

describe('the keyboard', () => {
  it('goes round with the arrows, to the ends with Home and End', async () => {
    const { focused } = await show();
    const walk: (string | undefined)[] = [];
    const keys = ['{ArrowDown}', '{ArrowUp}', '{ArrowUp}', '{ArrowDown}', '{End}', '{ArrowUp}', '{Home}'];
    for (const key of keys) {
      await userEvent.keyboard(key);
      walk.push(focused());
    }

    expect(walk).toEqual(['Share…', 'Copy picture', 'Details', 'Copy picture', 'Details', 'JPEG', 'Copy picture']);
  });

  it.each([
    { dir: 'ltr', key: '{ArrowRight}' },
    { dir: 'rtl', key: '{ArrowLeft}' },
  ] as const)('goes along a row in the direction of the page: $dir', async ({ dir, key }) => {
    const { focused, find } = await show({}, { dir });
    find('[role=group] [role=menuitem]').focus();
    await userEvent.keyboard(key);

    expect(focused()).toBe('WebP');
  });

  it('closes with Escape and gives the focus back', async () => {
    const { menu, focused, find } = await show();
    const outer = vi.fn();
    find('.base').addEventListener('keydown', outer);
    await userEvent.keyboard('{Escape}');
    await settled();

    expect(menu()).toBeNull();
    expect(focused()).toBe('…');
    expect(find('.more').ariaExpanded).toBe('false');
    expect(outer).not.toHaveBeenCalled();
  });

  it('closes with Tab, which goes on behind the button', async () => {
    const { menu, focused } = await show();
    await userEvent.keyboard('{Tab}');
    await settled();

    expect(menu()).toBeNull();
    expect(focused()).toBe('After');
  });

  it('chooses with Enter and with Space', async () => {
    const { onCopy } = await show();
    await userEvent.keyboard('{Enter}');
    await userEvent.keyboard(' ');

    expect(onCopy).toHaveBeenCalledTimes(2);
  });
});

it('closes with a second press on its button', async () => {
  const { menu, find } = await show();
  await userEvent.click(find('.more'));
  await settled();

  expect(menu()).toBeNull();
});

it('closes with a press outside', async () => {
  const { menu, find } = await show();
  await userEvent.click(find('.before'));
  await settled();

  expect(menu()).toBeNull();
});

it('says in place what was done, and stays', async () => {
  const { redraw, items, menu, onDownload, find } = await show();
  await userEvent.click(find('[role=group] [role=menuitem]:nth-child(2)'));
  redraw({ done: 'saved', savedAs: 'webp' });

  expect(onDownload.mock.calls).toEqual([['webp']]);
  expect(items()).toEqual(['Copy picture', 'Share…', 'Copy link', 'Original', 'Saved', 'JPEG', 'Details']);
  expect(find('[role=group] [role=menuitem]:nth-child(2) .icon').tagName).toBe('svg');
  redraw({ done: 'copied' });
  expect(items()[0]).toBe('Copied');
  expect(items()[2]).toBe('Copy link');
  expect(menu()?.matches(':popover-open')).toBe(true);
});

it('is busy with one act until it has ended', async () => {
  let finish: () => void = () => undefined;
  const onCopy = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
  const { find } = await show({ onCopy });
  const item = find('[role=menuitem]');
  item.click();
  item.click();

  expect(onCopy).toHaveBeenCalledTimes(1);
  expect(item.ariaBusy).toBe('true');
  finish();
  await settled();
  expect(item.ariaBusy).toBeNull();
});

it('leaves for the details and for another app', async () => {
  for (const name of ['Details', 'Share…']) {
    const { root, menu, onDetails, onShare } = await show();
    [...root.querySelectorAll<HTMLElement>('[role=menuitem]')]
      .find(({ innerText }) => innerText.trim() === name)
      ?.click();
    await settled();

    expect(menu()).toBeNull();
    expect(onDetails.mock.calls.length + onShare.mock.calls.length).toBe(1);
    document.body.replaceChildren();
  }
});

it.each([
  { width: 280, dir: 'ltr' },
  { width: 280, dir: 'rtl' },
  { width: 390, dir: 'rtl' },
  { width: 390, dir: 'ltr' },
] as const)('stands at its button, inside the element: $width $dir', async ({ width, dir }) => {
  const { host, root, find, menu } = await show({}, { width, dir });
  const outer = host.getBoundingClientRect();
  const button = find('.more').getBoundingClientRect();
  const box = (menu() as HTMLElement).getBoundingClientRect();

  expect(box.top).toBeGreaterThanOrEqual(button.bottom);
  expect(box.top).toBeLessThan(button.bottom + 16);
  if (dir === 'ltr') expect(Math.abs(box.right - button.right)).toBeLessThan(1);
  else expect(Math.abs(box.left - button.left)).toBeLessThan(1);
  expect(box.left).toBeGreaterThanOrEqual(outer.left - 0.5);
  expect(box.right).toBeLessThanOrEqual(outer.right + 0.5);
  if (width === 280) expect(Math.abs(box.width - outer.width)).toBeLessThan(1);
  for (const item of root.querySelectorAll<HTMLElement>('[role=menuitem]')) {
    expect(item.offsetHeight).toBeGreaterThanOrEqual(24);
    expect(item.scrollWidth).toBeLessThanOrEqual(item.clientWidth + 1);
  }
});
