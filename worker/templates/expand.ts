/** Puts a visitor's values into the owner's template, which makes an ordinary request of them. */
import type { KeptReference } from '../request/parse-references.ts';
import type { Part, Turn } from '../request/request.ts';
import { PLACEHOLDER, photosOf } from './slots.ts';
import type { Template } from './template.ts';

/** What a visitor has sent, checked. */
export interface Filled {
  /** Tidy values of the slots for text and choices, by name. */
  texts: ReadonlyMap<string, string>;
  /** Uploaded files of the slots for photos, by name. */
  photos: ReadonlyMap<string, KeptReference>;
  /** The picture to change. */
  previous?: KeptReference;
}

/** The type of a picture before its look-up. */
const UNKNOWN_TYPE = 'application/octet-stream';

/** Tells the model which of the pictures the words are to change. The element says it in the same words. */
const PICTURE_TO_CHANGE = 'The picture to change:';

/**
 * The owner's pictures go up first, then the photos, the picture to change, and the words.
 *
 * @param site Its id, for the owner's pictures.
 */
export function expand(
  template: Template,
  { texts, photos, previous }: Filled,
  site: string,
): { turns: Turn[]; references: KeptReference[] } {
  const sent = photosOf(template.slots).flatMap(({ name }) => {
    const reference = photos.get(name);
    return reference ? [{ name, reference }] : [];
  });
  const references: KeptReference[] = [
    ...template.pictures.map((id) => ({ kind: 'template' as const, site, id, field: 'template' })),
    ...sent.map(({ reference }) => reference),
  ];
  const numbers = new Map(sent.map(({ name }, at) => [name, String(template.pictures.length + at + 1)]));
  const text = fill(template.prompt, (name) => texts.get(name) ?? numbers.get(name) ?? '');
  const parts: Part[] = references.map((_, input) => picture(input));
  if (previous) parts.push({ kind: 'text', text: PICTURE_TO_CHANGE }, picture(references.push(previous) - 1));
  parts.push({ kind: 'text', text });
  return { turns: [{ role: 'user', parts }], references };
}

/** One pass: a value that looks like a placeholder is text like any other. A photo's value is its number. */
const fill = (prompt: string, toValue: (name: string) => string): string =>
  prompt.replace(PLACEHOLDER, (_, name: string) => toValue(name.trim()));

const picture = (input: number): Part => ({ kind: 'image', mimeType: UNKNOWN_TYPE, input });
