/** Pictures come in by dropping, pasting and picking; a drop never opens the file in place of the page. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  draw,
  eventOf,
  type FakeWorker,
  fakeWorker,
  find,
  inside,
  mount,
  orders,
  PICTURE_URL,
  resultOf,
  send,
  textOf,
  tidyUp,
  twoFrames,
} from './support.ts';

let worker: FakeWorker;
let studio: PeelStudio;
let fox: File;

beforeEach(async () => {
  worker = fakeWorker();
  studio = await mount(worker);
  fox = new File([await picture()], 'fox.png', { type: 'image/png' });
});

afterEach(tidyUp);

const tiles = () => studio.shadowRoot?.querySelectorAll('[part=reference]').length ?? 0;

describe('a drop', () => {
  it.each(['[part~=field]', '[part=ideas]', '.foot', '[part=base]'])('is caught over %s', (place) => {
    for (const type of ['dragenter', 'dragover', 'drop'] as const) {
      const event = drag(type, inside(studio, place), fox);

      expect(event.defaultPrevented).toBe(true);
    }
  });

  it('is caught over the picture, and while one is made', async () => {
    await draw(studio);
    expect(drag('drop', inside(studio, '[part~=image]'), fox).defaultPrevented).toBe(true);

    worker.generate = () => new Promise(() => undefined);
    await send(studio, 'at night');

    expect(drag('drop', inside(studio, '[part~=placeholder]'), fox).defaultPrevented).toBe(true);
  });

  it('is caught where pictures cannot be added', async () => {
    studio.withoutReferences = true;
    await studio.updateComplete;

    const event = drag('drop', inside(studio, '[part~=field]'), fox);
    await twoFrames();

    expect(event.defaultPrevented).toBe(true);
    expect(tiles()).toBe(0);
    expect(studio.matches(':state(dragging)')).toBe(false);
  });

  it('of words is left to the field', () => {
    const dataTransfer = new DataTransfer();
    dataTransfer.setData('text/plain', 'a fox');

    expect(dragWith('drop', inside(studio, '[part~=prompt]'), dataTransfer).defaultPrevented).toBe(false);
  });

  it('adds the picture anywhere on the element', async () => {
    const added = eventOf(studio, 'peel-reference-add');

    drag('drop', inside(studio, '[part=ideas]'), fox);

    expect((await added).file).toBe(fox);
    await appear(studio, '[part=reference]');
    await vi.waitFor(() => expect(worker.askedFor('/upload/')).toHaveLength(1));
  });

  it('is shown while it is over the element, and no longer', async () => {
    drag('dragenter', inside(studio, '[part~=field]'), fox);
    await studio.updateComplete;
    expect(studio.matches(':state(dragging)')).toBe(true);
    expect(textOf(studio, '[part~=field]')).toContain('Drop to add');

    drag('dragleave', inside(studio, '[part~=field]'), fox);
    await studio.updateComplete;
    expect(studio.matches(':state(dragging)')).toBe(false);
    drag('dragenter', inside(studio, '[part~=field]'), fox);
    drag('drop', inside(studio, '[part~=field]'), fox);
    await studio.updateComplete;

    expect(studio.matches(':state(dragging)')).toBe(false);
  });

  it('adds a picture that was dragged from a page, by its address', async () => {
    const dataTransfer = new DataTransfer();
    dataTransfer.setData('text/uri-list', PICTURE_URL);

    dragWith('drop', inside(studio, '[part~=field]'), dataTransfer);

    await appear(studio, '[part=reference]');
  });
});

it('takes a pasted picture, and leaves pasted words to the field', async () => {
  const words = new DataTransfer();
  words.setData('text/plain', 'a fox');
  const pictures = new DataTransfer();
  pictures.items.add(fox);
  const paste = (clipboardData: DataTransfer) => {
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true, composed: true });
    inside(studio, '[part~=prompt]').dispatchEvent(event);
    return event.defaultPrevented;
  };

  expect(paste(words)).toBe(false);
  expect(paste(pictures)).toBe(true);

  await appear(studio, '[part=reference]');
});

it('sends added pictures with the words, waits for those on their way, and keeps them for the first words', async () => {
  const upload = Promise.withResolvers<Response>();
  worker.upload = () => upload.promise;
  await studio.addReference(fox, { alt: 'My fox' });
  await send(studio, 'in snow');
  await vi.waitFor(() => expect(studio.state).toBe('uploading'));
  expect(orders(worker)).toHaveLength(0);

  await resultOf(studio, async () =>
    upload.resolve(Response.json({ file: { uri: `${location.origin}/v1beta/files/1`, mimeType: 'image/png' } })),
  );

  expect(orders(worker)[0]?.body).toMatchObject({
    contents: [
      {
        parts: [
          { fileData: { mimeType: 'image/png', fileUri: `${location.origin}/v1beta/files/1` } },
          { text: 'in snow' },
        ],
      },
    ],
  });
  expect(tiles()).toBe(0);
  (await appear(studio, 'input[type=radio][value=new]')).click();
  await vi.waitFor(() => expect(tiles()).toBe(1));
});

it('lets the page refuse a picture, and says why a file cannot be added', async () => {
  studio.addEventListener('peel-reference-add', (event) => event.preventDefault());
  await expect(studio.addReference(fox)).rejects.toMatchObject({ code: 'INVALID' });
  expect(studio.references).toEqual([]);

  const rejected = eventOf(studio, 'peel-reference-reject');
  drag('drop', inside(studio, '[part~=field]'), new File(['no picture'], 'fox.txt', { type: 'image/png' }));

  expect(await rejected).toMatchObject({ reason: 'kind' });
  await appear(studio, '[part=notice]');
  expect(textOf(studio, '[part=notice]')).toContain('This file isn’t a picture we can read');
});

it('offers no button where the page or the model takes no pictures', async () => {
  expect(find(studio, '.add')).not.toBeNull();

  studio.maxReferences = 0;
  await studio.updateComplete;
  expect(find(studio, '.add')).toBeNull();
  studio.maxReferences = 3;
  studio.withoutReferences = true;
  await studio.updateComplete;

  expect(find(studio, '.add')).toBeNull();
});

it('orders and removes pictures by methods, with events', async () => {
  const cat = new File([await picture()], 'cat.png', { type: 'image/png' });
  await studio.addReference(fox);
  await studio.addReference(cat);
  const removed = eventOf(studio, 'peel-reference-remove');
  const names = () => studio.references.map(({ name }) => name);

  await studio.moveReference(studio.references[1]?.id ?? '', 0);
  expect(names()).toEqual(['cat.png', 'fox.png']);
  await studio.removeReference(studio.references[0]?.id ?? '');

  expect(names()).toEqual(['fox.png']);
  expect(await removed).toBeTruthy();
});

function drag(type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', on: Element, file: File): DragEvent {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(file);
  return dragWith(type, on, dataTransfer);
}

function dragWith(type: string, on: Element, dataTransfer: DataTransfer): DragEvent {
  const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true });
  on.dispatchEvent(event);
  return event;
}

async function picture() {
  const canvas = new OffscreenCanvas(40, 30);
  canvas.getContext('2d')?.fillRect(0, 0, 40, 30);
  return canvas.convertToBlob({ type: 'image/png' });
}
