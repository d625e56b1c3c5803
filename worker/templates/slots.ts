/** Slots of a template and what a visitor writes into them. The widget counts and tidies text in the same way. */
import type { TemplateSlot } from '../protocol.ts';

/** A place for a slot's value, with the slot's name. */
export const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** Longest text of a slot whose owner sets no limit, in UTF-16 units. */
export const DEFAULT_MAX_LENGTH = 200;

/** Control characters, halves of characters, and those that turn the direction of the text around them. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Bidi_C}]/u;

/**
 * What a reader sees and what shapes it: a flag of tags; or a character, with a selector of its variant and a joiner, which
 * emoji, Persian and Indian scripts need. What else is invisible could carry a hidden text, or be all of a value.
 */
const SEEN_OR_NOT =
  /(\u{1f3f4}[\u{e0020}-\u{e007e}]{1,8}\u{e007f}|[^\p{DI}\s]\p{VS}?\p{Join_C}?)|(?!\p{Bidi_C})\p{DI}/gu;

/** Any white space, line breaks, tabs and the empty braille cell too, is one space. Invisible characters go. */
export const tidy = (text: string): string =>
  text
    .replace(SEEN_OR_NOT, '$1')
    .replace(/[\s\u2800]+/g, ' ')
    .trim();

/** Whether a tidy text holds characters that no reader sees. */
export const hasUnseen = (text: string): boolean => UNSEEN.test(text);

/** A text that says what its reader sees: tidy, and without the characters that no reader sees. */
export const readable = (text: string): string => tidy(text.replace(new RegExp(UNSEEN, 'gu'), ' '));

/** The slots whose value is a picture, in the order in which their pictures go up. */
export const photosOf = <S extends Pick<TemplateSlot, 'type'>>(slots: readonly S[]): S[] =>
  slots.filter(({ type }) => type === 'photo');

/** The most pictures of a request: the owner's, one for each photo, and one that is changed. */
export const mostPicturesOf = ({
  pictures = [],
  slots = [],
}: {
  pictures?: readonly unknown[];
  slots?: readonly Pick<TemplateSlot, 'type'>[];
}): number => pictures.length + photosOf(slots).length + 1;
