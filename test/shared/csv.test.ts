import { expect, it } from 'vitest';
import { toCsv } from '../../worker/shared/csv.ts';

it.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@x', "'@x"],
  ['\t=1+1', "'\t=1+1"],
  ['\r=1+1', '"\'\r=1+1"'],
  [-5, '-5'],
  [undefined, ''],
  ['1,"2"', '"1,""2"""'],
  ['a\nb', '"a\nb"'],
])('CSV has %j as %j, which no spreadsheet takes for a formula', (value, cell) => {
  expect(toCsv(['a', 'b'], [[value, 3]])).toBe(`a,b\r\n${cell},3\r\n`);
});
