import { expect, it } from 'vitest';
import { namesAny } from '../../../widget/references/naming.ts';

const ENGLISH = { nouns: 'picture|image|photo|pic', ordinals: 'first|second|third|last|both' };

it.each([
  ['in the colours of picture 2', true],
  ['The dog of Photo 1 on the moon', true],
  ['combine pictures 1 and 2', true],
  ['like image no. 2', true],
  ['use pic #1', true],
  ['picture1 and picture2', true],
  ['the second picture, but at night', true],
  ['blend both photos', true],
  ['the dog in the last of these pictures', true],
  ['a picture of 3 foxes', false],
  ['picture 7', false],
  ['picture 0', false],
  ['2 foxes', false],
  ['a nice picture', false],
  ['first snow', false],
  ['', false],
])('"%s" names one of two pictures: %s', (text, named) => {
  expect(namesAny(text, 2, ENGLISH)).toBe(named);
});

it.each([
  ['Den Hund aus Bild 1', { nouns: 'bild|foto', ordinals: 'erste|zweite' }],
  ['der Hund vom zweiten Bild', { nouns: 'bild|foto', ordinals: 'erste|zweite' }],
  ['الكلب في الصورة ١', { nouns: 'صورة', ordinals: 'الأولى|الثانية' }],
  ['الكلب في الصورة الثانية', { nouns: 'صورة', ordinals: 'الأولى|الثانية' }],
  ['画像１の犬', { nouns: '画像|写真', ordinals: '枚目|番目' }],
  ['2枚目の写真', { nouns: '画像|写真', ordinals: '枚目|番目' }],
])('"%s" names one in its own language', (text, words) => {
  expect(namesAny(text, 2, words)).toBe(true);
});

it('takes words with signs as they are, and no words as none', () => {
  expect(namesAny('use (pic. 1', 1, { nouns: '(pic.|', ordinals: '' })).toBe(true);
  expect(namesAny('anything 1', 1, { nouns: '', ordinals: '' })).toBe(false);
});
