import { LitElement, type PropertyDeclaration, type PropertyValues } from 'lit';
import type { Idea } from '../worker/protocol.ts';
import type { StudioOptions } from './settings/settings.ts';
import type { Messages } from './words/words.ts';

/** The default endpoint: the origin this script was loaded from. */
const OWN_ORIGIN = new URL(import.meta.url).origin;
/** Characters of a prompt; far more than models use. */
const DEFAULT_MAX_LENGTH = 4000;
const MOST_REFERENCES = 14;
const MOST_PICTURES = 4;

/** A value that cannot be read counts as absent, and an absent one has its default (frameworks remove what is undefined). */
type Read<Value> = (text: unknown) => Value | undefined;

const words: Read<string> = (value) => (typeof value === 'string' ? value : undefined);
const oneOf =
  <Value extends string>(...values: Value[]): Read<Value> =>
  (value) =>
    values.find((one) => one === value);
/** Only texts and numbers: anything else may throw when it is converted. */
const whole =
  (from: number, to: number): Read<number> =>
  (value) => {
    const number = typeof value === 'string' ? Number(value.trim() || Number.NaN) : (value as number);
    return Number.isInteger(number) && number >= from && number <= to ? number : undefined;
  };
const ratio: Read<string> = (value) =>
  typeof value === 'string' && /^\s*(?:auto|\d{1,2}:\d{1,2})\s*$/i.test(value) ? value : undefined;

/** How each attribute with a value is read, and its default. */
const VALUES = {
  endpoint: [words, OWN_ORIGIN],
  site: [words, 'default'],
  name: [words, ''],
  value: [words, ''],
  label: [words, ''],
  hint: [words, ''],
  placeholder: [words, ''],
  minlength: [whole(0, 1e6), 0],
  maxlength: [whole(1, 1e6), DEFAULT_MAX_LENGTH],
  model: [words, ''],
  models: [words, ''],
  aspectRatio: [ratio, 'auto'],
  resolution: [words, ''],
  thinking: [words, ''],
  grounding: [oneOf('none', 'web', 'image'), 'none'],
  count: [whole(1, MOST_PICTURES), 1],
  maxReferences: [whole(0, MOST_REFERENCES), MOST_REFERENCES],
  formValue: [oneOf('image', 'prompt', 'both'), 'image'],
  useLabel: [words, ''],
  layout: [oneOf('auto', 'stack', 'split', 'compact'), 'auto'],
  loading: [oneOf('lazy', 'eager'), 'lazy'],
  persist: [oneOf('none', 'session', 'local'), 'none'],
  submitOn: [oneOf('enter', 'mod-enter'), 'enter'],
  lang: [words, ''],
  autocomplete: [words, ''],
} as const satisfies Record<string, readonly [Read<unknown>, unknown]>;

type Name = keyof typeof VALUES;

/** Attributes without a value. */
const FLAGS = [
  'disabled',
  'readonly',
  'required',
  'requireResult',
  'withoutSettings',
  'withoutIdeas',
  'withoutReferences',
  'withoutHistory',
  'withoutRegion',
  'withoutCompare',
  'withoutDownload',
  'withoutCopy',
  'withoutShare',
] as const;

/** Properties that no attribute can hold. */
const OBJECTS = ['ideas', 'slotValues', 'strings', 'fetch', 'beforeSend'];

/** What the browser looks up on the element itself. */
const REFLECTED: readonly string[] = ['name', 'disabled'];

/** An attribute is its property's name in kebab-case. */
const attributeOf = (name: string): PropertyDeclaration => ({
  attribute: name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  reflect: REFLECTED.includes(name),
});

const properties: Record<string, PropertyDeclaration> = {};
for (const name of OBJECTS) properties[name] = { attribute: false };
for (const name of FLAGS) properties[name] = { ...attributeOf(name), type: Boolean };
for (const [name, [read, fallback]] of Object.entries(VALUES)) {
  properties[name] = {
    ...attributeOf(name),
    converter: {
      fromAttribute: (text) => read(text) ?? fallback,
      // An empty value is no attribute.
      toAttribute: (value) => value || null,
    },
  };
}

/** The attributes and properties of `<peel-studio>`. All are live: changing one never loses a picture. */
export class StudioAttributes extends LitElement implements StudioOptions {
  static override properties = properties;

  /** Origin of the worker, or a path in front of it. */
  declare endpoint: string;
  /** Id of one of the worker's sites. */
  declare site: string;
  /** Name of the value in the form around the element. */
  declare name: string;
  /** The words for a new picture. */
  declare value: string;
  declare label: string;
  declare hint: string;
  declare placeholder: string;
  /** In characters. */
  declare minlength: number;
  /** In characters. */
  declare maxlength: number;
  declare disabled: boolean;
  declare readonly: boolean;
  /** The form needs words. */
  declare required: boolean;
  /** The form needs a chosen picture. */
  declare requireResult: boolean;
  /** What the form gets: the chosen picture's address, the words, or both. */
  declare formValue: 'image' | 'prompt' | 'both';
  /** The owner's words on the button that chooses a picture. */
  declare useLabel: string;
  /** A model of the site; empty for its default. */
  declare model: string;
  /** Ids of the models that are offered, separated by spaces. It narrows the site's list; empty for all. */
  declare models: string;
  /** `auto` or a ratio. */
  declare aspectRatio: string;
  /** `512`, `1k`, `2k` or `4k`; empty for 1K. */
  declare resolution: string;
  /** A thinking level of the model; empty for its default. */
  declare thinking: string;
  /** What the model may look up, where the site allows it. */
  declare grounding: 'none' | 'web' | 'image';
  /** Pictures at once, 1 to 4. */
  declare count: number;
  /** Lower of this and what the model takes. */
  declare maxReferences: number;
  declare layout: 'auto' | 'stack' | 'split' | 'compact';
  /** `eager` reads the site's facts before the element is seen. */
  declare loading: 'lazy' | 'eager';
  /** What stays after a reload: nothing, the pictures of this tab, or of this browser. */
  declare persist: 'none' | 'session' | 'local';
  /** Which key sends: `enter`, with Shift for a new line, or `mod-enter`. */
  declare submitOn: 'enter' | 'mod-enter';
  declare withoutSettings: boolean;
  declare withoutIdeas: boolean;
  declare withoutReferences: boolean;
  declare withoutHistory: boolean;
  declare withoutRegion: boolean;
  declare withoutCompare: boolean;
  declare withoutDownload: boolean;
  declare withoutCopy: boolean;
  declare withoutShare: boolean;
  /** Replaces the site's ideas. */
  declare ideas: readonly (string | Idea)[] | undefined;
  /** Values of a template's slots, by name. */
  slotValues: Readonly<Record<string, string>> = {};
  /** The page's own words, by key; see `docs/widget.md`. */
  declare strings: Messages | undefined;
  /** Replaces the browser's `fetch`, for tests and for pages that monitor their traffic. */
  declare fetch: typeof fetch | undefined;
  /** Called with the request before it is sent; what it returns is sent instead. */
  declare beforeSend: BeforeSend | undefined;
  /** The language of the nearest ancestor decides where this is empty. */
  declare lang: string;
  /** As on a native field. */
  declare autocomplete: string;

  constructor() {
    super();
    for (const [name, [, fallback]] of Object.entries(VALUES)) Object.assign(this, { [name]: fallback });
    for (const name of FLAGS) this[name] = false;
  }

  /** Gives a property that was set to something unreadable its default, as its attribute has. */
  protected override willUpdate(_changed: PropertyValues<this>) {
    for (const [name, [read, fallback]] of Object.entries(VALUES)) {
      const known = read(this[name as Name]) ?? fallback;
      if (known !== this[name as Name]) Object.assign(this, { [name]: known });
    }
    this.slotValues ??= {};
    if (!Array.isArray(this.ideas)) this.ideas = undefined;
  }
}

export type BeforeSend = (request: import('./api/model.ts').Take) => import('./api/model.ts').Take;
