/** Pictures of the visitor's own that can never be sent, from the choice of a file to the press. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import { smallPicture } from './states.ts';
import {
  appear,
  type FakeWorker,
  fakeWorker,
  find,
  inside,
  mount,
  orders,
  press,
  resultOf,
  textOf,
  tidyUp,
  write,
} from './support.ts';

let worker: FakeWorker;
let studio: PeelStudio;

beforeEach(async () => {
  worker = fakeWorker();
  studio = await mount(worker);
});

afterEach(tidyUp);

/** A file that the visitor drops on the element. */
function drop(...files: File[]) {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(file);
  studio.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}

/** A picture that ends in its middle: its first bytes are those of a PNG. */
async function half(): Promise<File> {
  const whole = await smallPicture();
  return new File([whole.slice(0, 60)], 'half.png', { type: 'image/png' });
}

const title = () => vi.waitFor(() => inside(studio, '.note-title').textContent);

it('keeps the message about a broken one, sends nothing, and goes on without it', async () => {
  drop(await half());
  await vi.waitFor(() => expect(studio.references[0]?.state).toBe('failed'));
  await vi.waitFor(async () => expect(await title()).toContain('Picture 1 can’t be used'));
  await write(studio, 'a mug');

  await press(studio, '.primary');
  await vi.waitFor(() => expect(textOf(studio, '[role=alert]')).toContain('Picture 1 can’t be used'));

  expect(await title()).toContain('half.png');
  expect(studio.state).toBe('idle');
  expect(textOf(studio, '[role=status]')).toBe('');
  expect(orders(worker)).toEqual([]);
  await resultOf(studio, async () => {
    inside(studio, '.note-links .link').click();
    await studio.updateComplete;
    expect(studio.references).toEqual([]);
    await press(studio, '.primary');
  });
  expect(orders(worker)).toHaveLength(1);
});

it('names a file that is no picture, and forgets it with the next one', async () => {
  drop(new File(['a fox'], 'notes.png', { type: 'image/png' }));
  await vi.waitFor(async () => expect(await title()).toContain('isn’t a picture we can read: \u2068notes.png\u2069'));

  drop(new File([await smallPicture()], 'fox.png', { type: 'image/png' }));
  await appear(studio, '[part=reference]');

  await vi.waitFor(() => expect(find(studio, '[part=notice]')).toBeNull());
});

it('takes the message along when the visitor removes the picture', async () => {
  drop(await half());
  await title();

  (await appear(studio, '[part=reference-remove]')).click();

  await vi.waitFor(() => expect(find(studio, '[part=notice]')).toBeNull());
});
