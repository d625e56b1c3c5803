import { describe, expect, it } from 'vitest';
import { idOfName, mendCount, mendDollars, mendOrigin } from '../../../../widget/admin/sites/mend.ts';
import { MEND } from '../../../../widget/admin/words/sites.ts';

describe('an address', () => {
  it.each([
    ['https://tidewater.example', 'https://tidewater.example'],
    ['https://Tidewater.example/shop?x=1#top', 'https://tidewater.example'],
    ['tidewater.example', 'https://tidewater.example'],
    ['https://tidewater.example:443/', 'https://tidewater.example'],
    ['https://tidewater.example:8443', 'https://tidewater.example:8443'],
    ['https://*.tidewater.example/', 'https://*.tidewater.example'],
    ['localhost:5173', 'http://localhost:5173'],
    ['http://127.0.0.1:80', 'http://127.0.0.1'],
    ['https://tränke.example', 'https://xn--trnke-hra.example'],
    ['  ', ''],
  ])('is put right: %s', (typed, value) => {
    const mended = mendOrigin(typed);

    expect(mended).toMatchObject({ value });
    expect('taken' in mended && mended.taken).toBe(value !== typed && value !== '' ? value : false);
  });

  it.each([
    ['http://tidewater.example', MEND.plainHttp],
    ['null', MEND.nullOrigin],
    ['https://', MEND.notAnOrigin],
    ['ftp://tidewater.example', MEND.notAnOrigin],
    ['https://a*.tidewater.example', MEND.notAnOrigin],
    ['shop', MEND.notAnOrigin],
    ['two words', MEND.notAnOrigin],
  ])('is refused: %s', (typed, problem) => {
    expect(mendOrigin(typed)).toEqual({ problem });
  });
});

describe('dollars', () => {
  it.each([
    ['5', 5],
    ['5,00', 5],
    ['$5', 5],
    [' 4.50 ', 4.5],
    ['.25', 0.25],
    ['1,250', 1250],
    ['1.250,50', 1250.5],
    ['1,250.50', 1250.5],
    ['', undefined],
  ])('are read: %s', (typed, value) => {
    expect(mendDollars(typed)).toEqual({ value });
  });

  it.each([
    ['0', MEND.nothing],
    ['five', MEND.notDollars],
    ['-1', MEND.notDollars],
    ['2000000', MEND.tooMuch],
  ])('are refused: %s', (typed, problem) => {
    expect(mendDollars(typed)).toEqual({ problem });
  });
});

it.each([
  ['3', { value: 3 }],
  ['25 %', { value: 25 }],
  ['', { value: undefined }],
  ['0', { problem: MEND.notCount(1, 100) }],
  ['101', { problem: MEND.notCount(1, 100) }],
  ['2.5', { problem: MEND.notCount(1, 100) }],
])('a count is read or refused: %s', (typed, mended) => {
  expect(mendCount(typed, 1, 100)).toEqual(mended);
});

it.each([
  ['Poster maker', 'poster-maker'],
  ['Café & Crème', 'cafe-creme'],
  ['  --Shop--  ', 'shop'],
  ['x'.repeat(31).concat(' yz'), 'x'.repeat(31)],
  ['日本', ''],
])('a name becomes an id: %s', (name, id) => {
  expect(idOfName(name)).toBe(id);
});
