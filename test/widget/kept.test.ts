/** What outlives an element: a session that the page takes out and puts in, and pictures that the browser keeps. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  draw,
  type FakeWorker,
  fakeWorker,
  find,
  inside,
  mount,
  orders,
  PICTURE_URL,
  pictureChunk,
  press,
  STOP,
  streamOf,
  tidyUp,
} from './support.ts';

let worker: FakeWorker;
let studio: PeelStudio;

const addressOf = (n: number) => `${location.origin}/images/b${String(n).padStart(32, '0')}/0.png`;
const bytesOf = (address: string) => (address.includes('/images/') ? PICTURE_URL : address);

/** Pictures have the addresses that a worker gives them, and the bytes that this page has. */
beforeEach(async () => {
  worker = fakeWorker();
  const real = worker.fetch;
  worker.fetch = (input, init) => (String(input).includes('/images/') ? fetch(PICTURE_URL) : real(input, init));
  worker.generate = () => streamOf([pictureChunk(addressOf(orders(worker).length)), STOP]);
  vi.stubGlobal('Image', function fakeImage() {
    const image = document.createElement('img');
    Object.defineProperty(image, 'src', { set: (address: string) => image.setAttribute('src', bytesOf(address)) });
    return image;
  });
  studio = await mount(worker);
});

afterEach(async () => {
  vi.unstubAllGlobals();
  tidyUp();
  for (const { name } of await indexedDB.databases()) if (name) indexedDB.deleteDatabase(name);
});

describe('a session', () => {
  it('goes out as data without pictures, and comes back in another element', async () => {
    await draw(studio, 'a fox');
    await draw(studio, 'at night');
    const data = JSON.parse(JSON.stringify(await studio.exportSession()));
    expect(JSON.stringify(data)).not.toMatch(/base64|ticket-/);

    const other = await mount(worker);
    await other.importSession(data);
    await other.updateComplete;

    expect(other.results[0]?.order.prompt).toBe('at night');
    await other.undo();
    expect(other.results[0]?.order.prompt).toBe('a fox');
    expect(orders(worker)).toHaveLength(2);
  });

  it.each([undefined, null, 7, 'x', {}, [], { version: 1 }, { version: 1, turns: [{}] }])(
    'that cannot be read is refused, and changes nothing: %j',
    async (data) => {
      await draw(studio);

      await expect(studio.importSession(data)).rejects.toMatchObject({ code: 'INVALID' });

      expect(studio.results).toHaveLength(1);
    },
  );

  it('with pictures of elsewhere is refused', async () => {
    await draw(studio);
    const data = JSON.stringify(await studio.exportSession()).replaceAll(location.origin, 'https://evil.example');

    await expect(studio.importSession(JSON.parse(data))).rejects.toMatchObject({ code: 'INVALID' });
  });
});

describe.each(['session', 'local'] as const)('persist=%s', (persist) => {
  const again = async () => {
    // What is kept is written without hurry.
    await new Promise((resolve) => setTimeout(resolve, 300));
    studio.remove();
    studio = await mount(worker, { persist });
  };

  beforeEach(async () => {
    studio.remove();
    studio = await mount(worker, { persist });
    await draw(studio, 'a fox');
    await draw(studio, 'at night');
    await again();
  });

  /** A tab goes on where it was; a new visit begins with what may be opened. */
  async function open() {
    if (persist === 'local') (await appear(studio, '.kept-tile')).click();
    await vi.waitFor(() => expect(studio.results).toHaveLength(1));
    await studio.updateComplete;
  }

  it('has the pictures again after a reload, with their versions, and asks for none', async () => {
    await open();

    expect(studio.results[0]?.order.prompt).toBe('at night');
    await studio.undo();
    expect(studio.results[0]?.order.prompt).toBe('a fox');
    expect(orders(worker)).toHaveLength(2);
  });

  it('goes on changing them', async () => {
    await open();

    await draw(studio, 'with a hat');

    expect(orders(worker)[2]?.body).toMatchObject({
      contents: [
        { parts: [{ text: 'a fox' }] },
        { parts: [{ fileData: { fileUri: addressOf(1) } }] },
        { parts: [{ text: 'at night' }] },
        { parts: [{ fileData: { fileUri: addressOf(2) } }] },
        { parts: [{ text: 'with a hat' }] },
      ],
    });
  });

  it('makes another take after a reload, and not one that it has already', async () => {
    await open();
    (await appear(studio, 'input[type=radio][value=change]')).click();

    await draw(studio, '');

    expect(orders(worker)[2]?.headers.get('Peel-Variant')).toBe('take-2');
  });
});

it('asks before it forgets the pictures of this browser, and forgets them', async () => {
  studio.remove();
  studio = await mount(worker, { persist: 'local' });
  await draw(studio, 'a fox');
  // The browser writes to its disk, which a busy machine takes its time for.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  studio.remove();
  studio = await mount(worker, { persist: 'local' });
  await appear(studio, '.kept-tile');

  await press(studio, '.kept-head .link');
  expect(inside(studio, '.kept-head').textContent).toContain('They go from this browser.');
  inside(studio, '.kept-head .danger').click();
  await vi.waitFor(() => expect(find(studio, '.kept-tile')).toBeNull());
  studio.remove();
  studio = await mount(worker, { persist: 'local' });
  await new Promise((resolve) => setTimeout(resolve, 300));

  expect(find(studio, '.kept-tile')).toBeNull();
});

it('keeps nothing where the page does not ask for it', async () => {
  await draw(studio, 'a fox');
  await new Promise((resolve) => setTimeout(resolve, 300));
  studio.remove();

  studio = await mount(worker);

  expect(studio.results).toEqual([]);
  expect(find(studio, '.kept-tile')).toBeNull();
  expect(localStorage).toHaveLength(0);
  expect(await indexedDB.databases()).toEqual([]);
});
