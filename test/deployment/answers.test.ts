import { describe, expect, it } from 'vitest';
import {
  estimatePictures,
  parseDollars,
  parsePages,
  refuseMachine,
  twinsOf,
} from '../../scripts/deployment/answers.ts';
import { judgeAnswer } from '../../scripts/deployment/google-key.ts';

describe('pages', () => {
  it.each([
    ['https://shop.example', ['https://shop.example'], []],
    ['shop.example/a/b?c#d', ['https://shop.example'], ['https://shop.example']],
    [
      'http://localhost:5173, HTTPS://Shop.Example:443',
      ['http://localhost:5173', 'https://shop.example'],
      ['https://shop.example'],
    ],
    [
      'localhost:8784, 127.0.0.1:5173/a, [::1]:80',
      ['http://localhost:8784', 'http://127.0.0.1:5173', 'http://[::1]'],
      ['http://localhost:8784', 'http://127.0.0.1:5173', 'http://[::1]'],
    ],
    ['https://*.shop.example', ['https://*.shop.example'], []],
    ['https://shop.example https://shop.example/', ['https://shop.example'], []],
  ])('reads %s', async (text, origins, shortened) => {
    expect(await parsePages(text)).toEqual({ ok: true, value: { origins, shortened } });
  });

  it.each(['shop', 'javascript:alert(1)', 'http://shop.example', 'https://', 'file:///etc/passwd'])(
    'refuses %s',
    async (text) => {
      expect(await parsePages(text)).toMatchObject({ ok: false });
    },
  );

  it.each([
    [['https://shop.example'], ['https://www.shop.example']],
    [['https://www.shop.example'], ['https://shop.example']],
    [['https://shop.example', 'https://www.shop.example'], []],
    [['https://posters.shop.example', 'http://localhost:5173', 'https://*.shop.example'], []],
  ])('asks beside %j for %j', (origins, twins) => {
    expect(twinsOf(origins)).toEqual(twins);
  });
});

it.each([
  ['5', 5],
  ['$0.25', 0.25],
  ['400', 400],
  ['12,50', 12.5],
])('reads %s dollars', (text, value) => {
  expect(parseDollars(text)).toEqual({ ok: true, value });
});

it.each(['0', '-1', '1,250', '1e3', '1.234', 'five', '9999999'])('refuses %s dollars', (text) => {
  expect(parseDollars(text)).toEqual({
    ok: false,
    rule: 'Type an amount in dollars, such as 5 or 2.50: more than 0, and less than 1,000,000.',
  });
});

it('estimates pictures by the price of the day, and none without a price', () => {
  const { pictures = 0, model } = estimatePictures(5, '2026-11-30') ?? {};
  expect([pictures, model]).toEqual([146, 'Nano Banana 2.1']);
  expect(estimatePictures(5, '2020-01-01')).toBeUndefined();
});

it('goes on with Node 24 alone', () => {
  expect(refuseMachine('24.21.0')).toBeUndefined();
  expect(refuseMachine('20.11.1')).toBe('Peel needs Node 24; this is 20. `npm ci` brings it.');
});

it.each([
  [401, '', { is: 'unknown' }],
  [403, 'not JSON', { is: 'refused', words: 'HTTP 403' }],
  [503, '{}', { is: 'silent' }],
  [
    403,
    '{"error":{"details":[{"reason":"SERVICE_DISABLED","metadata":{"activationUrl":"javascript:alert(1)"}}]}}',
    { is: 'api_off', link: 'https://console.cloud.google.com/apis/library/generativelanguage.googleapis.com' },
  ],
])('judges an answer of Google: %i %s', (status, body, check) => {
  expect(judgeAnswer(status, body)).toEqual(check);
});
