import { describe, expect, it } from 'vitest';
import { toLinks } from '../../../worker/gemini/forms/links.ts';
import type { Chunk } from '../../../worker/gemini/lift/skeleton.ts';
import type { Form } from '../../../worker/request/target.ts';

const options = {
  image: (n: number, mimeType: string) => ({
    mimeType,
    fileUri: `https://peel.example/images/b1/${n}.${mimeType.split('/')[1]}`,
  }),
  signatureRef: (n: number) => `ref${n}`,
};
const image = { kind: 'image', n: 2, bytes: 3 } as const;
const signature = { kind: 'signature', n: 1, bytes: 9000 } as const;

describe('toLinks', () => {
  it.each<{ name: string; form: Form; chunk: Chunk; expected: string }>([
    {
      name: 'a picture and its signature',
      form: 'json',
      chunk: [
        '{"parts":[{"inlineData":{"mimeType":"image/jpeg","data":"',
        image,
        '"},"thoughtSignature":"',
        signature,
        '"}]}',
      ],
      expected:
        '{"parts":[{"fileData":{"mimeType":"image/jpeg","fileUri":"https://peel.example/images/b1/2.jpeg"},"thoughtSignature":"ref1"}]}',
    },
    {
      name: 'snake_case, and a draft',
      form: 'sse',
      chunk: ['data: {"thought":true,"inline_data":{"data":"', image, '","mime_type":"image/png"}}\r\n\r\n'],
      expected:
        'data: {"thought":true,"fileData":{"mimeType":"image/png","fileUri":"https://peel.example/images/b1/2.png"}}\r\n\r\n',
    },
    {
      name: 'an element of an array, with its comma',
      form: 'array',
      chunk: ['\n,\n{"inlineData":{"data":"', image, '"}}'],
      expected: '\n,\n{"fileData":{"mimeType":"image/png","fileUri":"https://peel.example/images/b1/2.png"}}',
    },
    {
      name: 'a picture that was never lifted',
      form: 'json',
      chunk: ['{"inlineData":{"data":""}}'],
      expected: '{"inlineData":{"data":""}}',
    },
    {
      name: 'arguments of a function',
      form: 'json',
      chunk: ['{"function_call":{"args":{"my_key":1}}}'],
      expected: '{"functionCall":{"args":{"my_key":1}}}',
    },
    { name: 'a comment', form: 'sse', chunk: [': wait\n\n'], expected: ': wait\n\n' },
    { name: 'the end of an array', form: 'array', chunk: ['\n]'], expected: '\n]' },
    {
      name: 'a list of errors',
      form: 'json',
      chunk: ['[{"error":{"code":400}}]\n'],
      expected: '[{"error":{"code":400}}]\n',
    },
  ])('rewrites $name', ({ form, chunk, expected }) => {
    expect(toLinks(chunk, form, options)).toEqual([expected]);
  });
});
