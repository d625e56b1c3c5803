import { describe, expect, it } from 'vitest';
import { MAX_CELL, MAX_CELLS, parseCsv } from '../../worker/bills/csv.ts';

describe('CSV', () => {
  it('is read with quotes, line breaks in cells, blank lines and the lines’ numbers', () => {
    expect(parseCsv('\ufeffa,"b, ""c""\r\nd"\r\n\r\n , e \n', 100)).toEqual([
      { line: 1, cells: ['a', 'b, "c"\r\nd'] },
      { line: 4, cells: ['', 'e'] },
    ]);
  });

  it.each([
    ['semicolons', 'a;5,36\nb;6,1'],
    ['tabs', 'a\t5,36\nb\t6,1'],
  ])('may be separated by %s', (_, text) => {
    expect(parseCsv(text, 100).map(({ cells }) => cells)).toEqual([
      ['a', '5,36'],
      ['b', '6,1'],
    ]);
  });

  it.each(['a,"b\nc,d', 'a,"b" c', '"a\nb,"c\nd'])('is known to be broken where a quote is: %j', (text) => {
    expect(parseCsv(text, 100)).toContainEqual(expect.objectContaining({ line: 1, isBroken: true }));
  });

  it.each([
    ['a cell', `b,${'x'.repeat(MAX_CELL + 1)}\nc,d`],
    ['a quoted cell', `b,"${'x'.repeat(MAX_CELL + 1)}"\nc,d`],
    ['a row', `${','.repeat(MAX_CELLS)}\nc,d`],
  ])('is known to be too large by %s, and goes on after it', (_, text) => {
    const rows = parseCsv(text, 100);

    expect(rows).toMatchObject([
      { line: 1, isTooLarge: true },
      { line: 2, cells: ['c', 'd'] },
    ]);
    expect(rows[0]?.cells.length).toBeLessThanOrEqual(MAX_CELLS);
    expect(rows[1]).not.toHaveProperty('isTooLarge');
  });

  it('may be as large as it may be', () => {
    const text = `${'x'.repeat(MAX_CELL)}${',y'.repeat(MAX_CELLS - 1)}`;

    expect(parseCsv(text, 100)).toEqual([
      { line: 1, cells: ['x'.repeat(MAX_CELL), ...Array(MAX_CELLS - 1).fill('y')] },
    ]);
  });

  it('is read no further than asked', () => {
    expect(parseCsv('a\n'.repeat(10), 3)).toHaveLength(3);
  });
});
