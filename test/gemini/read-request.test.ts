import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createByteBudget } from '../../worker/gemini/byte-budget.ts';
import { MAX_BODY_BYTES, readRequestBody } from '../../worker/gemini/read-request.ts';
import { jpeg, png } from '../domain/images.ts';

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const SIGNATURE = new Uint8Array(5000).fill(7);

async function read(body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'Content-Type': 'application/json' };
  return readRequestBody(
    new Request('https://peel.example', { method: 'POST', headers, body: text }),
    createByteBudget(() => 0),
  );
}

const withParts = (...parts: unknown[]) => ({ contents: [{ parts }] });

describe('a body', () => {
  it('is read into its JSON and what was lifted out of it, each with length, digest and what it is', async () => {
    const result = await read(
      withParts(
        { inlineData: { mimeType: 'image/png', data: base64(png(8, 6)) }, thoughtSignature: base64(SIGNATURE) },
        { inlineData: { mimeType: 'image/png', data: base64(jpeg(20, 10)) } },
        { inlineData: { mimeType: 'image/png', data: base64(Uint8Array.of(1, 2, 3)) } },
      ),
    );
    if (!result.ok) throw new Error(JSON.stringify(result.failure));

    expect(result.value.value).toEqual(
      withParts(
        { inlineData: { mimeType: 'image/png', data: 'input:0' }, thoughtSignature: 'input:1' },
        { inlineData: { mimeType: 'image/png', data: 'input:2' } },
        { inlineData: { mimeType: 'image/png', data: 'input:3' } },
      ),
    );
    const known = result.value.inputs.map(({ bytes, ...facts }) => ({
      ...facts,
      isWhole: bytes.length === facts.size,
    }));
    expect(known).toEqual([
      {
        kind: 'image',
        size: png(8, 6).length,
        sha256: hashOf(png(8, 6)),
        image: { mimeType: 'image/png', width: 8, height: 6 },
        isWhole: true,
      },
      { kind: 'signature', size: 5000, sha256: hashOf(SIGNATURE), isWhole: true },
      {
        kind: 'image',
        size: jpeg(20, 10).length,
        sha256: hashOf(jpeg(20, 10)),
        image: { mimeType: 'image/jpeg', width: 20, height: 10 },
        isWhole: true,
      },
      { kind: 'image', size: 3, sha256: hashOf(Uint8Array.of(1, 2, 3)), isWhole: true },
    ]);
  });

  it.each([
    ['with more than 512 lifted strings', withParts(...Array(513).fill({ inlineData: { data: 'AAAA' } })), 'contents'],
    ['that is cut short', '{"contents":[', 'body'],
    ['that is no JSON', '<html>', 'body'],
  ])('%s is refused by name', async (_name, body, field) => {
    expect(await read(body)).toMatchObject({ ok: false, failure: { reason: 'INVALID_FIELD', field } });
  });

  it('with more text than a prompt can have is refused by that, though it is not too long', async () => {
    expect(await read(withParts({ text: 'x'.repeat(3 * 1024 * 1024) }))).toEqual({
      ok: false,
      failure: {
        reason: 'INVALID_FIELD',
        field: 'body',
        rule: 'must have at most 2097152 bytes beside its pictures and signatures',
      },
    });
  });

  it('over 32 MiB is too large, whatever its length was said to be', async () => {
    const data = 'A'.repeat(MAX_BODY_BYTES + 4);
    const result = await read(withParts({ inlineData: { mimeType: 'image/png', data } }));

    // Not the result itself: a difference would print 24 MiB.
    expect(result.ok ? 'read' : result.failure).toEqual({ reason: 'BODY_TOO_LARGE', maxBytes: MAX_BODY_BYTES });
  });
});
