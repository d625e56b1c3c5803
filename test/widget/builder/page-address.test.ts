import { expect, it } from 'vitest';
import { readPageAddress } from '../../../widget/builder/page-address.ts';

it.each([
  ['https://www.shop.example', 'https://www.shop.example'],
  ['https://shop.example/posters?x=1#y', 'https://shop.example'],
  ['shop.example', 'https://shop.example'],
  ['SHOP.example:8443/', 'https://shop.example:8443'],
  ['localhost:3000', 'http://localhost:3000'],
  ['http://127.0.0.1:5500/index.html', 'http://127.0.0.1:5500'],
  ['https://shop.example:443', 'https://shop.example'],
  ['https://user:secret@shop.example', 'https://shop.example'],
  ['https://müller.example', 'https://xn--mller-kva.example'],
])('lists %s as %s', (typed, origin) => {
  expect(readPageAddress(typed)).toMatchObject({ kind: 'origin', origin });
});

it.each([
  'shop',
  'https://',
  'my shop.example',
  'javascript:alert(1)',
  'ftp://shop.example',
  'https://*.shop.example',
  '/posters',
])('does not take %s for an address', (typed) => {
  expect(readPageAddress(typed)).toEqual({ kind: 'unreadable' });
});

it('says nothing of an empty field, and that a file cannot be listed', () => {
  expect(readPageAddress('  ')).toEqual({ kind: 'none' });
  expect(readPageAddress('file:///home/me/index.html')).toEqual({ kind: 'unlistable' });
});

it.each([
  ['https://shop.example', 'https://www.shop.example'],
  ['https://www.shop.example', 'https://shop.example'],
  ['https://blog.shop.example', undefined],
  ['http://localhost:3000', undefined],
  ['http://127.0.0.1', undefined],
])('tells of the other spelling of %s', (typed, twin) => {
  expect((readPageAddress(typed) as { twin?: string }).twin).toBe(twin);
});

it.each([
  ['https://shop.example/x', { wasLonger: true, isInsecure: false }],
  ['http://shop.example', { wasLonger: false, isInsecure: true }],
  ['http://localhost:3000', { wasLonger: false, isInsecure: false }],
])('tells what is odd about %s', (typed, facts) => {
  expect(readPageAddress(typed)).toMatchObject(facts);
});
