import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { FILE_LIFE_MS, type StoredFile } from '../../worker/files/file.ts';
import { createFiles } from '../../worker/storage/files.ts';
import { fileBytesKey } from '../../worker/storage/keys.ts';
import { emptyBucket } from './pictures.ts';
import { watchBucket } from './watched-bucket.ts';

const NOW = 1_790_000_000_000;
const ID = '4'.repeat(32);

const file = (changes: Partial<StoredFile> = {}): StoredFile => ({
  id: ID,
  maker: 'client-dev',
  object: fileBytesKey('shop', '1'.repeat(32)),
  size: 5,
  sha256: 'ab'.repeat(32),
  image: { mimeType: 'image/png', width: 8, height: 6 },
  displayName: 'Füchsin 🦊 "1/2"',
  createdAt: NOW,
  ...changes,
});
const keys = async () => (await env.BUCKET.list()).objects.map(({ key }) => key);
const files = (now = NOW, refuse?: Parameters<typeof watchBucket>[0]) =>
  createFiles(refuse ? watchBucket(refuse).bucket : env.BUCKET, () => now);

afterEach(emptyBucket);

describe('a file', () => {
  it.each([
    ['all that is known', file()],
    ['no name to show', (({ displayName: _, ...rest }) => rest)(file())],
    ['no pixels', file({ image: { mimeType: 'image/heic' } })],
    ['the longest name', file({ displayName: '狐'.repeat(512) })],
  ])('is found as it was added, with %s', async (_name, added) => {
    expect(await files().add('shop', added)).toEqual(added);

    expect(await files().find('shop', ID)).toEqual(added);
    expect(await files().list('shop', 'client-dev', { size: 10 })).toEqual({ files: [added] });
    expect(await files().find('other', ID)).toBeUndefined();
  });

  it('is the first of two that end one upload: the bytes of the second go', async () => {
    const second = file({ object: fileBytesKey('shop', '2'.repeat(32)), sha256: 'cd'.repeat(32), createdAt: NOW + 1 });
    await env.BUCKET.put(second.object, 'bytes');
    await files().add('shop', file());

    expect(await files().add('shop', second)).toEqual(file());
    expect(await files().find('shop', ID)).toEqual(file());
    expect(await keys()).not.toContain(second.object);
    expect((await files().list('shop', 'client-dev', { size: 10 })).files).toEqual([file()]);
  });

  it.each([1, 0])('is the first of two that are added at once, %i ms apart', async (apart) => {
    const second = file({
      ...{ object: fileBytesKey('shop', '2'.repeat(32)), sha256: 'cd'.repeat(32), createdAt: NOW + apart },
    });
    const both = [file(), second];
    await Promise.all(both.map(({ object }) => env.BUCKET.put(object, 'bytes')));

    const [one, other] = await Promise.all(both.map((each) => files().add('shop', each)));

    expect(one).toEqual(other);
    const found = (await files().list('shop', 'client-dev', { size: 10 })).files;
    expect(found).toEqual([one]);
    expect(await keys()).toHaveLength(3);
    expect(await keys()).toContain(one!.object);
  });

  it('may be added again by a caller that did not hear of it', async () => {
    await files().add('shop', file());

    expect(await files().add('shop', file())).toEqual(file());
    expect(await keys()).toHaveLength(2);
  });

  it('is not there where R2 takes one half of it', async () => {
    const refuse = (method: string, key: string) =>
      method === 'put' && key.includes('/makers/') ? new Error('10001') : undefined;

    await expect(files(NOW, refuse).add('shop', file())).rejects.toThrow('10001');
    expect(await keys()).toEqual([]);
  });

  it('is found until its end and not after, though it is still there', async () => {
    await files().add('shop', file());

    expect(await files(NOW + FILE_LIFE_MS - 1).find('shop', ID)).toEqual(file());
    expect(await files(NOW + FILE_LIFE_MS).find('shop', ID)).toBeUndefined();
  });

  it('is nothing that is only stored where files are', async () => {
    await env.BUCKET.put(`files/shop/${ID}`, 'bytes', { customMetadata: { sha256: 'ab'.repeat(32) } });

    expect(await files().find('shop', ID)).toBeUndefined();
    expect(await files().find('shop', `inputs/${ID}`)).toBeUndefined();
  });
});

describe('a list', () => {
  const made = (at: number, maker = 'client-dev') =>
    file({ id: at.toString(16).padStart(32, '0'), createdAt: NOW + at * 1000, maker });

  it('has the newest first and ends where the next is past its life', async () => {
    for (const at of [0, 1, 2, 3, 40]) await files().add('shop', made(at));
    await files().add('shop', made(5, 'client-de'));
    const list = (now: number, token?: string) =>
      files(now).list('shop', 'client-dev', { size: 2, ...(token && { token }) });

    const first = await list(NOW);
    const second = await list(NOW, first.nextPageToken);
    const third = await list(NOW, second.nextPageToken);
    const aged = await list(NOW + FILE_LIFE_MS + 2000, first.nextPageToken);

    expect(first.files).toEqual([made(40), made(3)]);
    expect(second.files).toEqual([made(2), made(1)]);
    expect(third).toEqual({ files: [made(0)] });
    expect(aged).toEqual({ files: [] });
  });
});
