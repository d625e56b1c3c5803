/** Decisions about the owner's slots: what a visitor may put in, and how it is sent. */
import type { TemplateSlot } from '../../worker/protocol.ts';
import type { TemplatePart } from '../api/gemini.ts';
import type { Words } from '../words/words.ts';

/** By the name of the slot. A photo is the address of its uploaded file. */
export type SlotValues = Readonly<Record<string, string>>;

/** A page may set numbers, and a slot may have the name of something that every object has. */
export const slotValue = (values: SlotValues, name: string): string =>
  Object.hasOwn(values, name) ? String(values[name] ?? '') : '';

/** Control characters, halves of characters, and those that turn the direction of the text around them. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Bidi_C}]/u;

/**
 * What a reader sees and what shapes it: a flag of tags; or a character, with a selector of its variant and a joiner, which
 * emoji, Persian and Indian scripts need. Every other invisible character goes, as in the worker.
 */
const SEEN_OR_NOT =
  /(\u{1f3f4}[\u{e0020}-\u{e007e}]{1,8}\u{e007f}|[^\p{DI}\s]\p{VS}?\p{Join_C}?)|(?!\p{Bidi_C})\p{DI}/gu;

/** Any white space, line breaks, tabs and the empty braille cell too, is one space. */
const tidy = (text = ''): string =>
  text
    .replace(SEEN_OR_NOT, '$1')
    .replace(/[\s\u2800]+/g, ' ')
    .trim();

/** In UTF-16 units, as `maxlength` of a native field counts. */
export const lengthOf = (text = ''): number => tidy(text).length;

/**
 * @returns The first problem of each slot that has one, in the order of the slots. Empty: the values can be sent.
 */
export function checkSlots(slots: readonly TemplateSlot[], values: SlotValues, words: Words): Record<string, string> {
  const problems = slots.map(
    (slot) => [slot.name, problemOf(slot, tidy(slotValue(values, slot.name)), words)] as const,
  );
  return Object.fromEntries(problems.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function problemOf({ type, maxLength, choices, required }: TemplateSlot, value: string, words: Words) {
  if (value === '') {
    const missing = type === 'text' ? 'fillIn' : type === 'choice' ? 'pleaseChoose' : 'addPhoto';
    return required ? words.say(missing) : undefined;
  }
  // A page can set any value; a visitor only those that are offered.
  if (type === 'choice') return choices.includes(value) ? undefined : words.say('pleaseChoose');
  if (type === 'photo') return undefined;
  if (UNSEEN.test(value)) return words.say('hiddenCharacters');
  return value.length > maxLength ? words.say('tooLong', { n: maxLength }) : undefined;
}

/**
 * The part of a request that fills the owner's template. A slot without a value is left out.
 *
 * @param previous Address of the picture that is changed.
 */
export function toTemplatePart(values: SlotValues, previous?: string): TemplatePart {
  const filled = Object.keys(values).map((name) => [name, tidy(slotValue(values, name))] as const);
  return {
    peelTemplate: {
      slots: Object.fromEntries(filled.filter(([, value]) => value !== '')),
      ...(previous !== undefined && { previous }),
    },
  };
}
