/** A part that cannot be loaded, as after a new deployment or without a network, is said and leaves nothing half open. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Parts } from '../../widget/parts.ts';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  create,
  draw,
  eventOf,
  type FakeWorker,
  failure,
  fakeWorker,
  find,
  focused,
  inside,
  mount,
  orders,
  press,
  resultOf,
  send,
  textOf,
  tidyUp,
} from './support.ts';

let worker: FakeWorker;
const missing = new Set<string>();

beforeEach(() => {
  worker = fakeWorker();
  missing.clear();
  const load = Parts.prototype.load;
  vi.spyOn(Parts.prototype, 'load').mockImplementation(function (this: Parts, name, fetchPart) {
    return load.call(this, name, () =>
      missing.has(name) ? Promise.reject(new TypeError('Failed to fetch dynamically imported module')) : fetchPart(),
    ) as never;
  });
});

afterEach(tidyUp);

const OUT_OF_DATE = 'Part of this page is out of date. Reload it; your text stays.';

describe('the engine', () => {
  it('is fetched twice, and its absence is said with the words kept', async () => {
    const studio = await mount(worker);
    missing.add('engine');
    await send(studio, 'a fox');
    expect(studio.state).toBe('generating');

    await vi.waitFor(() => expect(textOf(studio, '[part~=field]')).toContain(OUT_OF_DATE), 5000);

    expect(studio.state).toBe('idle');
    expect(studio.value).toBe('a fox');
    expect(textOf(studio, '.primary')).toBe('Make picture');
    expect(textOf(studio, '[role=alert]')).toContain(OUT_OF_DATE);
  });

  it('rejects what the page asks for, with a name for it', async () => {
    const studio = await mount(worker, { value: 'a fox' });
    missing.add('engine');

    await expect(studio.generate()).rejects.toMatchObject({ code: 'OUT_OF_DATE', retryable: true });
  });

  it('is there where only the first try failed', async () => {
    const studio = await mount(worker);
    missing.add('engine');
    setTimeout(() => missing.delete('engine'), 200);

    expect((await draw(studio)).results).toHaveLength(1);
    expect(textOf(studio, '[part~=field]')).not.toContain(OUT_OF_DATE);
  });

  it('is tried again by the next press, which then works', async () => {
    const studio = await mount(worker);
    missing.add('engine');
    await send(studio, 'a fox');
    await vi.waitFor(() => expect(textOf(studio, '[part~=field]')).toContain(OUT_OF_DATE), 5000);
    missing.clear();

    const { results } = await resultOf(studio, () => press(studio, '.primary'));

    expect(results).toHaveLength(1);
    expect(textOf(studio, '[part~=field]')).not.toContain(OUT_OF_DATE);
  });
});

describe('the settings', () => {
  it('are not said to be open while they are not there', async () => {
    const studio = await mount(worker);
    missing.add('settings');
    await press(studio, '[part~=settings-toggle]');

    await vi.waitFor(() => expect(textOf(studio, '[part~=field]')).toContain(OUT_OF_DATE), 5000);
    await studio.updateComplete;

    expect(inside(studio, '[part~=settings-toggle]').getAttribute('aria-expanded')).toBe('false');
    expect(find(studio, '#settings')).toBeNull();
  });

  it('open at the next press where the network is back', async () => {
    const studio = await mount(worker);
    missing.add('settings');
    await press(studio, '[part~=settings-toggle]');
    await vi.waitFor(() => expect(textOf(studio, '[part~=field]')).toContain(OUT_OF_DATE), 5000);
    missing.clear();

    await press(studio, '[part~=settings-toggle]');

    await appear(studio, '#settings');
    expect(inside(studio, '[part~=settings-toggle]').getAttribute('aria-expanded')).toBe('true');
    expect(textOf(studio, '[part~=field]')).not.toContain(OUT_OF_DATE);
  });
});

it.each([
  { name: 'save', open: (studio: PeelStudio) => press(studio, '.more'), control: '.more' },
  {
    name: 'details',
    open: (studio: PeelStudio) => press(studio, '[part=caption] .link'),
    control: '[part=caption] .link',
  },
])('says that $name is missing, and its button is not said to be open', async ({ name, open, control }) => {
  const studio = await mount(worker);
  await draw(studio);
  missing.add(name);

  await open(studio);
  await vi.waitFor(() => expect(textOf(studio, '[part~=field]')).toContain(OUT_OF_DATE), 5000);
  await studio.updateComplete;

  expect(inside(studio, control).getAttribute('aria-expanded')).toBe('false');
  expect(studio.state).toBe('done');
});

it.each(['download', 'copy', 'share'] as const)(
  'says that saving is missing where the page asks to %s',
  async (method) => {
    const studio = await mount(worker);
    await draw(studio);
    missing.add('save');

    await studio[method]();
    await studio.updateComplete;

    expect(textOf(studio, '[part~=field]')).toContain(OUT_OF_DATE);
    expect(studio.state).toBe('done');
  },
);

it('makes pictures without the part that changes them, and without the words of notes', async () => {
  const studio = await mount(worker);
  for (const name of ['change', 'viewer']) missing.add(name);
  await draw(studio);
  await press(studio, 'button.picture');
  await vi.waitFor(() => expect(textOf(studio, '[part~=field]')).toContain(OUT_OF_DATE), 5000);

  await resultOf(studio, () => press(studio, '.primary'));

  expect(orders(worker)).toHaveLength(2);
});

it('says of an error that something failed, although the words for it are missing', async () => {
  const studio = await mount(worker);
  missing.add('notes');
  worker.generate = () => failure(502, 'UPSTREAM_BROKEN');
  const error = eventOf(studio, 'peel-error');

  await send(studio, 'a fox');

  expect((await error).code).toBe('UPSTREAM_BROKEN');
  await vi.waitFor(() => expect(textOf(studio, '[part~=field]')).toContain(OUT_OF_DATE), 5000);
  expect(textOf(studio, '.primary')).not.toBe('Cancel');
});

it('says of an added picture that the part is missing', async () => {
  const studio = await mount(worker);
  missing.add('references');

  await expect(studio.addReference(new Blob())).rejects.toMatchObject({ code: 'OUT_OF_DATE' });
  await studio.updateComplete;

  expect(textOf(studio, '[part~=field]')).toContain(OUT_OF_DATE);
});

it('offers to reload, and the keyboard reaches that', async () => {
  const studio = create(worker);
  document.body.append(studio);
  await studio.updateComplete;
  missing.add('engine');
  await send(studio, 'a fox');

  const link = await appear(studio, '.out-of-date button');
  link.focus();

  expect(focused(studio)).toBe(link);
  expect(link.textContent?.trim()).toBe('Reload');
});

it('says of a page without a network what is wrong with it, until the network is back', async () => {
  const studio = await mount(worker);
  missing.add('engine');
  const isOnline = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  await send(studio, 'a fox');

  await appear(studio, '.out-of-date');
  expect(textOf(studio, '.out-of-date p')).toBe('You are offline. Your text stays.');
  expect(textOf(studio, '[role=alert]')).toBe('You are offline. Your text stays.');
  expect(inside(studio, '.out-of-date button').hidden).toBe(true);
  isOnline.mockReturnValue(true);
  missing.clear();
  dispatchEvent(new Event('online'));
  await studio.updateComplete;

  expect(find(studio, '.out-of-date')).toBeNull();
  expect((await resultOf(studio, () => press(studio, '.primary'))).results).toHaveLength(1);
});

it('forgets that a part was missing once it is there', async () => {
  const onMissing = vi.fn();
  const parts = new Parts(await mount(worker), onMissing);
  missing.add('x');
  const fetchPart = vi.fn(async () => ({}));
  await expect(parts.load('x', fetchPart)).rejects.toMatchObject({ code: 'OUT_OF_DATE' });
  expect(parts.use('x', fetchPart)).toBeUndefined();
  expect([parts.isMissing, onMissing.mock.calls.length, fetchPart.mock.calls.length]).toEqual([true, 1, 0]);
  missing.clear();

  await parts.load('x', fetchPart);

  expect(parts.isMissing).toBe(false);
});

it('fetches a part once, however many ask for it at a time', async () => {
  const studio = await mount(worker);
  const parts = new Parts(studio, () => undefined);
  const fetchPart = vi.fn(async () => ({ words: 'here' }));

  const [one, other] = await Promise.all([parts.load('x', fetchPart), parts.load('x', fetchPart)]);

  expect(one).toBe(other);
  expect(fetchPart).toHaveBeenCalledOnce();
  expect(parts.use('x', fetchPart)).toBe(one);
});
