import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { KeptReference } from '../../worker/request/parse-references.ts';
import { blobKey } from '../../worker/storage/keys.ts';
import { createReferenceReader } from '../../worker/storage/references.ts';
import { gif, jpeg, png } from '../request/images.ts';
import { emptyBucket, hexOf as hashOf } from './pictures.ts';
import { watchBucket } from './watched-bucket.ts';

const ID = `b${'0'.repeat(32)}`;
const DAY_MS = 86_400_000;
const MIB = 1024 * 1024;

const picture = (changes: Partial<KeptReference> = {}): KeptReference =>
  ({
    ...{ kind: 'image', site: 'default', id: ID, n: 0, mimeType: 'image/png', field: 'fileUri' },
    ...changes,
  }) as KeptReference;
const signature = (changes: Partial<KeptReference> = {}): KeptReference =>
  ({ kind: 'signature', id: ID, n: 0, field: 'thoughtSignature', ...changes }) as KeptReference;

/** A PNG of 8 × 6 pixels and so many bytes. */
function pngOf(size: number): Uint8Array {
  const bytes = new Uint8Array(size).fill(7);
  bytes.set(png(8, 6).subarray(0, size));
  return bytes;
}

async function store(kind: 'images' | 'signatures', bytes: Uint8Array, { sha256 = '', id = ID, n = 0 } = {}) {
  await env.BUCKET.put(blobKey(kind, id, n), bytes, { ...(sha256 && { customMetadata: { sha256 } }) });
}

function reader(now = () => Date.now(), refuse?: Parameters<typeof watchBucket>[0]) {
  const { bucket, asked } = watchBucket(refuse);
  return { ...createReferenceReader(bucket, now), asked };
}

/** Finds and digests. */
async function resolve(read: ReturnType<typeof reader>, ...references: KeptReference[]) {
  const found = await read.find(references);
  if (!found.ok) throw new Error(JSON.stringify(found.failure));
  return read.digest(found.value);
}

afterEach(emptyBucket);

describe('a picture that is named', () => {
  it.each([
    ['small', 100],
    ['as long as what is looked at', 65_536],
    ['of 6 MiB', 6 * MIB],
  ])('is known by its size, type, pixels and digest: one that is %s', async (_name, size) => {
    const bytes = pngOf(size);
    await store('images', bytes);

    expect(await resolve(reader(), picture())).toEqual([
      {
        kind: 'image',
        object: blobKey('images', ID, 0),
        size,
        sha256: hashOf(bytes),
        image: { mimeType: 'image/png', width: 8, height: 6 },
      },
    ]);
  });

  it('is not read through where its digest was stored with it', async () => {
    await store('images', pngOf(MIB), { sha256: 'ab'.repeat(32) });
    const read = reader();

    const [input] = await resolve(read, picture());

    expect(input?.sha256).toBe('ab'.repeat(32));
    expect(read.asked).toEqual([['get', blobKey('images', ID, 0)]]);
  });

  it.each(['AB'.repeat(32), 'ab', `${'ab'.repeat(32)} `])(
    'is read through where that is no digest: %j',
    async (sha256) => {
      const bytes = pngOf(100);
      await store('images', bytes, { sha256 });

      expect(await resolve(reader(), picture())).toMatchObject([{ sha256: hashOf(bytes) }]);
    },
  );

  it('is read through once in an isolate, and asked after each time', async () => {
    await store('images', pngOf(MIB));
    const read = reader();

    const first = await resolve(read, picture());
    const second = await resolve(read, picture());
    await env.BUCKET.delete(blobKey('images', ID, 0));

    expect(second).toEqual(first);
    expect(read.asked.map(([method]) => method)).toEqual(['get', 'get', 'head']);
    expect(await read.find([picture()])).toMatchObject({ ok: false, failure: { reason: 'NOT_FOUND' } });
  });

  it('is not found where there is none', async () => {
    const field = 'contents[0].parts[1].fileData.fileUri';

    expect(await reader().find([picture({ field })])).toEqual({
      ok: false,
      failure: { reason: 'NOT_FOUND', what: `The picture of ${field}` },
    });
  });

  it.each([
    ['a', 7],
    ['b', 30],
    ['c', 90],
  ])('of class %s is gone after %i days, though it is still there', async (letter, days) => {
    const id = letter + '0'.repeat(32);
    await store('images', pngOf(100), { id });
    const { uploaded } = (await env.BUCKET.head(blobKey('images', id, 0))) as R2Object;
    const end = uploaded.getTime() + days * DAY_MS;

    expect(await reader(() => end - 1).find([picture({ id })])).toMatchObject({ ok: true });
    expect(await reader(() => end).find([picture({ id })])).toMatchObject({
      ok: false,
      failure: { reason: 'NOT_FOUND' },
    });
  });

  it('is what its bytes say: another type than its address has is no address', async () => {
    await store('images', jpeg(8, 6));
    await store('images', gif(), { n: 1 });

    for (const n of [0, 1]) {
      expect(await reader().find([picture({ n })])).toMatchObject({ ok: false, failure: { reason: 'NOT_FOUND' } });
    }
  });

  it('is refused as an inline one would be, where its bytes tell nothing', async () => {
    await store('images', Uint8Array.of(1, 2, 3));

    expect(await reader().find([picture()])).toMatchObject({
      ok: false,
      failure: { reason: 'INVALID_FIELD', field: 'fileUri' },
    });
  });

  it('is found though R2 fails twice, and an error where it fails for good', async () => {
    await store('images', pngOf(100));
    let left = 2;
    const twice = () => (left-- > 0 ? new Error('internal error (10001)') : undefined);

    expect(await resolve(reader(Date.now, twice), picture())).toMatchObject([{ size: 100 }]);
    await expect(reader(Date.now, () => new Error('10001')).find([picture()])).rejects.toThrow('10001');
  });
});

describe('a signature that is named', () => {
  it('is known by its size and digest, and has no picture', async () => {
    const bytes = new Uint8Array(5000).fill(9);
    await store('signatures', bytes, { n: 2 });

    expect(await resolve(reader(), signature({ n: 2 }))).toEqual([
      { kind: 'signature', object: blobKey('signatures', ID, 2), size: 5000, sha256: hashOf(bytes) },
    ]);
  });

  it('needs no byte of it where its digest was stored', async () => {
    await store('signatures', new Uint8Array(5000), { sha256: 'cd'.repeat(32) });
    const read = reader();

    expect(await resolve(read, signature())).toMatchObject([{ sha256: 'cd'.repeat(32) }]);
    expect(read.asked.map(([method]) => method)).toEqual(['head']);
  });

  it('is not found where there is none, though a picture has its number', async () => {
    await store('images', pngOf(100));

    expect(await reader().find([signature()])).toEqual({
      ok: false,
      failure: { reason: 'NOT_FOUND', what: 'The signature of thoughtSignature' },
    });
  });
});

describe('a picture that a template has to have made', () => {
  const form = { site: 'mugs', template: 'one' };
  const stored = async (customMetadata: Record<string, string>) => {
    await env.BUCKET.put(blobKey('images', ID, 0), pngOf(100), { customMetadata });
    const read = reader();
    // The second look needs no bytes of the picture, and reads its labels all the same.
    return Promise.all([read.find([picture(form)]), read.find([picture(form)])]);
  };

  it('is found where it has made it', async () => {
    expect(await stored({ site: 'mugs', key: 'k', template: 'one' })).toMatchObject([{ ok: true }, { ok: true }]);
  });

  it.each([
    { name: 'another site with the same template', labels: { site: 'cups', key: 'k', template: 'one' } },
    { name: 'another version', labels: { site: 'mugs', key: 'k', template: 'two' } },
    { name: 'free words', labels: { site: 'mugs', key: 'k' } },
    { name: 'a run before there were labels', labels: {} },
  ])('is not found where $name has made it', async ({ labels }) => {
    const failure = { reason: 'NOT_FOUND', what: 'The picture of fileUri', hint: expect.stringContaining('its form') };

    expect(await stored(labels)).toEqual(Array(2).fill({ ok: false, failure }));
  });
});

describe('a picture of a site', () => {
  it.each([
    { name: 'the site that has it', labels: { site: 'mugs', key: 'k' }, site: 'mugs', isFound: true },
    { name: 'another site', labels: { site: 'mugs', key: 'k' }, site: 'cups', isFound: false },
    { name: 'the site default', labels: { site: 'mugs', key: 'k' }, site: 'default', isFound: false },
    { name: 'the site default, where it has no label', labels: {}, site: 'default', isFound: true },
    { name: 'another site, where it has no label', labels: {}, site: 'mugs', isFound: false },
  ])('is there for $name: $isFound', async ({ labels, site, isFound }) => {
    await env.BUCKET.put(blobKey('images', ID, 0), pngOf(100), { customMetadata: labels });
    const read = reader();
    const gone = { ok: false, failure: { reason: 'NOT_FOUND', what: 'The picture of fileUri' } };

    const found = [await read.find([picture({ site })]), await read.find([picture({ site })])];

    expect(found).toEqual(Array(2).fill(isFound ? expect.objectContaining({ ok: true }) : gone));
  });
});

it('as many as are named are found, in order', async () => {
  const numbers = Array.from({ length: 20 }, (_, n) => n);
  await Promise.all(numbers.map((n) => store('images', pngOf(100 + n), { n })));
  const inputs = await resolve(reader(), ...numbers.map((n) => picture({ n })));

  expect(inputs.map(({ size }) => size)).toEqual(numbers.map((n) => 100 + n));
});
