import { afterEach, describe, expect, it, vi } from 'vitest';
import { languageOf, wordsOf } from '../../../widget/languages.ts';

vi.mock('../../../widget/words/languages/pt.ts', () => {
  throw new Error('404');
});

afterEach(() => {
  document.body.replaceChildren();
  document.documentElement.removeAttribute('lang');
});

const put = (html: string): HTMLElement => {
  document.body.innerHTML = html;
  return document.querySelector('i') as HTMLElement;
};

describe('the language of an element', () => {
  it('is that of the nearest that has one', () => {
    document.documentElement.lang = 'fr';

    expect(languageOf(put('<div><i></i></div>'))).toBe('fr');
    expect(languageOf(put('<div lang="de"><p lang=""><i></i></p></div>'))).toBe('de');
    expect(languageOf(put('<div lang="de"><i lang="ja"></i></div>'))).toBe('ja');
  });

  it('is English where nothing says so', () => {
    expect(languageOf(put('<div><i></i></div>'))).toBe('en');
    expect(languageOf(document.createElement('i'))).toBe('en');
  });

  it('is found through shadow roots', () => {
    const host = put('<section lang="es"><i></i></section>');
    const inner = document.createElement('i');
    host.attachShadow === undefined
      ? null
      : document.querySelector('section')?.attachShadow({ mode: 'open' }).append(inner);

    expect(languageOf(inner)).toBe('es');
  });

  it('is not a control of a form that is named so', () => {
    document.documentElement.lang = 'de';

    expect(languageOf(put('<form><select name="lang"><option>fr</select><i></i></form>'))).toBe('de');
  });
});

describe('the words of a language', () => {
  it.each([
    ['de', 'Bild erstellen', 'de', '1.234'],
    ['de-CH', 'Bild erstellen', 'de-CH', expect.stringMatching(/^1['’]234$/)],
    ['DE-at', 'Bild erstellen', 'de-AT', '1\u00a0234'],
    ['de_DE', 'Bild erstellen', 'de-DE', '1.234'],
    ['fr-CA', 'Créer l’image', 'fr-CA', '1\u00a0234'],
    ['es-MX', 'Crear imagen', 'es-MX', '1,234'],
    ['ja-JP', '画像を作る', 'ja-JP', '1,234'],
    ['zh', '制作图片', 'zh', '1,234'],
    ['zh-CN', '制作图片', 'zh-CN', '1,234'],
    ['zh-Hans', '制作图片', 'zh-Hans', '1,234'],
    ['cmn-Hans-CN', '制作图片', 'zh-Hans-CN', '1,234'],
    ['ar-EG', 'أنشئ الصورة', 'ar-EG', '١٬٢٣٤'],
    ['ar-EG-u-nu-latn', 'أنشئ الصورة', 'ar-EG-u-nu-latn', '1,234'],
    ['en-IN', 'Make picture', 'en-IN', '1,234'],
  ])('%s has figures of its region', async (tag, make, lang, figure) => {
    const words = await wordsOf(tag, undefined);

    expect([words.say('make'), words.lang, words.number(1234)]).toEqual([make, lang, figure]);
  });

  it.each([
    'it',
    'nl-BE',
    'zh-TW',
    'zh-Hant',
    'zh-HK',
    'sr-Latn',
    'xx',
    'a',
    '',
    'de-',
    '*',
    '<b>',
    'constructor',
    '__proto__',
  ])('%s is English, figures and all', async (tag) => {
    const words = await wordsOf(tag, undefined);

    expect([words.say('make'), words.number(1234.5)]).toEqual(['Make picture', '1,234.5']);
    expect(words.lang).toBe('en');
  });

  it('are English where the translation does not load', async () => {
    const words = await wordsOf('pt-BR', { cancel: 'Parar' });

    expect([words.say('make'), words.say('cancel'), words.lang]).toEqual(['Make picture', 'Parar', 'en']);
  });
});
