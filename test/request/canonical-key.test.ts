import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CanonicalSubject, canonicalKey, canonicalRequest } from '../../worker/request/canonical-key.ts';
import type { GenerateRequest, Part } from '../../worker/request/request.ts';
import { imageOf, parsed } from './bodies.ts';
import { jpeg, png } from './images.ts';
import { modelOf, request, userTurn } from './requests.ts';

const FOX = 'f'.repeat(64);
const CAT = 'c'.repeat(64);
const SIGNATURE_BYTES = new TextEncoder().encode('ABC??>');

const subject = (changes: Partial<CanonicalSubject> = {}): CanonicalSubject => ({
  site: 'default',
  audience: 'visitors',
  request: request(),
  inputs: [{ sha256: FOX }, { sha256: CAT }],
  ...changes,
});
const asking = (changes: Partial<GenerateRequest>, more: Partial<CanonicalSubject> = {}) =>
  subject({ request: request(changes), ...more });
const withParts = (...parts: Part[]) => asking({ turns: [userTurn(...parts)] });
const fox = { kind: 'image', mimeType: 'image/png', input: 0 } as const;

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The key of a body as a caller sends it. */
async function keyOf(body: object, model = 'nano-banana-2'): Promise<string> {
  const inputs = [png(8, 6), jpeg(8, 6)].map(imageOf);
  return canonicalKey(subject({ request: parsed(body, { model: modelOf(model), inputs }) }));
}

describe('canonicalKey', () => {
  it('is the SHA-256 of the canonical request, in lower-case hex', async () => {
    const text = await canonicalRequest(subject());

    expect(await canonicalKey(subject())).toBe(await sha256(new TextEncoder().encode(text)));
    expect(await canonicalKey(subject())).toMatch(/^[0-9a-f]{64}$/);
  });

  it('never changes for a request that was once stored', async () => {
    expect(await canonicalRequest(subject())).toBe(
      '["peel-request-2","default","visitors","","","gemini-3.1-flash-image",[["size","1K"]],[["user",["text","a red fox",false,null]]]]',
    );
  });

  const plain = { contents: [{ role: 'user', parts: [{ text: 'a red fox' }] }] };
  it.each([
    {
      name: 'the defaults spelled out',
      body: {
        ...plain,
        generationConfig: {
          responseModalities: ['IMAGE', 'TEXT'],
          imageConfig: { imageSize: '1K' },
          thinkingConfig: { thinkingLevel: 'MINIMAL', includeThoughts: false },
          candidateCount: 1,
        },
      },
    },
    {
      name: 'other spellings',
      body: { generation_config: { image_config: { image_size: '1k' } }, contents: { parts: { text: 'a red fox' } } },
    },
    { name: 'what is ignored', body: { ...plain, toolConfig: { anything: true }, tools: [] } },
  ])('is the same with $name', async ({ body }) => {
    expect(await keyOf(body)).toBe(await keyOf(plain));
  });

  it('is the same for all spellings of a size', async () => {
    const sizes = ['512', '512px', '0.5K', '0.5k'].map((imageSize) =>
      keyOf({ ...plain, generationConfig: { imageConfig: { imageSize } } }),
    );

    expect(new Set(await Promise.all(sizes)).size).toBe(1);
  });

  it('is the same in any order of keys, categories and modalities', async () => {
    const category = (name: string) => ({ category: `HARM_CATEGORY_${name}`, threshold: 'OFF' });
    const one = {
      ...plain,
      safetySettings: [category('HARASSMENT'), category('HATE_SPEECH')],
      generationConfig: { seed: 1, topP: 0.5 },
    };
    const other = {
      generationConfig: { topP: 0.5, seed: 1 },
      safetySettings: [category('HATE_SPEECH'), category('HARASSMENT')],
      ...plain,
    };

    expect(await keyOf(other)).toBe(await keyOf(one));
  });

  it('names a picture by its bytes, wherever it stands among the inputs and whatever it is declared as', async () => {
    const moved = {
      ...withParts({ ...fox, mimeType: 'image/webp', input: 1 }),
      inputs: [{ sha256: CAT }, { sha256: FOX }],
    };

    expect(await canonicalKey(moved)).toBe(await canonicalKey(withParts(fox)));
  });

  it('names a signature by its bytes, short or lifted, in either alphabet, padded or not', async () => {
    const lifted = {
      ...withParts({ ...fox, signature: { input: 1 } }),
      inputs: [{ sha256: FOX }, { sha256: await sha256(SIGNATURE_BYTES) }],
    };
    const keys = [
      canonicalKey(lifted),
      ...['QUJDPz8+', 'QUJDPz8-'].map((text) => canonicalKey(withParts({ ...fox, signature: { text } }))),
    ];
    const padded = ['QUI=', 'QUI'].map((text) => canonicalKey(withParts({ ...fox, signature: { text } })));

    expect(new Set(await Promise.all(keys)).size).toBe(1);
    expect(new Set(await Promise.all(padded)).size).toBe(1);
  });

  it('is another for every difference that makes another picture', async () => {
    const text = (value: string): Part => ({ kind: 'text', text: value });
    const different: CanonicalSubject[] = [
      subject(),
      subject({ site: 'shop' }),
      subject({ templateVersion: '2' }),
      subject({ variant: '2' }),
      subject({ audience: 'client:shop' }),
      asking({ model: 'gemini-3-pro-image' }),
      asking({ size: '2K' }),
      asking({ modalities: ['IMAGE'] }),
      asking({ aspectRatio: '16:9' }),
      asking({ aspectRatio: '9:16' }),
      asking({ thinkingLevel: 'high' }),
      asking({ includeThoughts: true }),
      asking({ temperature: 0 }),
      asking({ temperature: 1 }),
      asking({ topP: 1 }),
      asking({ topK: 1 }),
      asking({ seed: 1 }),
      asking({ seed: 0 }),
      asking({ maxOutputTokens: 1 }),
      asking({ grounding: { web: true, image: false } }),
      asking({ grounding: { web: false, image: true } }),
      asking({ grounding: { web: true, image: true } }),
      asking({ systemInstruction: ['a', 'b'] }),
      asking({ systemInstruction: ['ab'] }),
      asking({ safetySettings: [{ category: 'A', threshold: 'OFF' }] }),
      asking({ safetySettings: [{ category: 'A', threshold: 'BLOCK_NONE' }] }),
      withParts(text('a red'), text(' fox')),
      withParts({ ...text('a red fox'), thought: true }),
      withParts(text(FOX)),
      withParts(fox),
      withParts({ ...fox, input: 1 }),
      withParts(fox, text('x')),
      withParts(text('x'), fox),
      withParts({ ...fox, signature: { text: 'QUJD' } }),
      withParts({ ...fox, signature: { text: 'QUJE' } }),
      withParts(fox, { ...text(''), signature: { text: 'QUJD' } }),
      asking({ turns: [userTurn(text('a')), userTurn(text('b'))] }),
      asking({ turns: [userTurn(text('a'), text('b'))] }),
      asking({ turns: [{ role: 'model', parts: [text('a')] }, userTurn(text('b'))] }),
    ];

    const keys = await Promise.all(different.map(canonicalKey));

    expect(new Set(keys).size).toBe(different.length);
  });

  it('refuses to name a request by an input it does not have', async () => {
    await expect(canonicalKey({ ...withParts(fox), inputs: [] })).rejects.toThrow('names input 0, but has 0');
  });
});

describe('canonicalRequest', () => {
  /** Text made of the encoding's own delimiters. */
  const delimiters = fc.string({
    unit: fc.constantFrom(
      '"',
      '\\',
      '[',
      ']',
      ',',
      ':',
      'null',
      'false',
      'user',
      'text',
      ' ',
      '\u0000',
      'a',
      '\ud800',
      '😀',
      '",["',
    ),
    maxLength: 6,
  });
  const part: fc.Arbitrary<Part> = fc.oneof(
    fc.record({ kind: fc.constant('text' as const), text: delimiters }),
    fc.record({ kind: fc.constant('text' as const), text: delimiters, thought: fc.constant(true as const) }),
    fc.record({ kind: fc.constant('image' as const), mimeType: fc.constant('image/png'), input: fc.nat(1) }),
    fc.record({
      kind: fc.constant('image' as const),
      mimeType: fc.constant('image/png'),
      input: fc.nat(1),
      signature: fc.oneof(fc.record({ input: fc.nat(1) }), fc.record({ text: fc.constantFrom('QUJD', 'QUJE') })),
    }),
  );
  const anySubject: fc.Arbitrary<CanonicalSubject> = fc.record({
    site: delimiters,
    templateVersion: delimiters,
    audience: delimiters,
    variant: delimiters,
    request: fc
      .record(
        {
          model: delimiters,
          turns: fc.array(
            fc.record({
              role: fc.constantFrom('user' as const, 'model' as const),
              parts: fc.array(part, { maxLength: 3 }),
            }),
            { maxLength: 3 },
          ),
          size: fc.constantFrom('1K' as const, '2K' as const),
          systemInstruction: fc.array(delimiters, { minLength: 1, maxLength: 3 }),
          aspectRatio: delimiters,
          seed: fc.integer({ min: -2, max: 2 }),
          topK: fc.integer({ min: 1, max: 3 }),
          topP: fc.constantFrom(0, 0.1, 1),
          grounding: fc.record({ web: fc.boolean(), image: fc.boolean() }),
        },
        { requiredKeys: ['model', 'turns', 'size'] },
      )
      .map((fields) => ({ ...fields, modalities: ['TEXT', 'IMAGE'] as GenerateRequest['modalities'] })),
    inputs: fc.constant([{ sha256: FOX }, { sha256: CAT }]),
  });
  /** Equal in everything that names a picture. */
  const same = (one: CanonicalSubject, other: CanonicalSubject) => fc.stringify(one) === fc.stringify(other);

  it('is different for different requests', async () => {
    await fc.assert(
      fc.asyncProperty(anySubject, anySubject, async (one, other) => {
        fc.pre(!same(one, other));
        expect(await canonicalRequest(one)).not.toBe(await canonicalRequest(other));
      }),
      { numRuns: 2000 },
    );
  });

  it('tells a boundary between two texts from a text that looks like one', async () => {
    const anyCut = fc.tuple(delimiters, delimiters, delimiters);

    await fc.assert(
      fc.asyncProperty(anyCut, async ([one, two, three]) => {
        const cut = (...texts: string[]) =>
          canonicalRequest(withParts(...texts.map((text): Part => ({ kind: 'text', text }))));
        const encodings = await Promise.all([
          cut(one, two, three),
          cut(`${one}${two}`, three),
          cut(one, `${two}${three}`),
          cut(`${one}${two}${three}`),
        ]);
        const [whole, left, right, joined] = encodings;
        expect(whole).not.toBe(left);
        expect(whole).not.toBe(right);
        expect(joined).not.toBe(left);
        if (two !== '') expect(left).not.toBe(right);
      }),
      { numRuns: 500 },
    );
  });

  it('can be undone', async () => {
    await fc.assert(
      fc.asyncProperty(anySubject, async (one) => {
        const [, site, audience, templateVersion, variant, model, , turns] = JSON.parse(
          await canonicalRequest(one),
        ) as unknown[];

        expect([site, audience, templateVersion, variant, model]).toEqual([
          one.site,
          one.audience,
          one.templateVersion,
          one.variant,
          one.request.model,
        ]);
        expect(turns).toHaveLength(one.request.turns.length);
      }),
    );
  });
});
