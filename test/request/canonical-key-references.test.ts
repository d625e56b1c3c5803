/** The same conversation has one key: inline or by reference, with its fields in any order. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pictureAddress } from '../../worker/answers/delivery.ts';
import { canonicalKey } from '../../worker/request/canonical-key.ts';
import type { InputFacts } from '../../worker/request/parse-inputs.ts';
import { placeholderFor } from '../../worker/request/placeholder.ts';
import { signatureReference } from '../../worker/request/signature-reference.ts';
import { ORIGIN, read, SECRET } from './bodies.ts';

/** What a model answered: texts and pictures, each perhaps with a large signature. */
interface Answer {
  id: string;
  parts: { isPicture: boolean; isSigned: boolean }[];
}

const anyAnswer: fc.Arbitrary<Answer> = fc.record({
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => `b${Buffer.from(bytes).toString('hex')}`),
  parts: fc
    .array(fc.record({ isPicture: fc.boolean(), isSigned: fc.boolean() }), { maxLength: 4 })
    // A signature on a text needs a picture in its turn.
    .map((parts) => [...parts, { isPicture: true, isSigned: true }]),
});

/** A digest made from the name of an object. */
const digestOf = (kind: string, id: string, n: number): string =>
  Buffer.from(`${kind}/${id}/${n}`).toString('hex').padEnd(128, '0').slice(-64);

/** Writes pictures and signatures as links, or inline with the facts that would be found. */
function createWriter(link: boolean, inline: (InputFacts & { sha256: string })[]) {
  const lifted = (facts: InputFacts, sha256: string) => placeholderFor(inline.push({ ...facts, sha256 }) - 1);
  return {
    picture: (id: string, n: number) =>
      link
        ? { fileData: { fileUri: pictureAddress(ORIGIN, id, n, 'image/png') } }
        : {
            inlineData: {
              mimeType: 'image/png',
              data: lifted({ kind: 'image', image: { mimeType: 'image/png' } }, digestOf('image', id, n)),
            },
          },
    signature: (id: string, n: number) =>
      link
        ? signatureReference(SECRET, { id, n, site: 'default' })
        : lifted({ kind: 'signature' }, digestOf('signature', id, n)),
  };
}

/** @param links Which answers come back by reference. @param seed Chooses the order of fields. */
async function keyOf(answers: readonly Answer[], links: (at: number) => boolean, seed: number): Promise<string> {
  const inline: (InputFacts & { sha256: string })[] = [];
  const turns = answers.flatMap(({ id, parts }, at) => {
    const write = createWriter(links(at), inline);
    const written = parts.map(({ isPicture, isSigned }, n) => ({
      ...(isPicture ? write.picture(id, n) : { text: `text ${n}` }),
      ...(isSigned && { thoughtSignature: write.signature(id, n) }),
    }));
    return [
      { role: 'user', parts: [{ text: 'a fox' }] },
      { role: 'model', parts: written },
    ];
  });
  const body = { contents: [...turns, { role: 'user', parts: [{ text: 'at night' }] }], generationConfig: { seed: 1 } };
  const { request, references } = read(shuffle(body, seed), { inputs: inline });
  const found = references.map((each) => ({ sha256: digestOf(each.kind, each.id, 'n' in each ? each.n : 0) }));
  return canonicalKey({ site: 'default', audience: 'visitors', request, inputs: [...inline, ...found] });
}

/** The same JSON with its fields in another order. */
function shuffle(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((item, at) => shuffle(item, seed + at));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, field]) => [name, shuffle(field, seed * 31 + 7)] as const);
  const turn = entries.length > 0 ? seed % entries.length : 0;
  const turned = [...entries.slice(turn), ...entries.slice(0, turn)];
  return Object.fromEntries(seed % 2 ? turned.reverse() : turned);
}

it('a conversation has one key, whatever comes inline and whatever by reference', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anyAnswer, { selector: ({ id }) => id, minLength: 1, maxLength: 4 }),
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      fc.nat(1000),
      async (answers, mixed, seed) => {
        const inline = await keyOf(answers, () => false, 0);

        expect(await keyOf(answers, () => true, seed)).toBe(inline);
        expect(await keyOf(answers, (at) => mixed[at] === true, seed + 1)).toBe(inline);
      },
    ),
  );
});

it('another picture by reference is another key', async () => {
  const parts = [{ isPicture: true, isSigned: true }];
  const keys = ['1', '2'].map((digit) => keyOf([{ id: `b${digit.repeat(32)}`, parts }], () => true, 0));

  expect(new Set(await Promise.all(keys)).size).toBe(2);
});
