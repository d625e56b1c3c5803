/** What strangers, providers and pasted files write is read in time that grows with its length alone. */
import { describe, expect, it } from 'vitest';
import { readBeginning } from '../../worker/gemini/forms/beginning.ts';
import { createPictureParts } from '../../worker/gemini/forms/picture-parts.ts';
import { withoutMarkup } from '../../worker/gemini/lift/data-url.ts';
import { withoutQuotes } from '../../worker/shared/account-words.ts';
import { parseLooseJson } from '../../worker/shared/loose-json.ts';

/** A pattern that starts anew at each character would take many seconds. */
const LENGTH = 200_000;
const MAX_MS = 3_000;

/** Of an array stream, the last of which is no JSON. */
function push(...texts: string[]): void {
  const parts = createPictureParts('array', () => 'broken');
  expect(() => texts.map((text) => parts.push([text]))).toThrow('not JSON');
}

const fill = (text: string): string => text.repeat(LENGTH / text.length);

describe('the time of reading', () => {
  it.each<[string, () => unknown]>([
    ['a string with escaped quotes that is never closed', () => parseLooseJson(`"${fill('\\"')}`)],
    ['the same in single quotes', () => parseLooseJson(`'${fill("\\'")}`)],
    ['the same that ends in a backslash', () => parseLooseJson(`"${fill('\\"')}\\`)],
    ['quotations that are never closed', () => withoutQuotes(fill('“'))],
    ['quotations of all kinds', () => withoutQuotes(fill('“「\'`"'))],
    ['the beginning of an answer, cut in a string', () => readBeginning(`{"a":{"${fill('\\"')}`, false)],
    ['the same that ends in a backslash', () => readBeginning(`{"a":{"${fill('\\"')}\\`, false)],
    ['markup that is never closed', () => withoutMarkup(`${fill('![')}data:image/png;base64,`, '')],
    ['data addresses without a comma', () => withoutMarkup(`${fill('data:image/')}x`, '')],
    ['blanks before the first element', () => push(`${fill(' ')}x`)],
    ['blanks before the next one', () => push('[{}', `${fill(' ')}x`)],
  ])('%s is short', (_, read) => {
    const startedAt = performance.now();

    read();

    expect(performance.now() - startedAt).toBeLessThan(MAX_MS);
  });
});

describe('quotations', () => {
  it.each([
    ['Rejected: "my account" is', 'Rejected: "" is'],
    ["It's your account's 'plan' here", `It's your account's "" here`],
    ['a `b` “c “d” 「e」', 'a "" "" ""'],
    ['“a ” b ” c', '"" b ” c'],
    ['“a "b" c', '“a "" c'],
    ['"a', '"a'],
    ["'a'b' c", "'a'b' c"],
    ["'a', 'b'", '"", ""'],
    ['', ''],
  ])('are left out: %s', (text, told) => {
    expect(withoutQuotes(text)).toBe(told);
  });
});
