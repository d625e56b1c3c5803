/** The owner's notice is read once, before the first picture. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  draw,
  FACTS,
  type FakeWorker,
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

const NOTICE = 'Pictures are made by a machine. Do not describe people you know.';

let worker: FakeWorker;
let studio: PeelStudio;

beforeEach(async () => {
  worker = fakeWorker();
  worker.site = () => Response.json({ ...FACTS, notice: NOTICE });
  studio = await mount(worker);
});

afterEach(tidyUp);

it('stands in the field at the first press, and the second press goes on', async () => {
  expect(find(studio, '[part=notice]')).toBeNull();

  await send(studio, 'a fox');
  await appear(studio, '[part=notice]');
  expect(textOf(studio, '[part=notice]')).toContain(NOTICE);
  expect(textOf(studio, '.primary')).toBe('Got it, make picture');
  expect(textOf(studio, '[role=alert]')).toContain(NOTICE);
  expect(orders(worker)).toHaveLength(0);
  const { results } = await resultOf(studio, () => press(studio, '.primary'));

  expect(results).toHaveLength(1);
  expect(find(studio, '[part=notice]')).toBeNull();
});

it('is not shown again: not for the next picture, not after a reload, not in another element', async () => {
  await send(studio, 'a fox');
  await appear(studio, '[part=notice]');
  await resultOf(studio, () => press(studio, '.primary'));
  await draw(studio, 'at night');
  studio.remove();

  studio = await mount(worker);

  expect((await draw(studio)).results).toHaveLength(1);
});

it('is shown again where the owner has changed it', async () => {
  await send(studio, 'a fox');
  await appear(studio, '[part=notice]');
  await resultOf(studio, () => press(studio, '.primary'));
  studio.remove();
  worker.site = () => Response.json({ ...FACTS, notice: 'Something else.' });
  studio = await mount(worker);

  await send(studio, 'a fox');

  await appear(studio, '[part=notice]');
  expect(textOf(studio, '[part=notice]')).toContain('Something else.');
});

it('goes with Escape, and comes back at the next press', async () => {
  await send(studio, 'a fox');
  await appear(studio, '[part=notice]');

  studio.focus();
  await userEvent.keyboard('{Escape}');
  await vi.waitFor(() => expect(find(studio, '[part=notice]')).toBeNull());
  expect(focused(studio)).toBe(inside(studio, '[part~=prompt]'));
  await press(studio, '.primary');

  await appear(studio, '[part=notice]');
  expect(orders(worker)).toHaveLength(0);
});

it('stops methods of the page too, by name', async () => {
  studio.value = 'a fox';

  await expect(studio.generate()).rejects.toMatchObject({ code: 'PREVENTED' });

  await appear(studio, '[part=notice]');
  expect(orders(worker)).toHaveLength(0);
});

it('is text, whatever the owner has written', async () => {
  worker.site = () => Response.json({ ...FACTS, notice: '<img src=x onerror=alert(1)><b>Read</b>' });
  studio.remove();
  studio = await mount(worker);

  await send(studio, 'a fox');
  await appear(studio, '[part=notice]');

  expect(textOf(studio, '[part=notice]')).toContain('<b>Read</b>');
  expect(find(studio, '[part=notice] img')).toBeNull();
});
