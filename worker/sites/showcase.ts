/**
 * What a site shows its visitors before their own picture: ideas, a wall of examples, quick changes and a notice. Every
 * visitor's browser fetches all of it, so each part has a bound.
 */
import * as v from 'valibot';
import type { Action } from '../protocol.ts';
import { wholeFrom } from './record-schema.ts';

export const ACTIONS: readonly Action[] = ['take', 'background', 'restyle', 'remove', 'sharper', 'change'];

export const MAX_ENTRIES = 24;
/** As the widget's own default for a prompt is 4,000, an idea is a beginning. */
const MAX_PROMPT = 1000;
const MAX_ALT = 300;
export const MAX_NOTICE = 1000;
const MAX_ADDRESS = 2048;
const MAX_PIXELS = 20_000;

const text = (max: number) => {
  const rule = `must be text of 1 to ${max} characters`;
  return v.pipe(v.string(rule), v.trim(), v.nonEmpty(rule), v.maxLength(max, rule));
};

const ADDRESS_RULE = 'must be an https address, or a path of this deployment such as /images/… or /wall/fox.jpg';
const address = v.pipe(
  v.string(ADDRESS_RULE),
  v.maxLength(MAX_ADDRESS, ADDRESS_RULE),
  v.check(isAddress, ADDRESS_RULE),
);

const PIXELS_RULE = `must be a whole number of pixels from 1 to ${MAX_PIXELS}`;
const pixels = wholeFrom(1, MAX_PIXELS, PIXELS_RULE);

export const IDEA = v.strictObject({ text: text(MAX_PROMPT), image: v.exactOptional(address) });
/** Words alone are an idea without a picture, as in the variable `SITE_IDEAS`. */
export const ideaOf = (idea: unknown): unknown => (typeof idea === 'string' ? { text: idea } : idea);
const IDEA_OR_WORDS = v.pipe(v.unknown(), v.transform(ideaOf), IDEA);
export const WALL_PICTURE = v.strictObject({
  image: address,
  prompt: text(MAX_PROMPT),
  width: pixels,
  height: pixels,
  alt: v.exactOptional(text(MAX_ALT)),
});

const MAX_LABEL = 60;
const PRESET = v.strictObject({ label: text(MAX_LABEL), prompt: text(MAX_PROMPT) });

/**
 * A value of a look: no sign that ends a declaration, a rule or the style sheet, and no function that loads an address.
 * Without `\` and `*` no other spelling of such a function is possible.
 */
export const CSS_VALUE = /^(?!.*(?:url|src|image|image-set|cross-fade)\()[\w\s#%(),./+-]{1,200}$/is;
const CSS_RULE = 'must be a CSS value of letters, digits, blanks and #%(),./+-, without url() or another that loads';
const css = v.pipe(v.string(CSS_RULE), v.regex(CSS_VALUE, CSS_RULE));
const LOOK = v.strictObject({
  accent: v.exactOptional(css),
  radius: v.exactOptional(css),
  font: v.exactOptional(css),
  scheme: v.exactOptional(v.picklist(['light', 'dark'], 'must be light or dark')),
});

const listOf = <S extends v.GenericSchema>(entry: S) =>
  v.exactOptional(
    v.pipe(v.array(entry, 'must be a list'), v.maxLength(MAX_ENTRIES, `must have at most ${MAX_ENTRIES} entries`)),
  );

export const REPORTS_RULE = 'must be off, desk, or an address such as mailto:help@shop.example';
/** An address that a page may show as it is: no parameter, no blank, no sign that HTML or a header could end at. */
export const REPORTS = v.pipe(
  v.string(REPORTS_RULE),
  v.regex(/^(?:off|desk|mailto:[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63})$/i, REPORTS_RULE),
);
export const LABELS = ['text', 'ai-mark'] as const;

/** The showcase as a part of a site's record. */
export const SHOWCASE = v.strictObject({
  presets: listOf(PRESET),
  ideas: listOf(IDEA_OR_WORDS),
  wall: listOf(WALL_PICTURE),
  actions: listOf(v.picklist(ACTIONS, `must be one of ${ACTIONS.join(', ')}`)),
  look: v.exactOptional(LOOK),
  notice: v.exactOptional(text(MAX_NOTICE)),
  showPrices: v.exactOptional(v.boolean('must be true or false')),
  /** Where visitors report a picture. */
  reports: v.exactOptional(REPORTS),
  /** How a picture says that a model made it. */
  label: v.exactOptional(v.picklist(LABELS, `must be one of ${LABELS.join(', ')}`)),
});

/** The address of a kept copy on the wall. */
const WALL_ADDRESS = /\/images\/(w[0-9a-f]{32})\/\d+\.[a-z]+$/;

/** Ids of the kept copies that a record's wall shows. @param wall As it stands in a record, of whatever form. */
export function wallIdsOf(wall: unknown): string[] {
  if (!Array.isArray(wall)) return [];
  return wall.flatMap((entry: { image?: unknown } | null) => WALL_ADDRESS.exec(String(entry?.image))?.[1] ?? []);
}

/** A path may not begin with two slashes: browsers read another host in it. */
function isAddress(value: string): boolean {
  if (/[\s\\"'<>]/.test(value)) return false;
  if (value.startsWith('/')) return !value.startsWith('//');
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url?.protocol === 'https:' && url.username === '' && url.password === '';
}
