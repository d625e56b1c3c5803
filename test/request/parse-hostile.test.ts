import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseGenerateRequest } from '../../worker/request/parse.ts';
import { signatureReference } from '../../worker/request/signature-reference.ts';
import { context as contextOf, imageOf, ORIGIN, SECRET } from './bodies.ts';
import { png } from './images.ts';

const context = contextOf({ inputs: [imageOf(png(8, 6))] });

const NAMES = [
  'contents',
  'parts',
  'role',
  'text',
  'inlineData',
  'inline_data',
  'data',
  'mimeType',
  'fileData',
  'fileUri',
  'thought',
  'thoughtSignature',
  'systemInstruction',
  'safetySettings',
  'category',
  'threshold',
  'tools',
  'googleSearch',
  'searchTypes',
  'imageSearch',
  'generationConfig',
  'imageConfig',
  'imageSize',
  'aspectRatio',
  'thinkingConfig',
  'thinkingLevel',
  'seed',
  'responseModalities',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  'x',
];
const VALUES = [
  'user',
  'model',
  'a red fox',
  '',
  'input:0',
  'input:1',
  `${ORIGIN}/images/b${'0'.repeat(32)}/0.png`,
  signatureReference(SECRET, { id: `b${'0'.repeat(32)}`, n: 0, site: 'default' }),
  'image/png',
  '1K',
  '16:9',
  'high',
  'IMAGE',
  'QUJD',
  '\ud800',
  '1e999',
];

const anyJson = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 7, withCrossShrink: true },
    fc.oneof(fc.constantFrom(...VALUES), fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 3 }),
    // JSON.parse makes `__proto__` an own property, and so does fromEntries.
    fc
      .array(fc.tuple(fc.constantFrom(...NAMES), tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

it('refuses or reads any JSON, and never throws', () => {
  let read = 0;
  const wrapped = anyJson.map((parts) => ({ contents: [{ parts }] }));

  fc.assert(
    fc.property(fc.oneof(anyJson, wrapped), (body) => {
      const result = parseGenerateRequest(body, context);
      if (result.ok) {
        read += 1;
        expect(result.value.request.turns.at(-1)?.role).toBe('user');
        expect(JSON.stringify(result.value)).not.toMatch(/\\ud[89a-f]/);
      } else {
        expect(['INVALID_FIELD', 'UNKNOWN_FIELD', 'UNSUPPORTED_VALUE', 'URI_NOT_ALLOWED']).toContain(
          result.failure.reason,
        );
      }
    }),
    { numRuns: 3000, examples: [[{ contents: [{ parts: [{ text: 'a red fox' }] }] }]] },
  );
  expect(read).toBeGreaterThan(0);
});

it('leaves prototypes as they are', () => {
  const body = JSON.parse('{"contents":[{"parts":[{"text":"x"}]}],"toolConfig":{"__proto__":{"polluted":true}}}');

  expect(parseGenerateRequest(body, context).ok).toBe(true);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

it('reads a name from the prototype of nothing', () => {
  // An object that inherits `contents` has no field of its own.
  const body = Object.create({ contents: [{ parts: [{ text: 'x' }] }] });

  expect(parseGenerateRequest(body, context)).toMatchObject({ ok: false, failure: { field: 'contents' } });
});

it('does not follow nesting where no field leads', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`);

  expect(parseGenerateRequest({ contents: [{ parts: [{ text: 'x' }] }], toolConfig: deep }, context).ok).toBe(true);
  expect(parseGenerateRequest({ contents: deep }, context)).toMatchObject({
    ok: false,
    failure: { field: 'contents.a' },
  });
});

it.each([
  ['turns', (parts: object[]) => parts.map((part) => ({ parts: [part] }))],
  ['parts', (parts: object[]) => [{ parts }]],
])('stops at the first thing that is wrong, however many %s come after it', (_name, toContents) => {
  let read = 0;
  const counted = (part: object) =>
    new Proxy(part, {
      ownKeys(target) {
        read += 1;
        return Reflect.ownKeys(target);
      },
    });
  const parts = [{ text: 'x', thought: 'no' }, ...Array.from({ length: 1000 }, () => ({ text: 'x' }))].map(counted);

  const result = parseGenerateRequest({ contents: toContents(parts) }, context);

  expect(result).toMatchObject({ ok: false, failure: { field: 'contents[0].parts[0].thought' } });
  expect(read).toBe(1);
});
