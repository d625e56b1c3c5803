import { expect, it } from 'vitest';
import { shortSignaturesOf } from '../../../worker/gemini/forms/signatures.ts';
import type { Chunk } from '../../../worker/gemini/lift/skeleton.ts';

const event = (...parts: string[]): Chunk => [`data: {"candidates":[{"content":{"parts":[${parts.join()}]}}]}\r\n\r\n`];

it('finds what stayed in the text, in either spelling, in order', () => {
  const chunks = [
    event('{"text":"a","thoughtSignature":"QUJD"}', '{"text":"b"}'),
    [': heartbeat\n\n'],
    event('{"text":"","thought_signature":"-_-_"}'),
  ];

  expect(shortSignaturesOf(chunks, 'sse')).toEqual(['QUJD', '-_-_']);
});

it('leaves out what was lifted, and what is no base64', () => {
  const lifted = { kind: 'signature', n: 0, bytes: 9000 } as const;
  const chunk: Chunk = [
    '{"candidates":[{"content":{"parts":[{"thoughtSignature":"',
    lifted,
    '"},{"thoughtSignature":"a b"}]}}]}',
  ];

  expect(shortSignaturesOf([chunk], 'json')).toEqual([]);
});
