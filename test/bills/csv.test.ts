import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../worker/bills/csv.ts';

describe('CSV', () => {
  it('is read with quotes, line breaks in cells, blank lines and the lines’ numbers', () => {
    expect(parseCsv('\ufeffa,"b, ""c""\r\nd"\r\n\r\n , e \n')).toEqual([
      { line: 1, cells: ['a', 'b, "c"\r\nd'] },
      { line: 4, cells: ['', 'e'] },
    ]);
  });

  it.each([
    ['semicolons', 'a;5,36\nb;6,1'],
    ['tabs', 'a\t5,36\nb\t6,1'],
  ])('may be separated by %s', (_, text) => {
    expect(parseCsv(text).map(({ cells }) => cells)).toEqual([
      ['a', '5,36'],
      ['b', '6,1'],
    ]);
  });

  it.each(['a,"b\nc,d', 'a,"b" c', '"a\nb,"c\nd'])('is known to be broken where a quote is: %j', (text) => {
    expect(parseCsv(text)).toContainEqual(expect.objectContaining({ line: 1, isBroken: true }));
  });
});
