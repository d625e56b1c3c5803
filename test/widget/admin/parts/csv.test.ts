import { expect, it } from 'vitest';
import { toCsv } from '../../../../widget/admin/parts/csv.ts';

it('is RFC 4180, and no cell is a formula', () => {
  const csv = toCsv(
    ['what', 'cost_micros'],
    [
      ['said "no", twice', -5],
      ['=HYPERLINK("https://bad.example")', 0],
      ['@sum', undefined],
      ['two\nlines', 1],
    ],
  );

  expect(csv).toBe(
    'what,cost_micros\r\n"said ""no"", twice",-5\r\n"\'=HYPERLINK(""https://bad.example"")",0\r\n\'@sum,\r\n"two\nlines",1\r\n',
  );
});
