import { describe, expect, it } from 'vitest';
import ar from '../../../widget/words/languages/ar.ts';
import de from '../../../widget/words/languages/de.ts';
import fr from '../../../widget/words/languages/fr.ts';
import ja from '../../../widget/words/languages/ja.ts';
import { type Messages, Words } from '../../../widget/words/words.ts';

describe('a text', () => {
  it('has figures as the language writes them', () => {
    expect(new Words('en').say('tooLong', { n: 4000 })).toBe('Please use at most 4,000 characters.');
    expect(new Words('fr', fr).say('tooLong', { n: 4000 })).toBe('Caractères au maximum\u00a0: 4\u202f000.');
    expect(new Words('de-CH', de).say('tooLong', { n: 4000 })).toMatch(/^Bitte höchstens 4['’]000 Zeichen.$/);
    expect(new Words('ar-EG', ar).say('about', { n: 15 })).toBe('نحو ١٥\u00a0ث');
    expect(new Words('ja', ja).say('about', { n: 15 })).toBe('約15秒');
  });

  it.each([
    [1, 'صورة واحدة جاهزة.'],
    [2, 'صورتان جاهزتان.'],
    [3, '3 صور جاهزة.'],
    [11, '11 صورة جاهزة.'],
    [100, '100 صورة جاهزة.'],
  ])('has the plural form of %i', (n, expected) => {
    expect(new Words('ar-u-nu-latn', ar).say('readySeveral', { n })).toBe(expected);
  });

  it('of one picture may need no figure', () => {
    const words = new Words('de', de);

    expect(words.say('referencesAdded', { n: 1, last: 4 })).toBe('Bild 4 hinzugefügt.');
    expect(words.say('referencesAdded', { n: 3, last: 4 })).toBe('3 Bilder hinzugefügt.');
  });

  it('keeps a place that has no value', () => {
    expect(new Words().say('ownerWorkerSnippet' as 'make')).toBe('');
    expect(new Words('de', de).say('ownerWorkerSnippet')).toBe('Den {build} neu kopieren und hier einfügen.');
  });

  it('has values as they are, whatever signs they have', () => {
    expect(new Words('de', de).say('keptOpen', { text: "$& $1 {n} $'" })).toBe("Öffnen: $& $1 {n} $'");
  });
});

describe("the page's words", () => {
  it('win over ours in every language', () => {
    const own = { make: 'Draw it', charactersLeft: { one: 'one', other: 'still {n}' } };

    const words = new Words('de', de, own);

    expect(words.say('make')).toBe('Draw it');
    expect(words.say('charactersLeft', { n: 1 })).toBe('one');
    expect(words.say('charactersLeft', { n: 1234 })).toBe('still 1.234');
    expect(words.say('cancel')).toBe('Abbrechen');
  });

  it('may be empty', () => {
    expect(new Words('de', de, { label: '' }).say('label')).toBe('');
  });

  it.each([
    ['a number', 5],
    ['a function', () => 'Draw it'],
    ['nothing', null],
    ['a list', ['Draw it']],
    ['an object without forms', {}],
    ['forms that are no texts', { one: 1, other: () => 'Draw it' }],
    ['a symbol', Symbol('make')],
  ])('count as absent where they are %s', (_, make) => {
    const own = { make } as unknown as Messages;

    expect(new Words('en', undefined, own).say('make')).toBe('Make picture');
    expect(new Words('de', de, own).say('make', { n: 1 })).toBe('Bild erstellen');
  });

  it.each([5, 'make', true, null, () => 'make', ['make'], new Map()])('may be anything, such as %s', (own) => {
    expect(new Words('de', de, own as unknown as Messages).say('make')).toBe('Bild erstellen');
  });

  it('with keys and places that every object has are nothing special', () => {
    const own = JSON.parse('{"__proto__": {"make": "Draw it"}, "constructor": "x"}') as Messages;

    expect(new Words('en', undefined, own).say('make')).toBe('Make picture');
    expect(new Words('en', undefined, { make: '{constructor} {__proto__}' }).say('make')).toBe(
      '{constructor} {__proto__}',
    );
  });
});
