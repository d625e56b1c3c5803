import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Part } from '../../worker/request/request.ts';
import { digestsOf, signatureDigest } from '../../worker/request/signature-digest.ts';

const BYTES = Buffer.from([0xfb, 0xff, 0xfe, 1]);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const signed = (signature: NonNullable<Part['signature']>): Part => ({ kind: 'text', text: 'a', signature });

it.each(['+//+AQ==', '-__-AQ', '+//+AQ'])('%s is named by its bytes', async (text) => {
  expect(await signatureDigest(text)).toBe(sha256(BYTES));
});

it('names the last signatures of a request first, each once and no more than asked for', async () => {
  const turns = [
    { role: 'model' as const, parts: [signed({ text: 'AAAA' }), signed({ input: 0 })] },
    { role: 'user' as const, parts: [{ kind: 'text' as const, text: 'more' }] },
    { role: 'model' as const, parts: [signed({ text: '+//+AQ==' }), signed({ input: 0 })] },
  ];
  const inputs = [{ sha256: 'lifted' }];

  expect(await digestsOf({ turns }, inputs, 16)).toEqual(['lifted', sha256(BYTES), sha256(Buffer.alloc(3))]);
  expect(await digestsOf({ turns }, inputs, 2)).toEqual(['lifted', sha256(BYTES)]);
});
