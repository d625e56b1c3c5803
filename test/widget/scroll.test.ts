/** The page scrolls for what a press has begun, and for what is said against it; never for a picture. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { appear, draw, type FakeWorker, failure, fakeWorker, inside, mount, press, tidyUp, write } from './support.ts';

let worker: FakeWorker;

beforeEach(async () => {
  worker = fakeWorker();
  await page.viewport(390, 600);
});
afterEach(async () => {
  tidyUp();
  scrollTo(0, 0);
  await page.viewport(414, 896);
});

const isInView = (element: HTMLElement) => {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
};

it('shows a note and its field, wherever the picture has taken the page', async () => {
  const studio = await mount(worker, {}, 358);
  await draw(studio);
  worker.generate = async () => failure(429, 'VISITOR_MINUTE', '42s');
  await write(studio, 'at night');
  await page.viewport(390, 480);
  scrollTo(0, 0);
  expect(isInView(inside(studio, '.field'))).toBe(false);

  await press(studio, '.primary');
  await appear(studio, '.note');

  await vi.waitFor(() => expect(isInView(inside(studio, '.field'))).toBe(true));
});

it('does not scroll to a note that the visitor has scrolled away from', async () => {
  const studio = await mount(worker, {}, 358);
  worker.generate = async () => failure(429, 'VISITOR_MINUTE', '42s');
  await write(studio, 'a fox');
  await press(studio, '.primary');
  await appear(studio, '.note');
  await vi.waitFor(() => expect(isInView(inside(studio, '.field'))).toBe(true));

  scrollTo(0, 400);
  const at = scrollY;
  expect(at).toBeGreaterThan(0);
  studio.requestUpdate();
  await studio.updateComplete;

  expect(scrollY).toBe(at);
});
