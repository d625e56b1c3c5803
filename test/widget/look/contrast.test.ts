import { describe, expect, it } from 'vitest';
import { chooseTokens, contrast, likelyGround, parseColour, toCss } from '../../../widget/look/contrast.ts';

const BLACK = [0, 0, 0, 1];
const WHITE = [1, 1, 1, 1];
const grey = (value: number) => [value / 255, value / 255, value / 255, 1];

it.each([
  ['color(srgb 1 0.8 0)', [1, 0.8, 0, 1]],
  ['color(srgb 1 0.8 0 / 0.5)', [1, 0.8, 0, 0.5]],
  ['color(srgb 1.09302 -0.22669 1.2e-7)', [1.09302, -0.22669, 1.2e-7, 1]],
])('reads %s', (computed, colour) => {
  expect(parseColour(computed)).toEqual(colour);
});

it('writes what it reads', () => {
  expect(parseColour(toCss([1, 0.8, 0, 0.5]))).toEqual([1, 0.8, 0, 0.5]);
});

it.each([
  { name: 'black on white', text: BLACK, ground: WHITE, expected: 21 },
  { name: 'a colour on itself', text: grey(99), ground: grey(99), expected: 1 },
  { name: '#767676 on white', text: grey(0x76), ground: WHITE, expected: 4.54 },
  { name: 'half-transparent black on white', text: [0, 0, 0, 0.5], ground: WHITE, expected: 3.98 },
  { name: 'a green beyond sRGB on black', text: [-0.5, 1.2, -0.3, 1], ground: BLACK, expected: 15.3 },
])('measures $name', ({ text, ground, expected }) => {
  expect(contrast(text, ground)).toBeCloseTo(expected, 1);
});

it('takes the ground of the colour scheme only for a text that can be read on it', () => {
  expect(likelyGround(grey(0x4b), WHITE)).toBe(WHITE);
  expect(likelyGround(WHITE, WHITE)).toEqual(BLACK);
  expect(likelyGround(BLACK, grey(0x12))).toEqual(WHITE);
});

describe('tokens', () => {
  const tokens = (ink: readonly number[], paper: readonly number[], accent: readonly number[]) =>
    Object.fromEntries(
      chooseTokens(ink, paper, accent)
        .split(';')
        .map((line) => line.split(':').map((part) => part.trim())),
    ) as Record<string, string>;

  it('write white on an accent wherever white can be read, else whatever has more contrast', () => {
    const onAccent = (accent: readonly number[]) => tokens(BLACK, WHITE, accent)['--_o'];

    expect(onAccent(grey(0x76))).toBe(toCss(WHITE));
    expect(onAccent(grey(0x77))).toBe(toCss(BLACK));
    expect(onAccent([1, 0.8, 0, 1])).toBe(toCss(BLACK));
    // On the paper, half of black is a middle grey.
    expect(onAccent([0, 0, 0, 0.5])).toBe(toCss(BLACK));
  });

  it('keep text on every grey accent at 4.5 to 1, also under the pointer', () => {
    const faint: number[] = [];
    for (let value = 0; value < 256; value++) {
      const { '--_o': text = '', '--_h': towards = '' } = tokens(BLACK, WHITE, grey(value));
      const hovered = grey(value).map((part, index) => part * 0.88 + parseColour(towards)[index]! * 0.12);
      if (contrast(parseColour(text), grey(value)) < 4.5) faint.push(value);
      if (contrast(parseColour(text), hovered) < 4.5) faint.push(value);
    }

    expect(faint).toEqual([]);
  });

  it('change a button under the pointer, whatever its accent', () => {
    for (const accent of [BLACK, WHITE, grey(128)]) {
      const towards = parseColour(tokens(BLACK, WHITE, accent)['--_h'] ?? '');
      const hovered = accent.map((part, index) => part * 0.88 + towards[index]! * 0.12);
      expect(contrast(hovered, accent)).toBeGreaterThan(1.05);
    }
  });

  it.each([
    { ink: 0x22, quiet: '80%', edge: '60%' },
    { ink: 0x4b, quiet: '80%', edge: '60%' },
    { ink: 0x5c, quiet: '100%', edge: '100%' },
  ])('mix $ink of 255 on white as far as it can be read', ({ ink, quiet, edge }) => {
    expect(tokens(grey(ink), WHITE, BLACK)).toMatchObject({ '--_q': quiet, '--_e': edge });
  });

  it('ring in ink, and line the button, where the accent is faint', () => {
    expect(tokens(BLACK, WHITE, grey(0x94))).toMatchObject({ '--_r': 'var(--_accent)', '--_l': 'transparent' });
    expect(tokens(BLACK, WHITE, grey(0x96))).toMatchObject({ '--_r': 'var(--_ink)', '--_l': 'var(--_edge)' });
  });
});
