import { describe, expect, it } from 'vitest';
import type { Summary } from '../../worker/gemini/summary.ts';
import { judge } from '../../worker/generation/judge.ts';

const NONE: Summary = { images: [], searches: 0 };
const DRAWN: Partial<Summary> = { finalImage: { kind: 'image', n: 0, bytes: 1 }, images: [{ n: 0, thought: false }] };
const usage = (imageTokens: number) => ({
  usage: { promptTokens: 1, candidatesTokens: imageTokens, imageTokens, thoughtsTokens: 0, searches: 0 },
});

describe('an answer', () => {
  it.each([
    { name: 'with a picture', summary: { ...DRAWN, ...usage(1120) }, expected: 'picture' },
    { name: 'with a picture and any reason', summary: { ...DRAWN, finishReason: 'OTHER' }, expected: 'picture' },
    { name: 'with a picture beside one that is none', summary: DRAWN, hasBroken: true, expected: 'picture' },
    { name: 'with a picture that is taken back', summary: { ...DRAWN, verdict: 'SAFETY' }, expected: 'withdrawn' },
    { name: 'with a verdict alone', summary: { verdict: 'SAFETY', ...usage(1120) }, expected: 'refused' },
    { name: 'in words', summary: usage(0), expected: 'refused' },
    { name: 'without usage', summary: {}, expected: 'refused' },
    { name: 'that bills a picture and has none', summary: usage(1120), expected: 'broken' },
    { name: 'whose only picture is none', summary: usage(0), hasBroken: true, expected: 'broken' },
    { name: 'with nothing in it', summary: {}, isEmpty: true, expected: 'empty' },
  ])('$name is $expected', ({ summary, hasBroken = false, isEmpty = false, expected }) => {
    expect(judge({ ...NONE, ...summary } as Summary, { hasBroken, isEmpty })).toBe(expected);
  });
});
