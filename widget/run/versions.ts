import { fire } from '../events.ts';
import type { EngineHost } from '../host.ts';
import type { Region, Result, Turn } from '../model.ts';
import { loadRest } from '../parts.ts';
import type { Settings } from '../settings/settings.ts';
import {
  addTurn,
  changedPicture,
  EMPTY_THREAD,
  numberOf,
  pathOf,
  resultOf,
  select,
  shownTurn,
  type Thread,
  titleOf,
  turnOf,
} from '../thread/thread.ts';

import type { Form } from './form.ts';

export interface VersionsRooms {
  /** It makes a new picture until the visitor says otherwise. */
  readonly form: Form;
  onShow(): void;
  onMode(): void;
}

/** What was made on this page, which version is shown, and what the words in the field are about. */
export class Versions {
  thread: Thread = EMPTY_THREAD;
  /** `change`: the words change the shown picture. */
  mode: 'new' | 'change' = 'new';
  /** The words of a change. */
  text = '';
  /** The place that the change is about. */
  region: Region | undefined;
  isComparing = false;
  /** Where the line of the comparison stands, from 0 to 1. */
  compareAt = 0.5;
  /** What the page compares the shown picture with. */
  #other: string | undefined;

  readonly #host: EngineHost;
  readonly #rooms: VersionsRooms;

  constructor(host: EngineHost, rooms: VersionsRooms) {
    this.#host = host;
    this.#rooms = rooms;
  }

  get turn(): Turn | undefined {
    return shownTurn(this.thread);
  }

  get selected(): { turn: string; index: number } | undefined {
    return this.turn && { turn: this.turn.id, index: this.turn.index };
  }

  /** From the first picture to the shown one. */
  get path(): Turn[] {
    return pathOf(this.thread, this.turn?.id);
  }

  /** The picture that the shown one has changed, or the one that the page compares it with. */
  get before(): Result | undefined {
    const other = turnOf(this.thread, this.#other);
    return other ? resultOf(other) : this.turn && changedPicture(this.thread, this.turn);
  }

  /** Number of the version that the shown one has changed. */
  get changedFrom(): number | undefined {
    const parent = this.turn?.parent;
    return parent === undefined ? undefined : numberOf(this.thread, parent) || undefined;
  }

  /** The settings of the shown picture in its next larger size; undefined for the largest. */
  get larger(): Settings | undefined {
    const settings = this.turn?.order.settings ?? this.#host.settings;
    const sizes = settings?.model.sizes ?? [];
    const size = sizes[sizes.indexOf(settings?.size ?? '') + 1];
    if (!settings || size === undefined) return undefined;
    const { expectedMs: _, ...rest } = settings;
    const expectedMs = settings.model.expectedMs[size];
    return { ...rest, size, count: 1, ...(expectedMs !== undefined && { expectedMs }) };
  }

  /** The page or the visitor has chosen the shown picture. */
  get isChosen(): boolean {
    const { chosen } = this.#host;
    const { turn } = this;
    return turn !== undefined && chosen?.turn.id === turn.id && chosen.turn.index === turn.index;
  }

  /** Number of the chosen version while another one is shown. */
  get chosenOther(): number | undefined {
    const { chosen } = this.#host;
    return chosen && !this.isChosen ? numberOf(this.thread, chosen.turn.id) || undefined : undefined;
  }

  add(turn: Turn) {
    this.thread = addTurn(this.thread, turn);
    this.isComparing = false;
    this.region = undefined;
  }

  /**
   * Shows a version because the visitor or the page asked for it.
   *
   * @param isSpoken A screen reader has said it already, as it does with the button of a version.
   */
  show(thread: Thread, isSpoken = false) {
    if (thread === this.thread) return;
    this.restore(thread);
    const { turn } = this;
    if (!turn) return;
    fire(this.#host.element, 'peel-select', { turn: turn.id, index: turn.index });
    if (isSpoken) return;
    const place = { n: numberOf(thread, turn.id), all: thread.turns.length, text: titleOf(turn) };
    this.#host.say(this.#host.words.say('versionOf', place));
  }

  select(id: string, index?: number, isSpoken = false) {
    this.show(select(this.thread, id, index), isSpoken);
  }

  /** Pictures from before: of an earlier visit, or of the page. */
  restore(thread: Thread) {
    this.thread = thread;
    this.isComparing = false;
    this.region = undefined;
    if (this.turn && !this.#rooms.form.isShown) this.mode = 'change';
    this.#rooms.onShow();
    this.#host.update();
  }

  reset() {
    this.thread = EMPTY_THREAD;
    this.mode = 'new';
    this.text = '';
    this.region = undefined;
    this.isComparing = false;
  }

  setMode(mode: 'new' | 'change') {
    this.mode = mode;
    this.#rooms.onMode();
    this.#host.focusText();
    this.#host.update();
  }

  /** Puts the beginning of a change into the field. */
  begin(text: string) {
    this.setMode('change');
    this.#host.write(text);
  }

  mark(region: Region | undefined) {
    this.region = region;
    this.setMode('change');
  }

  /** @param other Id of the version to stand before; the changed one by default. */
  toggleCompare(other?: string) {
    const { turn } = this;
    this.#other = this.isComparing ? undefined : other;
    if (!turn || !this.before) return;
    this.isComparing = !this.isComparing;
    if (this.isComparing) {
      // A comparison that does not come is none.
      this.#host.parts.load('viewer', loadRest).catch(() => {
        this.isComparing = false;
        this.#host.update();
      });
      fire(this.#host.element, 'peel-compare', { turn: turn.id, index: turn.index, with: other ?? turn.parent ?? '' });
    }
    this.#host.update();
  }

  /** Gives the shown picture other words for those who do not see it. */
  describe(alt: string) {
    const shown = this.turn;
    this.thread = {
      ...this.thread,
      turns: this.thread.turns.map((turn) =>
        turn === shown
          ? { ...turn, results: turn.results.map((result, at) => (at === turn.index ? { ...result, alt } : result)) }
          : turn,
      ),
    };
    this.#host.update();
  }
}
