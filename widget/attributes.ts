import { type ComplexAttributeConverter, LitElement, type PropertyValues } from 'lit';
import { property } from 'lit/decorators.js';
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

/** How each property is read, and its default. Booleans need neither. */
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
} as const satisfies Record<string, readonly [Read<unknown>, unknown]>;

type Name = keyof typeof VALUES;

const converter = (name: Name): ComplexAttributeConverter => ({
  fromAttribute: (text) => VALUES[name][0](text) ?? VALUES[name][1],
  // An empty value is no attribute.
  toAttribute: (value) => value || null,
});
/** A property whose attribute is the same word in kebab-case. */
const valued = (name: Name) =>
  property({ attribute: name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), converter: converter(name) });
const flag = (attribute: string) => property({ type: Boolean, attribute });

/** The attributes and properties of `<peel-studio>`. All are live: changing one never loses a picture. */
export class StudioAttributes extends LitElement implements StudioOptions {
  /** Origin of the worker, or a path in front of it. */
  @valued('endpoint') endpoint: string = VALUES.endpoint[1];
  /** Id of one of the worker's sites. */
  @valued('site') site: string = VALUES.site[1];
  /** Name of the value in the form around the element. */
  @property({ reflect: true, converter: converter('name') }) name: string = VALUES.name[1];
  /** The words for a new picture. */
  @valued('value') value: string = VALUES.value[1];
  @valued('label') label: string = VALUES.label[1];
  @valued('hint') hint: string = VALUES.hint[1];
  @valued('placeholder') placeholder: string = VALUES.placeholder[1];
  /** In characters. */
  @valued('minlength') minlength: number = VALUES.minlength[1];
  /** In characters. */
  @valued('maxlength') maxlength: number = VALUES.maxlength[1];
  @property({ type: Boolean, reflect: true }) disabled = false;
  @flag('readonly') readonly = false;
  /** The form needs words. */
  @flag('required') required = false;
  /** The form needs a chosen picture. */
  @flag('require-result') requireResult = false;
  /** What the form gets: the chosen picture's address, the words, or both. */
  @valued('formValue') formValue: 'image' | 'prompt' | 'both' = VALUES.formValue[1];
  /** The owner's words on the button that chooses a picture. */
  @valued('useLabel') useLabel: string = VALUES.useLabel[1];
  /** A model of the site; empty for its default. */
  @valued('model') model: string = VALUES.model[1];
  /** Ids of the models that are offered, separated by spaces. It narrows the site's list; empty for all. */
  @valued('models') models: string = VALUES.models[1];
  /** `auto` or a ratio. */
  @valued('aspectRatio') aspectRatio: string = VALUES.aspectRatio[1];
  /** `512`, `1k`, `2k` or `4k`; empty for 1K. */
  @valued('resolution') resolution: string = VALUES.resolution[1];
  /** A thinking level of the model; empty for its default. */
  @valued('thinking') thinking: string = VALUES.thinking[1];
  /** What the model may look up, where the site allows it. */
  @valued('grounding') grounding: 'none' | 'web' | 'image' = VALUES.grounding[1];
  /** Pictures at once, 1 to 4. */
  @valued('count') count: number = VALUES.count[1];
  /** Lower of this and what the model takes. */
  @valued('maxReferences') maxReferences: number = VALUES.maxReferences[1];
  @valued('layout') layout: 'auto' | 'stack' | 'split' | 'compact' = VALUES.layout[1];
  /** `eager` reads the site's facts before the element is seen. */
  @valued('loading') loading: 'lazy' | 'eager' = VALUES.loading[1];
  /** What stays after a reload: nothing, the pictures of this tab, or of this browser. */
  @valued('persist') persist: 'none' | 'session' | 'local' = VALUES.persist[1];
  /** Which key sends: `enter`, with Shift for a new line, or `mod-enter`. */
  @valued('submitOn') submitOn: 'enter' | 'mod-enter' = VALUES.submitOn[1];
  @flag('without-settings') withoutSettings = false;
  @flag('without-ideas') withoutIdeas = false;
  @flag('without-references') withoutReferences = false;
  @flag('without-history') withoutHistory = false;
  @flag('without-region') withoutRegion = false;
  @flag('without-compare') withoutCompare = false;
  @flag('without-download') withoutDownload = false;
  @flag('without-copy') withoutCopy = false;
  @flag('without-share') withoutShare = false;
  /** Replaces the site's ideas. */
  @property({ attribute: false }) ideas: readonly (string | Idea)[] | undefined;
  /** Values of a template's slots, by name. */
  @property({ attribute: false }) slotValues: Readonly<Record<string, string>> = {};
  /** The page's own words, by key; see `docs/widget.md`. */
  @property({ attribute: false }) strings: Messages | undefined;
  /** Replaces the browser's `fetch`, for tests and for pages that monitor their traffic. */
  @property({ attribute: false }) fetch: typeof fetch | undefined;
  /** Called with the request before it is sent; what it returns is sent instead. */
  @property({ attribute: false }) beforeSend: BeforeSend | undefined;
  /** The language of the nearest ancestor decides where this is empty. */
  @property() override lang = '';

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
