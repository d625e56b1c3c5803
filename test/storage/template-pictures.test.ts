import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { createReferenceReader } from '../../worker/storage/references.ts';
import { createTemplatePictures, MAX_TEMPLATE_PICTURE_BYTES } from '../../worker/storage/template-pictures.ts';
import { wholePng } from '../files/whole-images.ts';
import { gif } from '../request/images.ts';
import { emptyBucket, hexOf } from './pictures.ts';

afterEach(emptyBucket);

const pictures = createTemplatePictures(env.BUCKET);
const { find } = createReferenceReader(env.BUCKET, Date.now);
const reference = (site: string, id: string) => ({ kind: 'template' as const, site, id, field: 'template' });

describe('a picture of a template', () => {
  it('is kept under its digest, once however often it is put', async () => {
    const bytes = wholePng(3000);
    const id = hexOf(bytes);

    const first = await pictures.keep('mugs', bytes);
    const second = await pictures.keep('mugs', bytes);

    expect(first).toEqual({ ok: true, value: { id, bytes: 3000, mimeType: 'image/png', width: 8, height: 6 } });
    expect(second).toEqual(first);
    const { objects } = await env.BUCKET.list();
    expect(objects.map(({ key }) => key)).toEqual([`templates/mugs/${id}`]);
    expect(await find([reference('mugs', id)])).toEqual({
      ok: true,
      value: [
        {
          ...{ kind: 'image', object: `templates/mugs/${id}`, size: 3000, sha256: id },
          image: { mimeType: 'image/png' },
        },
      ],
    });
  });

  it('is its site’s alone', async () => {
    const bytes = wholePng(900);
    const id = hexOf(bytes);
    await pictures.keep('mugs', bytes);

    expect(await pictures.missing('mugs', [id, '0'.repeat(64)])).toEqual(['0'.repeat(64)]);
    expect(await pictures.missing('cups', [id])).toEqual([id]);
    expect(await find([reference('cups', id)])).toMatchObject({ failure: { reason: 'CONFIG_BROKEN' } });
  });

  it.each([
    { name: 'a GIF', bytes: gif() },
    { name: 'half a picture', bytes: wholePng(900).subarray(0, 500) },
    { name: 'a picture with a page behind it', bytes: Uint8Array.from([...wholePng(900), ...Buffer.from('<html>')]) },
    { name: 'nothing', bytes: new Uint8Array() },
    { name: 'too many bytes', bytes: wholePng(MAX_TEMPLATE_PICTURE_BYTES + 1) },
  ])('is not $name', async ({ bytes }) => {
    const kept = await pictures.keep('mugs', bytes);

    expect(kept.ok).toBe(false);
    expect((await env.BUCKET.list()).objects).toEqual([]);
  });
});
