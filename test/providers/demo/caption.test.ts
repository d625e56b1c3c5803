import { describe, expect, it } from 'vitest';
import { type CaptionText, layCaption } from '../../../worker/providers/demo/caption.ts';
import { GLYPH_HEIGHT, toColumns } from '../../../worker/providers/demo/font.ts';

const text: CaptionText = {
  prompt: 'a red fox',
  modelName: 'Nano Banana 2.1',
  size: '512',
  aspectRatio: '1:1',
  references: 0,
};

/** The caption's pixels in the picture, one string for each row. */
function paint(caption: CaptionText, width = 512, height = 512): string[] {
  const { paintRow } = layCaption(caption, { width, height });
  return Array.from({ length: height }, (_, y) => {
    const row = new Uint8Array(width);
    paintRow(y, row, { ink: 1, faintInk: 2 });
    return [...row].join('');
  });
}

/** A text in the bitmap font, one pattern for each row. */
const patternsOf = (words: string, ink: string): string[] =>
  Array.from({ length: GLYPH_HEIGHT }, (_, bit) =>
    toColumns(words)
      .map((column) => ((column >> bit) & 1 ? ink : '0'))
      .join(''),
  );

const shows = (rows: readonly string[], words: string, ink: string): boolean =>
  rows.some((_, y) => patternsOf(words, ink).every((pattern, bit) => rows[y + bit]?.includes(pattern)));

describe('layCaption', () => {
  it('shows the prompt, and below it that this is a demo, of which model, in which shape', () => {
    const rows = paint(text);

    expect(shows(rows, 'A RED FOX', '1')).toBe(true);
    expect(shows(rows, 'PEEL DEMO  ·  NANO BANANA 2.1  ·  1:1 512', '2')).toBe(true);
  });

  it.each([
    { references: 1, words: 'EDITED FROM 1 PICTURE' },
    { references: 3, words: 'EDITED FROM 3 PICTURES' },
  ])('tells of $references reference pictures', ({ references, words }) => {
    expect(shows(paint({ ...text, references }), words, '2')).toBe(true);
  });

  it('cuts a long prompt after forty letters', () => {
    const rows = paint({ ...text, prompt: 'x'.repeat(60) });

    expect(shows(rows, `${'X'.repeat(40)}…`, '1')).toBe(true);
    expect(shows(rows, 'X'.repeat(41), '1')).toBe(false);
  });

  it('takes accents off and leaves out what the font cannot write', () => {
    expect(shows(paint({ ...text, prompt: 'Crème brûlée 🍮 für Zoë' }), 'CREME BRULEE FUR ZOE', '1')).toBe(true);
  });

  it('has no line for a prompt that the font cannot write', () => {
    const rows = paint({ ...text, prompt: '夕焼けの山' });

    expect(rows.join('')).not.toContain('1');
    expect(rows.join('')).toContain('2');
  });

  it.each([
    [192, 1536],
    [1536, 192],
    [792, 168],
    [512, 512],
    [4096, 4096],
  ])('stays inside its margins and its announced height at %i × %i', (width, height) => {
    const caption = { ...text, prompt: 'an extraordinarily long winded description', references: 14 };

    const rows = paint(caption, width, height);

    const inked = rows.flatMap((row, y) => (/[12]/.test(row) ? [y] : []));
    expect(inked[0]).toBeGreaterThanOrEqual(height - layCaption(caption, { width, height }).height);
    expect(inked.at(-1)).toBeLessThan(height - 4);
    expect(rows.filter((row) => /^[12]|[12]$/.test(row))).toEqual([]);
  });
});
