/** A network that is lost while a picture is made, and what is found when it is back. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  begin,
  create,
  draw,
  eventOf,
  type FakeWorker,
  fakeWorker,
  mount,
  orders,
  pictureChunk,
  press,
  resultOf,
  STOP,
  send,
  streamOf,
  textOf,
  thoughtChunk,
  tidyUp,
} from './support.ts';

let worker: FakeWorker;

beforeEach(() => {
  worker = fakeWorker();
});

afterEach(tidyUp);

async function lose(studio: PeelStudio, isOnline = true) {
  const { push, break: cut } = await begin(worker, studio);
  push(thoughtChunk('Hm.'));
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(isOnline);
  const error = eventOf(studio, 'peel-error');
  cut();
  const event = await error;
  await appear(studio, '[part=notice]');
  return event;
}

it('is said with the way to look for the picture', async () => {
  const studio = await mount(worker);

  expect(await lose(studio)).toMatchObject({ code: 'CONNECTION_LOST', charged: 'maybe', retryable: true });

  expect(textOf(studio, '[part=notice]')).toBe('The connection broke Your picture may be ready by now. Look for it');
  worker.generate = () => streamOf([pictureChunk(), STOP]);
  await resultOf(studio, () => press(studio, '[part=notice] .link'));
  expect(orders(worker)[1]?.body).toEqual(orders(worker)[0]?.body);
});

it('finds the picture by itself when the network is back, by the same request and without a press', async () => {
  const studio = await mount(worker);
  expect(await lose(studio, false)).toMatchObject({ code: 'OFFLINE', charged: 'maybe' });
  expect(studio.state).toBe('offline');
  worker.generate = () => streamOf([pictureChunk(), STOP]);
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
  vi.spyOn(navigator.userActivation, 'isActive', 'get').mockReturnValue(false);

  await resultOf(studio, async () => void dispatchEvent(new Event('online')));

  const [first, second] = orders(worker);
  expect(second?.body).toEqual(first?.body);
  expect(second?.headers.get('Peel-Variant')).toBeNull();
  expect(studio.results).toHaveLength(1);
});

it('finds the picture of a change, and not another take of the one before', async () => {
  const studio = await mount(worker);
  await draw(studio);
  const { break: cut } = await begin(worker, studio, 'at night');
  const error = eventOf(studio, 'peel-error');
  cut();
  await error;
  worker.generate = () => streamOf([pictureChunk(), STOP]);

  const { results } = await resultOf(studio, async () => void dispatchEvent(new Event('online')));

  expect(results[0]?.order.prompt).toBe('at night');
  expect(orders(worker)[2]?.body).toEqual(orders(worker)[1]?.body);
  expect(orders(worker)[2]?.headers.get('Peel-Variant')).toBeNull();
});

it('finds the picture after a reload too', async () => {
  const studio = await mount(worker);
  await lose(studio);
  worker.generate = () => streamOf([pictureChunk(), STOP]);

  studio.remove();
  const next = create(worker);
  const result = eventOf(next, 'peel-result');
  document.body.append(next);

  expect((await result).results[0]?.order.prompt).toBe('a fox');
});

it('sends nothing where nothing was sent before', async () => {
  const studio = await mount(worker);
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const error = eventOf(studio, 'peel-error');
  await send(studio, 'a fox');
  expect(await error).toMatchObject({ code: 'OFFLINE', charged: 'no' });
  await appear(studio, '[part=notice]');
  expect(textOf(studio, '[part=notice]')).toContain('Your text and pictures are kept. Nothing was sent.');
  expect(worker.askedFor('/peel/session')).toEqual([]);

  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
  dispatchEvent(new Event('online'));
  await studio.updateComplete;

  expect(studio.state).toBe('idle');
  expect(textOf(studio, '[part=hint]')).toBe('You are online again.');
  expect(studio.value).toBe('a fox');
  expect(orders(worker)).toHaveLength(0);
});
