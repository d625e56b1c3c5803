/**
 * How the two halves of the element speak to each other. The first half is the composer that a page shows at once. The
 * second, the engine, makes and shows pictures; it is loaded when the visitor first touches the composer. Types only.
 */
import type { SiteFacts } from '../worker/protocol.ts';
import type { ClientOptions } from './api/http.ts';
import type { Problem } from './api/problem.ts';
import type { SiteOutcome } from './api/site.ts';
import type { StudioAttributes } from './attributes.ts';
import type { Result, Turn } from './model.ts';
import type { Parts } from './parts.ts';
import type { Incoming } from './references/incoming.ts';
import type { Reference, ReferenceOptions, Via } from './references/reference.ts';
import type { Status } from './run/generation.ts';
import type { Settings } from './settings/settings.ts';
import type { Words } from './words/words.ts';

/** What the composer gives to the engine. */
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
  /** `cancel` has an edge and no fill. */
  rank: 'fill' | 'tonal' | 'cancel';
  /** Focusable, and does nothing but say why. */
  waits?: boolean;
  /** The share of a pause that is over, 0 to 1. */
  share?: number;
}

/** What the engine gives to the composer. */
export interface Engine {
  readonly status: Status;
  readonly isWorking: boolean;
  /** The pictures of the shown turn; empty before the first. */
  readonly results: readonly Result[];
  readonly selected: { turn: string; index: number } | undefined;
  readonly problem: Problem | undefined;
  /** There is something to see, so the stage stands first in a narrow element. */
  readonly hasStage: boolean;
  /** `change`: the words change the shown picture. */
  readonly mode: 'new' | 'change';
  /** The words of a change. */
  text: string;
  /** The field's placeholder while a picture is changed. */
  readonly placeholder: string | undefined;
  /** The shape that a change keeps, as two numbers with a colon. */
  readonly shape: string | undefined;
  readonly primary: Primary;

  /** Class of the frame, by the shape of the picture. */
  readonly stageClass: string;
  readonly references: readonly Reference[];

  /** The owner's card in place of the composer, where only the owner can help. */
  owner(): unknown;
  /** The owner's form in place of the words. */
  template(): unknown;
  /** Pictures that were kept from an earlier visit, above the examples. */
  kept(): unknown;
  renderReferences(): unknown;
  /** In place of the label. */
  head(): unknown;
  /** In the field, between words and tools. */
  note(): unknown;
  /** A passing fact in place of the foot line. */
  foot(): string | undefined;
  /** Under the field: quick changes, or versions. */
  below(): unknown;
  /** Undefined: the examples stay. */
  stage(): unknown;
  /** Above everything: full screen. */
  dialog(): unknown;

  /** After each render. @param root The shadow root. */
  rendered(root: ParentNode): void;
  /** The button, or the key that sends. Failures are shown. */
  press(): Promise<void>;
  /** Escape inside the element. @returns Whether something closed. */
  escape(): boolean;
  /** The words have changed. */
  onInput(): void;
  /** The visitor chose other settings. */
  onOptions(): void;
  /** The site's facts came or did not come. */
  onSite(outcome: SiteOutcome): void;
  onConnected(): void;
  onDisconnected(): void;
  /** The endpoint or the site has changed. */
  reconnect(): void;

  generate(): Promise<Result>;
  edit(instruction: string, options?: EditOptions): Promise<Result>;
  retry(): Promise<Result>;
  cancel(): void;
  reset(): void;
  select(turn: string, index?: number): void;
  undo(): void;
  redo(): void;
  compare(a?: string, b?: string): void;
  use(): void;
  addReference(file: Blob | string, options?: ReferenceOptions): Promise<void>;
  removeReference(id: string): void;
  moveReference(id: string, index: number): void;
  /** Picked, dropped or pasted pictures. */
  addIncoming(incoming: Incoming, via: Via): Promise<void>;
  /** Where there is a camera: the menu of the button that adds pictures, once it is loaded. */
  addMenu(): unknown;
  download(options?: { type?: 'original' | 'webp' | 'jpeg' }): Promise<void>;
  copy(): Promise<void>;
  share(): Promise<void>;
  toBlob(): Promise<Blob | null>;
  exportSession(): Promise<unknown>;
  /** @throws PeelError for data that cannot be read. */
  importSession(data: unknown): Promise<void>;
}

export interface EditOptions {
  /** Id of the turn; the shown one by default. */
  from?: string;
  /** Shares of width and height, from the upper left corner. */
  region?: { x: number; y: number; width: number; height: number };
}
