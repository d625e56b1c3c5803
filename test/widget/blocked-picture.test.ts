/** A page whose policy lets the element ask for pictures and not show them. The policy lasts for the whole file. */
import { afterEach, expect, it, vi } from 'vitest';
import {
  appear,
  create,
  eventOf,
  fakeWorker,
  find,
  orders,
  pictureChunk,
  STOP,
  send,
  streamOf,
  textOf,
  tidyUp,
} from './support.ts';

const PEEL = 'https://peel.example';

afterEach(tidyUp);

it('names img-src to the owner instead of a note that sells another take', async () => {
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = "img-src 'self' data: blob:";
  document.head.append(policy);
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const worker = fakeWorker();
  worker.generate = () => streamOf([pictureChunk(`${PEEL}/images/fox/0.png`), STOP]);
  const studio = create(worker, { endpoint: PEEL });
  const ready = eventOf(studio, 'peel-ready');
  document.body.append(studio);
  await ready;
  await studio.updateComplete;
  const failed = eventOf(studio, 'peel-error');

  await send(studio, 'a fox');

  expect((await failed).code).toBe('PICTURE_UNREACHABLE');
  await appear(studio, '.owner');
  expect(textOf(studio, '.owner-steps')).toContain(`Add to img-src in its Content-Security-Policy: ${PEEL}`);
  expect(error.mock.calls.flat().filter((line) => String(line).startsWith('<peel-studio>'))).toEqual([
    expect.stringContaining(`Add to img-src in its Content-Security-Policy: ${PEEL}`),
  ]);
  // Nothing is left to press that would cost another picture.
  expect([find(studio, '.note'), find(studio, '.primary')]).toEqual([null, null]);
  expect(orders(worker)).toHaveLength(1);
});
