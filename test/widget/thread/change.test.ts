import { html } from 'lit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { ActionsView } from '../../../widget/thread/actions.ts';
import { renderActions, renderSwitch } from '../../../widget/thread/change.ts';
import type { Mode, SwitchView } from '../../../widget/thread/switch.ts';
import { boxOf, mount, words } from './mount.ts';

afterEach(() => document.body.replaceChildren());

describe('the switch', () => {
  const viewOf = (own: Partial<SwitchView> = {}): SwitchView => ({
    words,
    mode: 'change',
    isDisabled: false,
    onMode: vi.fn(),
    ...own,
  });
  const option = (name: string) => page.getByRole('radio', { name });

  it('tells what the words are for', async () => {
    mount(renderSwitch(viewOf()));

    await expect.element(page.getByRole('group', { name: 'What the words are for' })).toBeInTheDocument();
    await expect.element(option('Change this one')).toBeChecked();
    await expect.element(option('New picture')).not.toBeChecked();
  });

  it('is one stop, and an arrow chooses the other', async () => {
    const modes: Mode[] = [];
    const draw = (mode: Mode): unknown =>
      renderSwitch(
        viewOf({
          mode,
          onMode: (next) => {
            modes.push(next);
            mounted.draw(draw(next));
          },
        }),
      );
    const mounted = mount(draw('change'));

    await userEvent.tab();
    await userEvent.keyboard('{ArrowRight}');
    await expect.element(option('New picture')).toBeChecked();
    expect(mounted.focused()).toBe('New picture');
    await userEvent.keyboard('{ArrowRight}');
    await userEvent.tab();

    expect(modes).toEqual(['new', 'change']);
    expect(mounted.root.activeElement).toBeNull();
  });

  it('does not send the form around it, and cannot be used while the element is disabled', async () => {
    const submit = vi.fn((event: Event) => event.preventDefault());
    const { draw } = mount(html`<form @submit=${submit}>${renderSwitch(viewOf())}<button>Make</button></form>`);
    await userEvent.tab();
    await userEvent.keyboard('{Enter}');
    expect(submit).not.toHaveBeenCalled();

    draw(renderSwitch(viewOf({ isDisabled: true })));
    await expect.element(option('New picture')).toBeDisabled();
  });

  it.each(['ltr', 'rtl'])('has two equal halves that fit at 280 px, change at the start, %s', (dir) => {
    const { all, host } = mount(renderSwitch(viewOf()), { width: 280, dir });
    const [change, fresh] = all('[part=segment]').map(boxOf) as [DOMRect, DOMRect];

    expect(Math.abs(change.width - fresh.width)).toBeLessThan(1);
    expect(change.height).toBeGreaterThanOrEqual(24);
    expect(change.left < fresh.left).toBe(dir === 'ltr');
    expect(Math.max(change.right, fresh.right)).toBeLessThanOrEqual(boxOf(host).right);
  });
});

describe('quick changes', () => {
  const viewOf = (own: Partial<ActionsView> = {}): ActionsView => ({
    words,
    actions: ['take', 'background', 'restyle', 'remove', 'sharper'],
    isDisabled: false,
    canSharpen: true,
    onTake: vi.fn(),
    onSharper: vi.fn(),
    onBegin: vi.fn(),
    ...own,
  });
  const labels = (root: ShadowRoot) => [...root.querySelectorAll('button')].map(({ innerText }) => innerText.trim());

  it('are those of the site, in its order', () => {
    const { root } = mount(renderActions(viewOf({ actions: ['remove', 'change', 'take'] })));

    expect(labels(root)).toEqual(['Remove something', 'Another take']);
  });

  it('are nothing where the site has none', () => {
    expect(mount(renderActions(viewOf({ actions: ['change'] }))).root.querySelector('.quick')).toBeNull();
  });

  it('have nothing sharper for the largest size', () => {
    expect(labels(mount(renderActions(viewOf({ canSharpen: false }))).root)).not.toContain('Sharper');
  });

  it('act at once, or begin a sentence that the visitor ends', async () => {
    const view = viewOf();
    mount(renderActions(view));

    await page.getByRole('button', { name: 'Another take' }).click();
    await page.getByRole('button', { name: 'Sharper' }).click();
    for (const name of ['New background', 'Other style', 'Remove something']) {
      await page.getByRole('button', { name }).click();
    }

    expect([view.onTake, view.onSharper].map((act) => vi.mocked(act).mock.calls.length)).toEqual([1, 1]);
    expect(vi.mocked(view.onBegin).mock.calls.flat()).toEqual(['New background: ', 'In another style: ', 'Remove ']);
  });

  it.each([
    { dir: 'ltr', forward: '{ArrowRight}', back: '{ArrowLeft}' },
    { dir: 'rtl', forward: '{ArrowLeft}', back: '{ArrowRight}' },
  ])('are one stop with arrows inside, $dir', async ({ dir, forward, back }) => {
    const { root } = mount(renderActions(viewOf()), { dir });
    const at = () => [...root.querySelectorAll('button')].indexOf(root.activeElement as HTMLButtonElement);

    await userEvent.tab();
    expect(at()).toBe(0);
    const places: number[] = [];
    for (const key of [forward, forward, back, '{End}', forward, back, '{Home}', '{ArrowDown}']) {
      await userEvent.keyboard(key);
      places.push(at());
    }
    expect(places).toEqual([1, 2, 1, 4, 0, 4, 0, 1]);
    await userEvent.tab();
    expect(root.activeElement).toBeNull();
    await userEvent.tab({ shift: true });
    expect(at()).toBe(1);
  });

  it('leave other keys alone', async () => {
    const { root } = mount(renderActions(viewOf()));
    await userEvent.tab();
    const event = new KeyboardEvent('keydown', { key: 'a', bubbles: true, cancelable: true, composed: true });

    root.activeElement?.dispatchEvent(event);

    expect(event.defaultPrevented).toBe(false);
  });

  it.each([280, 350])('wrap and never scroll, at %i px', (width) => {
    const { host, all } = mount(renderActions(viewOf()), { width });

    for (const chip of all('.chip')) {
      expect(boxOf(chip).right).toBeLessThanOrEqual(boxOf(host).right);
      expect(boxOf(chip).height).toBeGreaterThanOrEqual(24);
    }
    expect(new Set(all('.chip').map((chip) => boxOf(chip).top)).size).toBeGreaterThan(1);
  });

  it('cannot be used while the element is disabled', async () => {
    mount(renderActions(viewOf({ isDisabled: true })));

    for (const name of ['Another take', 'Sharper', 'New background']) {
      await expect.element(page.getByRole('button', { name })).toBeDisabled();
    }
  });
});
