/** Slots of a template and what a visitor writes into them. The widget counts and tidies text in the same way. */
import type { TemplateSlot } from '../protocol.ts';

/** A place for a slot's value, with the slot's name. */
export const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** Longest text of a slot whose owner sets no limit, in UTF-16 units. */
export const DEFAULT_MAX_LENGTH = 200;

/** Control characters, halves of characters, and those that turn the direction of the text around them. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u;

/** Any white space, line breaks and tabs too, is one space. */
export const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Whether a tidy text holds characters that no reader sees. */
export const hasUnseen = (text: string): boolean => UNSEEN.test(text);

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
