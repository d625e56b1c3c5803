import { describe, expect, it } from 'vitest';
import type { Key } from '../../../widget/words/keys.ts';
import ar from '../../../widget/words/languages/ar.ts';
import de from '../../../widget/words/languages/de.ts';
import es from '../../../widget/words/languages/es.ts';
import fr from '../../../widget/words/languages/fr.ts';
import ja from '../../../widget/words/languages/ja.ts';
import pt from '../../../widget/words/languages/pt.ts';
import zh from '../../../widget/words/languages/zh.ts';
import type { Translation } from '../../../widget/words/words.ts';
import { ENGLISH, formsOf, KEYS, PARTS, placesOf, seen } from './english.ts';

type Language = 'ar' | 'de' | 'es' | 'fr' | 'ja' | 'pt' | 'zh';

const TRANSLATIONS: Record<Language, Translation> = { ar, de, es, fr, ja, pt, zh };
const LANGUAGES = Object.keys(TRANSLATIONS) as Language[];

/** Texts that are the same as in English, because the word is. */
const SAME: Record<Language, readonly Key[]> = {
  ar: ['webp', 'jpeg'],
  de: ['version', 'banner', 'details', 'original', 'seconds', 'webp', 'jpeg', 'zoomPercent'],
  es: ['banner', 'post', 'original', 'seconds', 'webp', 'jpeg', 'zoomPercent'],
  fr: [
    'keptVersions',
    'photo',
    'portrait',
    'post',
    'original',
    'seconds',
    'sources',
    'version',
    'versions',
    'webp',
    'jpeg',
    'zoomPercent',
  ],
  ja: ['webp', 'jpeg'],
  pt: ['cinema', 'post', 'download', 'original', 'seconds', 'webp', 'jpeg'],
  zh: ['webp', 'jpeg'],
};

/** Words for engineers, of money, and "generate". */
const FORBIDDEN: Record<Language, RegExp> = {
  ar: /توليد|ولّد|ولد|نموذج|رصيد|برومبت|توكن/,
  de: /prompt|modell|token|guthaben|generier|kosten|berechnet/i,
  es: /prompt|modelo|token|crédito|genera[rd]|cobr/i,
  fr: /prompt|modèle|jeton|crédit|génér|factur/i,
  ja: /プロンプト|モデル|トークン|クレジット|生成|料金/,
  pt: /prompt|modelo|token|crédito|gera[rd]|cobr/i,
  zh: /提示词|模型|令牌|积分|额度|生成|费/,
};

/** The mark of a picture in Chinese has the word that the law there asks for. */
const OF_THE_LAW: readonly Key[] = ['badge', 'alt', 'invisibleMark'];

/** What stands on a button, a chip, a segment or a tab. */
const BUTTONS: readonly Key[] = [
  ...(['make', 'cancel', 'add', 'another', 'makeChange', 'gotIt', 'readyIn', 'use', 'used', 'download'] as const),
  ...(['saved', 'changeThis', 'newPicture', 'quickBackground', 'quickRestyle', 'quickRemove', 'quickSharper'] as const),
  ...(['fast', 'best', 'quickest', 'small', 'screen', 'large', 'print', 'asUsual', 'careful', 'veryCareful'] as const),
  ...(['regionAccept', 'regionRemove', 'keptClear', 'keptKeep', 'moreExamples', 'ownerCopy'] as const),
  ...(['ownerAgain', 'linkWords', 'linkRetry', 'linkSmaller', 'linkRemove', 'reload', 'linkLoad'] as const),
];

/** What stands on a tile, which is 4.5 em wide. */
const TILES: readonly Key[] = [
  ...(['any', 'square', 'portrait', 'tall', 'wide', 'card', 'classic', 'photo', 'cinema', 'banner'] as const),
  ...(['ribbon', 'post', 'poster', 'bookmark', 'spine'] as const),
];

/** The plural forms that whole numbers of everyday use have. */
const pluralsOf = (language: Language) => {
  const rules = new Intl.PluralRules(language);
  const numbers = Array.from({ length: 10_000 }, (_, n) => n);
  return Map.groupBy(numbers, (n) => rules.select(n));
};

it('have one text for each key of each part', () => {
  expect(KEYS.length).toBe(PARTS.reduce((sum, part) => sum + Object.keys(part).length, 0));
});

describe.each(LANGUAGES)('%s', (language) => {
  const translation = TRANSLATIONS[language];
  const plurals = pluralsOf(language);
  const texts = KEYS.flatMap((key) => formsOf(translation[key]).map(([form, text]) => ({ key, form, text })));
  /** The texts that break a rule, with their keys. */
  const found = (isWrong: (text: string, key: Key) => boolean) =>
    texts.filter(({ key, text }) => isWrong(text, key)).map(({ key, text }) => `${key}: ${text}`);

  it('has every key and no other', () => {
    expect(Object.keys(translation).sort()).toEqual([...KEYS].sort());
  });

  it('has no text that is empty, or has spaces around it', () => {
    expect(found((text) => text === '' || text.trim() !== text || /\s\s/.test(text))).toEqual([]);
  });

  it('has the places of the English text', () => {
    const wrong = texts.filter(({ key, form, text }) => {
      const english = formsOf(ENGLISH[key]);
      const all = new Set(english.flatMap(([, one]) => [...placesOf(one)]));
      const needed = placesOf(english.find(([one]) => one === form)?.[1] ?? english.at(-1)?.[1] ?? '');
      // "One picture" and "two pictures" may be words.
      const numbers = (plurals.get(form) ?? []).filter((n) => n > 0);
      if (numbers.length <= 1) needed.delete('n');
      const places = placesOf(text);
      return !places.isSubsetOf(all) || !needed.isSubsetOf(places);
    });

    expect(wrong).toEqual([]);
  });

  it('has each plural form of the language where it has several', () => {
    const forms = [...plurals.keys()].sort();
    const wrong = KEYS.filter((key) => {
      const message = translation[key];
      return typeof message !== 'string' && Object.keys(message).sort().join() !== forms.join();
    });

    expect(wrong).toEqual([]);
  });

  it('says nothing in English by accident', () => {
    const same = KEYS.filter((key) => JSON.stringify(translation[key]) === JSON.stringify(ENGLISH[key]));
    // By four words that none of the languages has.
    const words = found((text) => /\b(?:the|your|picture|with)\b/i.test(text));

    expect(same.sort()).toEqual([...SAME[language]].sort());
    expect(words).toEqual([]);
  });

  it('has no words of engineers and none of money but in the lines about it', () => {
    const isExempt = (key: Key) => key.startsWith('cost') || (language === 'zh' && OF_THE_LAW.includes(key));

    expect(found((text, key) => !isExempt(key) && FORBIDDEN[language].test(text))).toEqual([]);
  });

  it('has no typewriter quotes', () => {
    expect(found((text) => /['"`]/.test(text))).toEqual([]);
  });

  it('keeps a figure and its unit together', () => {
    expect(found((text) => /\} (?:s|%|ث)(?!\p{L})/u.test(text))).toEqual([]);
  });

  it('ends sentences as English does, and headings without a full stop', () => {
    const wrong = texts.filter(({ key, form, text }) => {
      const english = formsOf(ENGLISH[key]);
      const same = english.find(([one]) => one === form)?.[1] ?? english.at(-1)?.[1] ?? '';
      return /\.$/.test(same) !== /[.。]$/.test(text);
    });

    expect(wrong).toEqual([]);
  });

  it('has buttons that are little longer than the English ones', () => {
    // A letter of these scripts is as wide as two.
    const width = (text: string) => seen(text).length * (language === 'ja' || language === 'zh' ? 2 : 1);
    const long = BUTTONS.flatMap((key) => formsOf(translation[key]).map(([, text]) => [key, text] as const)).filter(
      ([key, text]) => width(text) > Math.max(12, formsOf(ENGLISH[key])[0]![1].length * 1.6),
    );

    expect(long).toEqual([]);
  });

  it('has names of shapes that fit their tiles', () => {
    const most = language === 'ja' || language === 'zh' ? 4 : 9;
    const pieces = TILES.flatMap((key) => String(translation[key]).split(/[\u00ad ]/));

    expect(pieces.filter((piece) => piece.length > most)).toEqual([]);
  });

  it('calls a shape by one name only', () => {
    const names = TILES.map((key) => seen(String(translation[key])));

    expect(new Set(names).size).toBe(names.length);
  });
});

describe('signs', () => {
  const textsOf = (language: Language) =>
    KEYS.flatMap((key) => formsOf(TRANSLATIONS[language][key]).map(([, text]) => text));
  /** Code and addresses have signs of their own. */
  const proseOf = (language: Language) => textsOf(language).map((text) => text.replace(/https?:\/\/\S+|blob:/g, ''));

  it('French has a no-break space before double signs and inside quotation marks', () => {
    const wrong = proseOf('fr').filter((text) => /[^\u00a0][:;?!»]|«[^\u00a0]/.test(text));

    expect(wrong).toEqual([]);
  });

  it('German has its own quotation marks, in pairs', () => {
    const quotes = textsOf('de').map((text) => text.replace(/[^„“”«»]/g, ''));

    expect(quotes.filter((marks) => !/^(?:„“)*$/.test(marks))).toEqual([]);
  });

  it('Spanish opens what it asks', () => {
    expect(proseOf('es').filter((text) => text.includes('?') !== text.includes('¿'))).toEqual([]);
  });

  it.each(['ja', 'zh'] as const)('%s has signs of full width, and no spaces around figures', (language) => {
    const wrong = proseOf(language).filter((text) =>
      /[,:;?!]|[\u3000-\u9fff）」]\.|\(|[\s\u00a0]\{|\}[\s\u00a0]/u.test(text),
    );

    expect(wrong).toEqual([]);
  });

  it('Arabic has its own commas and question marks', () => {
    expect(proseOf('ar').filter((text) => /[,;?]/.test(text))).toEqual([]);
  });

  it('Arabic has a form of the noun for each figure that stands before one', () => {
    const bare = KEYS.filter((key) => {
      const message = TRANSLATIONS.ar[key];
      // "of", "in", and the short sign of a second.
      return typeof message === 'string' && /\{n\}[\s\u00a0](?!من|في|ث$)\p{L}/u.test(message);
    });

    expect(bare).toEqual([]);
  });

  it.each(['ar', 'ja', 'zh'] as const)('%s has no words in Latin letters but names', (language) => {
    const names =
      /SITE_ORIGINS|origins|PUT \/peel\/admin\/api\/sites|\/peel\/admin|Content-Security-Policy|localhost|img-src|frame-src|workers?|Peel|https?|Google|Shift|Where|Keys|Resume|PNG|JPEG|WebP|HEIC|AI/g;
    const wrong = proseOf(language).filter((text) => /[a-z]/i.test(text.replace(/\{\w+\}/g, '').replace(names, '')));

    expect(wrong).toEqual([]);
  });
});
