import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSignatureReference, signatureReference } from '../../worker/request/signature-reference.ts';

const NEW = 'a new secret of thirty-two bytes or more';
const OLD = 'an old secret of thirty-two bytes or more';
const ID = `b${'0'.repeat(31)}1`;
const NAME = { id: ID, n: 3, site: 'default' };

const toUrl = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_');
const changed = (text: string, at: number) => {
  const bytes = Buffer.from(text, 'base64');
  bytes[at] = (bytes.at(at) as number) ^ 1;
  return bytes.toString('base64');
};

const anyName = fc.record({
  id: fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.uint8Array({ minLength: 16, maxLength: 16 }))
    .map(([letter, bytes]) => letter + Buffer.from(bytes).toString('hex')),
  n: fc.nat(999),
  site: fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
});

describe('a signature reference', () => {
  it('reads back as what it was made of, in either alphabet, padded or not', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const text = signatureReference(NEW, name);
        const unpadded = text.replace(/=+$/, '');

        for (const spelled of [text, unpadded, toUrl(text), toUrl(unpadded)]) {
          expect(readSignatureReference([NEW], spelled)).toEqual(name);
        }
      }),
    );
  });

  it('of any of the secrets is good, so that they can be rotated', () => {
    const before = signatureReference(OLD, NAME);

    expect(readSignatureReference([NEW, OLD], before)).toEqual(NAME);
    expect(readSignatureReference([NEW], before)).toBe('forged');
    expect(readSignatureReference([], before)).toBe('forged');
  });

  it('is forged where any bit of what it says or of its MAC is another', () => {
    const text = signatureReference(NEW, NAME);
    const length = Buffer.from(text, 'base64').length;
    const others = Array.from({ length }, (_, at) => readSignatureReference([NEW], changed(text, at)));

    expect(others.filter((read) => typeof read === 'object')).toEqual([]);
    // The last of the id, of the site, and of the MAC.
    for (const at of [1 + 4 + 32, length - 33, length - 1]) expect(others[at]).toBe('forged');
  });

  it('is no reference with a byte more or less', () => {
    const bytes = Buffer.from(signatureReference(NEW, NAME), 'base64');

    for (const other of [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)])]) {
      expect(typeof readSignatureReference([NEW], other.toString('base64'))).not.toBe('object');
    }
  });

  it.each([
    ['of a picture that is none', { ...NAME, id: 'x' }],
    ['of a number that is none', { ...NAME, n: -1 }],
    ['of no site', { ...NAME, site: '' }],
  ])('%s is none, however it is signed', (_name, name) => {
    expect(readSignatureReference([NEW], signatureReference(NEW, name))).toBeUndefined();
  });

  it('is not what random bytes look like, nor the short signatures of the model', () => {
    const random = fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes));
    const begun = random.map((bytes) => Buffer.concat([Buffer.of(1, 0, 0, 0, 33), bytes]));

    fc.assert(
      fc.property(fc.oneof(random, begun), (bytes) => {
        expect(readSignatureReference([NEW], bytes.toString('base64'))).toBeUndefined();
      }),
    );
    expect(readSignatureReference([NEW], 'skip_thought_signature_validator')).toBeUndefined();
    expect(readSignatureReference([NEW], '')).toBeUndefined();
  });
});
