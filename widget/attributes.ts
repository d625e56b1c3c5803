import { LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import type { StudioOptions } from './settings.ts';

/** The default endpoint: the origin this script was loaded from. */
const OWN_ORIGIN = new URL(import.meta.url).origin;
/** Characters of a prompt; far more than models use. */
const DEFAULT_MAX_LENGTH = 4000;

/** The attributes and properties of `<peel-studio>`. All are live: changing one never loses a picture. */
export class StudioAttributes extends LitElement implements StudioOptions {
  /** Origin of the worker, or a path in front of it. */
  @property() endpoint = OWN_ORIGIN;
  /** Id of one of the worker's sites. */
  @property() site = 'default';
  /** The prompt. */
  @property() value = '';
  @property() label = '';
  @property() hint = '';
  @property() placeholder = '';
  /** In characters. */
  @property({ type: Number }) maxlength = DEFAULT_MAX_LENGTH;
  @property({ type: Boolean, reflect: true }) disabled = false;
  /** A model of the site; empty for its default. */
  @property() model = '';
  /** `auto` or a ratio. */
  @property({ attribute: 'aspect-ratio' }) aspectRatio = 'auto';
  /** `512`, `1k`, `2k` or `4k`; empty for 1K. */
  @property() resolution = '';
  /** A thinking level of the model; empty for its default. */
  @property() thinking = '';
  /** Which key sends: `enter`, with Shift for a new line, or `mod-enter`. */
  @property({ attribute: 'submit-on' }) submitOn: 'enter' | 'mod-enter' = 'enter';
  @property({ type: Boolean, attribute: 'without-settings' }) withoutSettings = false;
  @property({ type: Boolean, attribute: 'without-ideas' }) withoutIdeas = false;
  @property({ type: Boolean, attribute: 'without-download' }) withoutDownload = false;
  @property({ type: Boolean, attribute: 'without-copy' }) withoutCopy = false;
  /** Replaces the site's ideas. */
  @property({ attribute: false }) ideas: readonly string[] | undefined;
  /** Replaces the browser's `fetch`, for tests and for pages that monitor their traffic. */
  @property({ attribute: false }) fetch: typeof fetch | undefined;
}
