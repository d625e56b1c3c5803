/**
 * The element has two halves. The first is the composer, which a page shows at once. The second, the engine, makes and
 * shows pictures; it is loaded when the visitor first touches the composer. This is what the engine gets of the first.
 * Types only.
 */
import type { SiteFacts } from '../worker/protocol.ts';
import type { ClientOptions } from './api/http.ts';
import type { SiteOutcome } from './api/site.ts';
import type { StudioAttributes } from './attributes.ts';
import type { Result, Turn } from './model.ts';
import type { Parts } from './parts.ts';
import type { Settings } from './settings/settings.ts';
import type { Words } from './words/words.ts';

export interface EngineHost {
  readonly element: StudioAttributes;
  readonly words: Words;
  /** Undefined while the site is unknown. */
  readonly facts: SiteFacts | undefined;
  readonly settings: Settings | undefined;
  readonly parts: Parts;
  /** The element or the fieldset around it is disabled. */
  readonly isDisabled: boolean;
  /** When the visitor pressed the button before the engine was there, in Unix milliseconds. */
  readonly startedAt: number | undefined;
  readonly clientOptions: ClientOptions;
  readonly fetch: typeof fetch;
  /** Composer and stage stand side by side. */
  readonly isWide: boolean;
  /** A form or the page waits for a chosen picture. */
  readonly isUsed: boolean;
  loadFacts(): Promise<SiteOutcome>;
  update(): void;
  /** What a screen reader heard last, for the dialog: it hears nothing from outside. */
  readonly status: string;
  /** @param urgent Interrupts the screen reader. */
  say(text: string, urgent?: boolean): void;
  /** Puts words into the field that is shown, with the caret at their end. */
  write(text: string): void;
  focusText(): void;
  /** Loads the page anew; the words in the field stay. */
  reload(): void;
  /** Chosen settings, as the panel and the quick actions set them. */
  choose(options: Partial<StudioAttributes>): void;
  /** How many pictures the visitor has left today, or undefined. */
  left: number | undefined;
  /** The picture that the form gets, and all the words that made it; undefined before one is chosen. */
  chosen: { turn: Turn; result: Result; words: string } | undefined;
  /** Whether the next picture starts from an example: it is then a fresh take. */
  fromExample: boolean;
}

export interface Primary {
  text: string;
  /** What it will say next, whose room it takes already. */
  next?: string;
  /** Class of the button. */
  rank: 'fill' | 'tonal' | 'outline';
  /** Focusable, and does nothing but say why. */
  waits?: boolean;
  /** The share of a pause that is over, 0 to 1. */
  share?: number;
}

export interface EditOptions {
  /** Id of the turn; the shown one by default. */
  from?: string;
  /** Shares of width and height, from the upper left corner. */
  region?: { x: number; y: number; width: number; height: number };
}
