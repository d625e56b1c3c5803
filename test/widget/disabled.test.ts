/** `disabled`, of the element or of a fieldset around it, stops everything that may cost. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  begin,
  draw,
  eventOf,
  type FakeWorker,
  failure,
  fakeWorker,
  find,
  inside,
  mount,
  orders,
  pictureChunk,
  press,
  STOP,
  send,
  tidyUp,
  twoFrames,
  write,
} from './support.ts';

let worker: FakeWorker;
let studio: PeelStudio;

beforeEach(async () => {
  worker = fakeWorker();
  studio = await mount(worker);
  const fieldset = document.createElement('fieldset');
  studio.before(fieldset);
  fieldset.append(studio);
});

afterEach(tidyUp);

const WAYS = [
  { name: 'the attribute', set: (isDisabled: boolean) => studio.toggleAttribute('disabled', isDisabled) },
  {
    name: 'a fieldset',
    set: (isDisabled: boolean) => (studio.closest('fieldset') as HTMLElement).toggleAttribute('disabled', isDisabled),
  },
];

describe.each(WAYS)('$name', ({ set }) => {
  async function disable() {
    set(true);
    await studio.updateComplete;
  }

  it('sends nothing by button, key or method', async () => {
    await write(studio, 'a fox');
    await disable();

    inside(studio, '.primary').click();
    enter(inside(studio, '[part~=prompt]'));
    await expectDisabled();

    expect(orders(worker)).toHaveLength(0);
    expect(worker.askedFor('/peel/session')).toEqual([]);
    expect(studio.state).toBe('idle');
  });

  it('sends nothing by anything that stands beside a picture', async () => {
    await draw(studio);
    await appear(studio, '.quick .chip');
    await disable();

    for (const control of controls()) control.click();
    enter(inside(studio, '[part~=prompt]'));
    await expectDisabled();
    await twoFrames();

    expect(orders(worker)).toHaveLength(1);
    expect(studio.state).toBe('done');
  });

  it('sends nothing by what a note offers', async () => {
    worker.generate = () => failure(502, 'UPSTREAM_BROKEN');
    await send(studio, 'a fox');
    await appear(studio, '[part=notice] .link');
    await disable();

    for (const control of controls()) control.click();
    await twoFrames();

    expect(orders(worker)).toHaveLength(1);
  });

  it('does not look for a lost picture by itself, which could be a new one', async () => {
    const { break: breakLine } = await begin(worker, studio);
    const error = eventOf(studio, 'peel-error');
    breakLine();
    await error;
    await disable();

    dispatchEvent(new Event('online'));
    await twoFrames();

    expect(orders(worker)).toHaveLength(1);
  });

  it('takes no example and opens no settings', async () => {
    await disable();

    for (const control of controls()) control.click();
    await studio.updateComplete;

    expect(studio.value).toBe('');
    expect(find(studio, '#settings')).toBeNull();
    expect(inside(studio, '[part~=settings-toggle]').getAttribute('aria-expanded')).toBe('false');
  });

  it('closes the settings that are open', async () => {
    await press(studio, '[part~=settings-toggle]');
    await appear(studio, '#settings');

    await disable();

    expect(find(studio, '#settings')).toBeNull();
    expect(inside(studio, '[part~=settings-toggle]').getAttribute('aria-expanded')).toBe('false');
  });

  it('takes no picture by dropping, pasting or picking, and still does not let the page go', async () => {
    const added = vi.fn();
    studio.addEventListener('peel-reference-add', added);
    await disable();
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'fox.png', { type: 'image/png' }));

    const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true, composed: true });
    inside(studio, '[part~=field]').dispatchEvent(drop);
    const paste = new ClipboardEvent('paste', { clipboardData: dataTransfer, bubbles: true, composed: true });
    inside(studio, '[part~=prompt]').dispatchEvent(paste);
    find(studio, '.add')?.click();
    await twoFrames();

    expect(drop.defaultPrevented).toBe(true);
    expect(added).not.toHaveBeenCalled();
    expect(worker.askedFor('/upload/')).toEqual([]);
  });

  it('leaves what costs nothing: saving, copying, looking at the picture', async () => {
    await draw(studio);
    await disable();
    const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue();
    const copied = vi.spyOn(navigator.clipboard, 'write').mockResolvedValue();

    await studio.download();
    await studio.copy();

    expect(saved).toHaveBeenCalledOnce();
    expect(copied).toHaveBeenCalledOnce();
    expect(await studio.toBlob()).toBeInstanceOf(Blob);
    const { href } = inside<HTMLAnchorElement>(studio, '.download');
    expect(href).toContain('download');
    expect(find(studio, '.more:disabled')).toBeNull();
  });

  it('gives all of it back', async () => {
    await disable();
    set(false);
    await studio.updateComplete;

    expect((await draw(studio)).results).toHaveLength(1);
  });
});

it('stays disabled by the one while the other goes', async () => {
  for (const { set } of WAYS) set(true);
  await studio.updateComplete;

  WAYS[0]?.set(false);
  await studio.updateComplete;
  await expect(studio.generate()).rejects.toMatchObject({ code: 'DISABLED' });
  WAYS[0]?.set(true);
  WAYS[1]?.set(false);
  await studio.updateComplete;

  await expect(studio.generate()).rejects.toMatchObject({ code: 'DISABLED' });
});

it('lets a request that is on its way arrive', async () => {
  const { push, end } = await begin(worker, studio);
  studio.disabled = true;
  await studio.updateComplete;
  const result = eventOf(studio, 'peel-result');

  push(pictureChunk());
  push(STOP);
  end();

  expect((await result).results).toHaveLength(1);
});

async function expectDisabled() {
  const acts = [
    () => studio.generate(),
    () => studio.retry(),
    () => studio.edit('at night'),
    () => studio.addReference(new Blob()),
  ];
  for (const act of acts) await expect(act()).rejects.toMatchObject({ code: 'DISABLED' });
}

/** Everything that can be pressed, but for what saves the picture. */
const controls = () => [
  ...(studio.shadowRoot?.querySelectorAll<HTMLElement>('button, input, .note-links *, summary') ?? []),
];

function enter(field: HTMLElement) {
  for (const ctrlKey of [false, true]) {
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey, bubbles: true, composed: true }));
  }
}
