import { afterEach, describe, expect, it, vi } from 'vitest';
import { failure } from './failure.ts';
import { FakeUploads, mount, type ReferencesHost } from './host.ts';
import { heicWithLocation, twoColours } from './pictures.ts';

const NEVER = new AbortController().signal;
const HOUR = 3_600_000;

let host: ReferencesHost;
afterEach(() => host?.remove());

const picture = async (name: string) => new File([await twoColours(60, 40)], name, { type: 'text/plain' });
const pictures = (...names: string[]) => Promise.all(names.map(picture));
const held = () => new FakeUploads('hold');
const refusing = (...[code, reason]: [number, string]) => new FakeUploads(failure(code, reason));
const ready = () => host.references.items.every(({ state }) => state === 'ready');

describe('adding', () => {
  it('prepares and uploads pictures in their order', async () => {
    host = await mount();

    const ids = await host.references.add(await pictures('a.jpg', 'b.jpg'), 'drop', { role: 'style', alt: 'A fox' });
    expect(host.states).toBe('preparing preparing');
    await host.until(ready);

    const [first] = host.references.items;
    expect(first).toMatchObject({ id: ids[0], name: 'a.jpg', role: 'style', alt: 'A fox', progress: 1 });
    expect(first?.file?.type).toBe('image/jpeg');
    expect(first?.previewUrl).toMatch(/^blob:/);
    expect(host.log).toEqual(['add a.jpg drop style', 'add b.jpg drop style']);
    expect(host.said).toEqual(['2 pictures added.']);
  });

  it('says which number a single picture has', async () => {
    host = await mount();
    await host.addAll(...(await pictures('a.jpg')));

    await host.addAll(...(await pictures('b.jpg')));

    expect(host.said.at(-1)).toBe('Picture 2 added.');
  });

  it('rejects what is no picture, whatever it is called', async () => {
    host = await mount();

    await host.references.add([new File(['a fox'], 'fox.png', { type: 'image/png' })], 'pick');

    expect([host.names, host.log, host.said]).toEqual(['', ['reject fox.png kind'], []]);
  });

  it('rejects what is more than the page takes', async () => {
    host = await mount({ max: 2 });

    await host.references.add(await pictures('a.jpg', 'b.jpg', 'c.jpg'), 'pick');

    expect(host.names).toBe('a.jpg b.jpg');
    expect(host.log.at(-1)).toBe('reject c.jpg count');
  });

  it('leaves a file to a page that wants it', async () => {
    host = await mount({ mayAdd: false });

    await host.references.add(await pictures('a.jpg'), 'paste');

    expect([host.names, host.log]).toEqual(['', ['add a.jpg paste']]);
  });

  it('gives up a picture that turns out to be damaged', async () => {
    host = await mount();
    const whole = await twoColours(60, 40, { type: 'image/png' });

    await host.references.add([new File([whole.slice(0, 60)], 'half.png')], 'pick');
    await host.until(() => host.states === 'failed');

    expect(host.log).toEqual(['add half.png pick', 'reject half.png kind', 'fail 1 half.png TYPE_NOT_ALLOWED']);
    await expect(host.references.whenReady(NEVER)).rejects.toMatchObject({ code: 'TYPE_NOT_ALLOWED' });
  });

  it('sends a HEIC without a preview', async () => {
    host = await mount();

    await host.addAll(new File([heicWithLocation()], 'a.heic'));

    expect(host.references.items[0]?.previewUrl).toBeUndefined();
    expect(host.uploads.asked[0]?.blob.type).toBe('image/heic');
  });

  it('fetches a picture from an address', async () => {
    host = await mount();
    host.uploads.options.fetch = undefined;
    const url = URL.createObjectURL(await twoColours(60, 40));

    await host.references.addUrl(url, 'drop');

    expect(host.log).toEqual(['add  drop']);
  });

  it('rejects an address that its site does not hand out', async () => {
    host = await mount();
    host.uploads.options.fetch = undefined;

    await host.references.addUrl('http://127.0.0.1:9/fox.png', 'drop');

    expect(host.log).toEqual(['reject  address']);
  });

  it('uploads three at once', async () => {
    host = await mount({ uploads: held() });

    await host.references.add(await pictures('a', 'b', 'c', 'd', 'e'), 'pick');
    await host.until(() => host.uploads.asked.length === 3);
    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(host.states).toBe('uploading uploading uploading preparing preparing');
    host.uploads.release();
    await host.until(ready);
    expect(host.uploads.asked).toHaveLength(5);
  });
});

describe('removing and moving', () => {
  it('ends the upload and frees the preview of a removed picture', async () => {
    const revoke = vi.spyOn(URL, 'revokeObjectURL');
    host = await mount({ uploads: held() });
    await host.references.add(await pictures('a', 'b'), 'pick');
    await host.until(() => host.states === 'uploading uploading');
    const { id = '', previewUrl } = host.references.items[0] ?? {};

    host.references.remove(id);

    expect(host.names).toBe('b');
    expect(host.log.at(-1)).toBe('remove a');
    expect(host.uploads.asked[0]?.signal.aborted).toBe(true);
    expect(revoke).toHaveBeenCalledWith(previewUrl);
    revoke.mockRestore();
  });

  it.each([
    ['a', 2, 'b c a'],
    ['c', 0, 'c a b'],
    ['b', 9, 'a c b'],
    ['b', -3, 'b a c'],
  ])('moves %s to place %i: %s', async (name, index, expected) => {
    host = await mount();
    await host.addAll(...(await pictures('a', 'b', 'c')));

    host.references.move(host.references.items.find((item) => item.name === name)?.id ?? '', index);

    expect(host.names).toBe(expected);
  });
});

describe('failing', () => {
  it('keeps the picture and tries again on request', async () => {
    host = await mount({ uploads: refusing(503, 'UPSTREAM_UNAVAILABLE') });
    await host.references.add(await pictures('a'), 'pick');
    await host.until(() => host.states === 'failed');
    expect(host.log.at(-1)).toBe('fail 1 a UPSTREAM_UNAVAILABLE');
    host.uploads.answer = 'ok';

    host.references.retry(host.references.items[0]?.id ?? '');
    await host.until(ready);

    expect(host.references.items[0]?.problem).toBeUndefined();
  });

  it('is told by whenReady, after one more try where that makes sense', async () => {
    host = await mount({ uploads: refusing(503, 'UPSTREAM_UNAVAILABLE') });
    await host.references.add(await pictures('a'), 'pick');
    await host.until(() => host.states === 'failed');

    await expect(host.references.whenReady(NEVER)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(host.uploads.asked).toHaveLength(2);
  });

  it('is final where a second try would fail too', async () => {
    host = await mount({ uploads: refusing(413, 'BODY_TOO_LARGE') });
    await host.references.add(await pictures('a'), 'pick');
    await host.until(() => host.states === 'failed');

    await expect(host.references.whenReady(NEVER)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE', retryable: false });
    expect(host.uploads.asked).toHaveLength(1);
  });
});

describe('whenReady', () => {
  it('waits for the addresses and gives them in the order of the pictures', async () => {
    host = await mount({ uploads: held(), now: 5 });
    await host.references.add(await pictures('a', 'b'), 'pick', { alt: 'A fox' });

    const sent = host.references.whenReady(NEVER);
    await host.until(() => host.uploads.asked.length === 2);
    host.uploads.release();

    const common = { mimeType: 'image/jpeg', alt: 'A fox', at: 5 };
    expect(await sent).toEqual(host.references.items.map(({ uri }) => ({ uri, ...common })));
  });

  it('gives an empty list at once', async () => {
    host = await mount();

    expect(await host.references.whenReady(NEVER)).toEqual([]);
  });

  it('ends with its signal while the uploads go on', async () => {
    host = await mount({ uploads: held() });
    await host.references.add(await pictures('a'), 'pick');
    const abort = new AbortController();
    const sent = host.references.whenReady(abort.signal);
    await host.until(() => host.states === 'uploading');

    abort.abort();

    await expect(sent).rejects.toThrow('aborted');
    host.uploads.release();
    await host.until(ready);
  });

  it('uploads again what the worker is about to delete', async () => {
    host = await mount();
    await host.addAll(...(await pictures('a')));
    const before = await host.references.whenReady(NEVER);
    host.now = 46 * HOUR;
    expect(await host.references.whenReady(NEVER)).toEqual(before);

    host.now = 48 * HOUR;
    const after = await host.references.whenReady(NEVER);

    expect(after[0]?.uri).not.toBe(before[0]?.uri);
    expect(after[0]?.at).toBe(48 * HOUR);
  });
});

describe('using the pictures of an earlier request', () => {
  it('shows them again without a new upload', async () => {
    host = await mount();
    await host.addAll(...(await pictures('a', 'b')));
    const sent = await host.references.whenReady(NEVER);
    host.references.clear();
    expect([host.names, host.log.includes('remove a')]).toEqual(['', false]);

    host.references.use(sent.toReversed());
    await host.updateComplete;

    expect(host.names).toBe('b a');
    expect(await host.references.whenReady(NEVER)).toEqual(sent.toReversed());
    expect(host.uploads.asked).toHaveLength(2);
    const image = host.inside('img') as HTMLImageElement;
    await image.decode();
    expect(image.naturalWidth).toBe(60);
  });

  it('takes addresses from before a reload until they expire', async () => {
    host = await mount();
    const sent = { uri: 'https://peel.example/v1beta/files/old', mimeType: 'image/png', alt: 'A fox', at: 0 };

    host.references.use([sent]);

    expect(await host.references.whenReady(NEVER)).toEqual([sent]);
    host.now = 48 * HOUR;
    await expect(host.references.whenReady(NEVER)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('an element', () => {
  it('keeps its uploads when the page moves it', async () => {
    host = await mount({ uploads: held() });
    await host.references.add(await pictures('a'), 'pick');
    await host.until(() => host.states === 'uploading');
    const { previewUrl } = host.references.items[0] ?? {};

    const place = document.createElement('div');
    document.body.append(place);
    place.append(host);
    await host.updateComplete;

    expect(host.uploads.asked[0]?.signal.aborted).toBe(false);
    expect(host.references.items[0]?.previewUrl).toBe(previewUrl);
    place.replaceWith(host);
  });

  it('ends its uploads when it leaves the page, and goes on when it is back', async () => {
    host = await mount({ uploads: held() });
    await host.references.add(await pictures('a', 'b'), 'pick');
    await host.until(() => host.states === 'uploading uploading');

    host.remove();
    await host.updateComplete;
    expect(host.uploads.asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(host.references.items[0]?.previewUrl).toBeUndefined();
    host.uploads.answer = 'ok';
    document.body.append(host);
    await host.until(ready);

    expect(host.uploads.asked).toHaveLength(4);
    await (host.inside('img') as HTMLImageElement).decode();
  });

  it('that is not yet in the page waits with its pictures', async () => {
    host = document.createElement('references-host') as ReferencesHost;
    await host.references.add(await pictures('a'), 'script');
    expect(host.states).toBe('preparing');

    document.body.append(host);

    await host.until(ready);
  });
});
