import { FIRST } from './english/first.ts';
import type { Key } from './keys.ts';

/** A text with `{name}` places, or one text for each plural form of its `{n}`. */
export type Message = string | (Partial<Record<Intl.LDMLPluralRule, string>> & { other: string });
export type Messages = Readonly<Record<string, Message>>;
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
   * @param own The page's words.
   */
  constructor(lang = 'en', translation?: Messages, own: Messages = {}) {
    this.lang = lang;
    this.#sources = [own, translation ?? english, english];
    this.#plural = new Intl.PluralRules(lang);
    this.#number = new Intl.NumberFormat(lang);
  }

  /** @param values For the `{name}` places; `n` also chooses the plural form. Numbers are written as the language does. */
  say(key: Key, values: Values = {}): string {
    const message = this.#sources.find((source) => Object.hasOwn(source, key))?.[key] ?? '';
    const { n } = values;
    const text =
      typeof message === 'string'
        ? message
        : (message[typeof n === 'number' ? this.#plural.select(n) : 'other'] ?? message.other);
    return text.replace(/\{(\w+)\}/g, (place, name: string) => {
      const value = values[name];
      return typeof value === 'number' ? this.number(value) : (value ?? place);
    });
  }

  number(value: number): string {
    return this.#number.format(value);
  }
}
