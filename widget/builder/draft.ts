/** What the owner has chosen in the builder. A link carries it in its fragment, so every value of it may be hostile. */

/** Pieces of the element that an owner may leave out. Each is an attribute `without-…`. */
export const PIECES = [
  'settings',
  'references',
  'region',
  'compare',
  'history',
  'download',
  'copy',
  'share',
  'ideas',
] as const;
export type Piece = (typeof PIECES)[number];

/** As the model names them; `auto` leaves the shape to the visitor's words. */
export const SHAPES = [
  'auto',
  '1:1',
  '5:4',
  '4:3',
  '3:2',
  '16:9',
  '21:9',
  '4:1',
  '8:1',
  '4:5',
  '3:4',
  '2:3',
  '9:16',
  '1:4',
  '1:8',
] as const;
export type Shape = (typeof SHAPES)[number];

export const CORNERS = ['soft', 'square', 'round'] as const;
export const SCHEMES = ['page', 'light', 'dark'] as const;
export const FONTS = ['page', 'system'] as const;

export interface Draft {
  /** `#rrggbb`, or empty for the page's own. */
  accent: string;
  corners: (typeof CORNERS)[number];
  scheme: (typeof SCHEMES)[number];
  font: (typeof FONTS)[number];
  /** Empty: the element's own words. */
  label: string;
  placeholder: string;
  ideas: readonly string[];
  shape: Shape;
  /** Id of a model; empty for the site's default. */
  model: string;
  without: readonly Piece[];
  /** A form around the element gets the chosen picture. */
  inForm: boolean;
  /** Id of the site. */
  site: string;
  /** Address of the page, as it was typed. */
  page: string;
}

export const EMPTY: Draft = {
  accent: '',
  corners: 'soft',
  scheme: 'page',
  font: 'page',
  label: '',
  placeholder: '',
  ideas: [],
  shape: 'auto',
  model: '',
  without: [],
  inForm: false,
  site: 'default',
  page: '',
};

const MAX_WORDS = 200;
const MAX_IDEAS = 9;
const MAX_ADDRESS = 300;

/** One line of text without control characters, as long as a label may be. */
export const toLine = (text: string, most = MAX_WORDS): string =>
  text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, most);

/** One idea a line. */
export const toIdeas = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => toLine(line))
    .filter((line) => line !== '')
    .slice(0, MAX_IDEAS);

/** @returns `#rrggbb` in lower case, or undefined for anything but three or six hexadecimal digits. */
export function toColour(text: string): string | undefined {
  const [, digits] = /^\s*#?([0-9a-f]{3}|[0-9a-f]{6})\s*$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const six = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
  return `#${six.toLowerCase()}`;
}

/** Sites and models have such ids. */
export const toId = (text: string): string | undefined => /^[a-z0-9][a-z0-9._-]{0,99}$/.exec(text.trim())?.[0];

const oneOf = <Value extends string>(values: readonly Value[], text: string | null, otherwise: Value): Value =>
  values.find((value) => value === text) ?? otherwise;

/** @returns Only what differs from {@link EMPTY}, without `#`. */
export function toFragment(draft: Draft): string {
  const fields = new URLSearchParams();
  for (const name of [
    'accent',
    'corners',
    'scheme',
    'font',
    'label',
    'placeholder',
    'shape',
    'model',
    'site',
    'page',
  ] as const) {
    if (draft[name] !== EMPTY[name]) fields.set(name, draft[name]);
  }
  for (const idea of draft.ideas) fields.append('idea', idea);
  if (draft.without.length > 0) fields.set('without', draft.without.join(' '));
  if (draft.inForm) fields.set('form', '1');
  return fields.toString();
}

/** @param fragment With or without `#`. What cannot be read has its default. */
export function fromFragment(fragment: string): Draft {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const line = (name: string) => toLine(fields.get(name) ?? '');
  const without = (fields.get('without') ?? '').split(' ');
  return {
    accent: toColour(fields.get('accent') ?? '') ?? '',
    corners: oneOf(CORNERS, fields.get('corners'), EMPTY.corners),
    scheme: oneOf(SCHEMES, fields.get('scheme'), EMPTY.scheme),
    font: oneOf(FONTS, fields.get('font'), EMPTY.font),
    label: line('label'),
    placeholder: line('placeholder'),
    ideas: toIdeas(fields.getAll('idea').join('\n')),
    shape: oneOf(SHAPES, fields.get('shape'), EMPTY.shape),
    model: toId(fields.get('model') ?? '') ?? '',
    without: PIECES.filter((piece) => without.includes(piece)),
    inForm: fields.get('form') === '1',
    site: toId(fields.get('site') ?? '') ?? EMPTY.site,
    page: toLine(fields.get('page') ?? '', MAX_ADDRESS),
  };
}

/** The element as the draft wants it: only what differs from its defaults. */
export interface Tag {
  /** True for an attribute without a value. */
  attributes: readonly (readonly [name: string, value: string | true])[];
  css: readonly (readonly [property: string, value: string])[];
  ideas: readonly string[];
}

const RADIUS = { square: '0px', round: '1.25em' };

/** A scheme of its own needs a ground of its own: the page's text would be unreadable on it. */
const ownScheme = (scheme: 'light' | 'dark') =>
  [
    ['color-scheme', scheme],
    ['background', 'Canvas'],
    ['color', 'CanvasText'],
    ['padding', '1.25em'],
  ] as const;

export function tagOf(draft: Draft): Tag {
  const ideas = draft.without.includes('ideas') ? [] : draft.ideas;
  const words = [
    ['site', draft.site, EMPTY.site],
    ['label', draft.label, ''],
    ['placeholder', draft.placeholder, ''],
    ['aspect-ratio', draft.shape, EMPTY.shape],
    ['model', draft.model, ''],
    ['name', draft.inForm ? 'picture' : '', ''],
  ] as const;
  return {
    attributes: [
      ...words.filter(([, value, otherwise]) => value !== otherwise).map(([name, value]) => [name, value] as const),
      ...draft.without.map((piece) => [`without-${piece}`, true] as const),
    ],
    css: [
      ...(draft.accent ? [['--peel-accent', draft.accent] as const] : []),
      ...(draft.corners === 'soft' ? [] : [['--peel-radius', RADIUS[draft.corners]] as const]),
      ...(draft.font === 'page' ? [] : [['--peel-font', 'system-ui,sans-serif'] as const]),
      ...(draft.scheme === 'page' ? [] : ownScheme(draft.scheme)),
    ],
    ideas,
  };
}
