import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecretSearch, type SecretForm } from '../../../worker/gemini/redact/secret-search.ts';
import { utf8 } from '../streams.ts';

/** Few letters, so that heads occur by chance and secrets begin like each other. */
const letters = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom('a', 'b', '7', '%', '~'), minLength, maxLength });

const secrets = fc.array(
  letters(6, 24).chain((text) =>
    fc.record({ text: fc.constant(text), least: fc.integer({ min: 6, max: text.length }) }),
  ),
  { maxLength: 6 },
);

/** The first place where the head of a secret stands, and the longest stretch of a secret from there. */
function findSlowly(text: string, forms: readonly SecretForm[]) {
  for (let start = 0; start < text.length; start++) {
    const lengths = forms
      .map((form) => commonLength(text.slice(start), form.text))
      .filter((length, n) => length >= forms[n]!.least);
    if (lengths.length > 0) return { start, end: start + Math.max(...lengths) };
  }
  return undefined;
}

function commonLength(text: string, secret: string): number {
  let length = 0;
  while (length < secret.length && text[length] === secret[length]) length++;
  return length;
}

describe('searching for secrets', () => {
  it('finds what a letter by letter comparison finds, from any place on', () => {
    fc.assert(
      fc.property(secrets, letters(0, 200), fc.nat(40), fc.nat(200), (forms, noise, from, at) => {
        const text = noise.slice(0, at) + (forms[0]?.text ?? '') + noise.slice(at);
        const start = Math.min(from, text.length);

        const match = createSecretSearch(forms).find(utf8(text), start, text.length);

        const expected = findSlowly(text.slice(start), forms);
        expect(match && { start: match.start - start, end: match.end - start }).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
