import { FIRST } from './english/first.ts';
import type { Key } from './keys.ts';

/** A text with `{name}` places, or one text for each plural form of its `{n}`. */
export type Message = string | (Partial<Record<Intl.LDMLPluralRule, string>> & { other: string });
export type Messages = Readonly<Record<string, Message>>;
/** All texts in another language, each with the places of the English one. */
export type Translation = Record<Key, Message>;
export type Values = Readonly<Record<string, string | number>>;

/** English of the parts that have been loaded. A part that is loaded later adds its own. */
const english: Record<string, Message> = { ...FIRST };

export const addEnglish = (messages: Messages): void => void Object.assign(english, messages);

/** The texts of the element in one language. The words of the page win over ours. */
export class Words {
  /** BCP 47. */
  readonly lang: string;
  readonly #sources: readonly Messages[];
  readonly #plural: Intl.PluralRules;
  readonly #number: Intl.NumberFormat;

  /**
   * @param translation Undefined for English.
   * @param own The page's words. What is not a text in them counts as absent.
   */
  constructor(lang = 'en', translation?: Messages, own?: Messages) {
    this.lang = lang;
    this.#sources = [own ?? {}, translation ?? english, english];
    this.#plural = new Intl.PluralRules(lang);
    this.#number = new Intl.NumberFormat(lang);
  }

  /** @param values For the `{name}` places; `n` also chooses the plural form. Numbers are written as the language does. */
  say(key: Key, values: Values = {}): string {
    const { n } = values;
    const form = typeof n === 'number' ? this.#plural.select(n) : 'other';
    const text = this.#sources.map((source) => formOf(source, key, form)).find((text) => text !== undefined) ?? '';
    return text.replace(/\{(\w+)\}/g, (place, name: string) => {
      const value = values[name];
      // The page's words may have any place, such as one that every object has.
      return typeof value === 'number' ? this.number(value) : typeof value === 'string' ? value : place;
    });
  }

  number(value: number): string {
    return this.#number.format(value);
  }
}

/** @param source Anything, where the page gave it. */
function formOf(source: Messages, key: Key, form: Intl.LDMLPluralRule): string | undefined {
  const message = Object.hasOwn(source, key) ? source[key] : undefined;
  const text = typeof message === 'string' ? message : (message?.[form] ?? message?.other);
  return typeof text === 'string' ? text : undefined;
}
