import { type Messages, Words } from './words/words.ts';

/** Languages beside English. Each is a module of its own, fetched when a page speaks it. */
const LANGUAGES: Readonly<Record<string, () => Promise<{ default: Messages }>>> = {
  ar: () => import('./words/languages/ar.ts'),
  de: () => import('./words/languages/de.ts'),
  es: () => import('./words/languages/es.ts'),
  fr: () => import('./words/languages/fr.ts'),
  ja: () => import('./words/languages/ja.ts'),
  pt: () => import('./words/languages/pt.ts'),
  zh: () => import('./words/languages/zh.ts'),
};

/**
 * The language of the element: its own `lang`, or that of the nearest ancestor, through shadow roots. Ancestors are asked
 * for the attribute: the property of a form may be a control that is named so.
 */
export function languageOf({ lang, parentNode }: HTMLElement): string {
  for (let node = parentNode; !lang && node; node = node instanceof ShadowRoot ? node.host : node.parentNode)
    if (node instanceof Element) lang = node.getAttribute('lang') ?? '';
  return lang || 'en';
}

/**
 * The words of a language that we have, else English. Numbers and times follow the page's own tag, so that `de-CH` has
 * Swiss ones.
 */
export async function wordsOf(tag: string, own: Messages | undefined): Promise<Words> {
  const { locale, language } = readTag(tag);
  // A translation that does not load must not keep the visitor from the picture: the English words are there.
  const translation = await LANGUAGES[language]?.().catch(() => undefined);
  return new Words(translation || language === 'en' ? locale : 'en', translation?.default, own);
}

/** Some pages write `de_DE`. Whoever reads traditional characters has no use for simplified ones. */
function readTag(tag: string): { locale: string; language: string } {
  try {
    const locale = new Intl.Locale(tag.replaceAll('_', '-'));
    const { language, script } = locale.maximize();
    return { locale: `${locale}`, language: script === 'Hant' ? '' : language };
  } catch {
    return { locale: 'en', language: 'en' };
  }
}
