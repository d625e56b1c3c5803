import { expect, it } from 'vitest';
import { fileName } from '../../../widget/save/file-name.ts';
import { HOSTILE } from '../notes/hostile.ts';

const named = (words: string, mimeType = 'image/png') => fileName(words, mimeType, 'picture');

it.each([
  { words: 'A fox, asleep in a teacup!', name: 'a-fox-asleep-in-a-teacup.png' },
  { words: 'Ein Fuchs im Schnee, märchenhaft', name: 'ein-fuchs-im-schnee-märchenhaft.png' },
  { words: 'ثعلب في الثلج', name: 'ثعلب-في-الثلج.png' },
  { words: 'बर्फ में लोमड़ी', name: 'बर्फ-में-लोमड़ी.png' },
  { words: '雪の中のキツネ、水彩画', name: '雪の中のキツネ-水彩画.png' },
  { words: 'Cafe\u0301 at 5 o’clock', name: 'caf\u00e9-at-5-o-clock.png' },
  { words: '🦊🦊🦊', name: 'picture.png' },
  { words: '', name: 'picture.png' },
  { words: 'Con', name: 'picture-con.png' },
  { words: 'LPT1', name: 'picture-lpt1.png' },
  { words: '../../.ssh/id_rsa', name: 'ssh-id-rsa.png' },
])('keeps the letters of every script: $words', ({ words, name }) => {
  expect(named(words)).toBe(name.normalize('NFC'));
});

it.each([
  ['image/jpeg', 'fox.jpg'],
  ['image/webp', 'fox.webp'],
  ['image/png', 'fox.png'],
  ['image/svg+xml', 'fox.png'],
  ['text/html', 'fox.png'],
  ['', 'fox.png'],
])('ends as a picture does: %s', (mimeType, name) => {
  expect(named('Fox', mimeType)).toBe(name);
});

it('ends with a whole word, unless there are no spaces', () => {
  const stem = named('A very long description of a lighthouse at dusk, cut from coloured paper').replace('.png', '');

  expect(stem).toBe('a-very-long-description-of-a-lighthouse-at-dusk-cut-from');
  expect([...named('雪'.repeat(90))]).toHaveLength(60 + '.png'.length);
});

it('is never a path, hidden, reserved or written backwards, whatever the words', () => {
  for (const words of HOSTILE) {
    const name = named(words);
    expect(name).toMatch(/^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}-]*\.png$/u);
    expect([...name].length).toBeLessThanOrEqual(64 + 'picture-'.length);
    expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\./);
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(255);
  }
});
