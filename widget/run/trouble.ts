import type { SiteOutcome } from '../api/site.ts';
import type { EngineHost } from '../host.ts';
import type { Note, NoteLink, NoteState, ProblemState } from '../notes/note.ts';
import type { OwnerCard } from '../owner/card.ts';
import type { Diagnosis } from '../owner/diagnose.ts';
import { blocked } from '../owner/policy.ts';
import { loadRest } from '../parts.ts';
import { type Generation, waitsUntil } from './generation.ts';

/** Where this script came from: a Peel worker. */
const SCRIPT_ORIGIN = new URL(import.meta.url).origin;

/** What is wrong with the request, or with the page: the visitor's note, and the owner's card. */
export class Trouble {
  /** Set once its words are there. */
  note: Note | undefined;
  /** What only the owner can mend. */
  diagnosis: Diagnosis | undefined;

  readonly #host: EngineHost;
  readonly #onLink: (link: NoteLink) => void;
  #state: NoteState | undefined;
  /** The newest problem that may be the owner's. */
  #suspect: ProblemState | undefined;
  #card: OwnerCard | undefined;

  constructor(host: EngineHost, onLink: (link: NoteLink) => void) {
    this.#host = host;
    this.#onLink = onLink;
  }

  /** Shows a note and says it once. */
  async show(state: NoteState): Promise<void> {
    this.#state = state;
    this.note = undefined;
    const notes = await this.#load();
    // Something else may have happened while the words were on their way.
    if (!notes || this.#state !== state) return;
    const { noteOf, spokenNote } = notes;
    this.note = noteOf(state, Date.now());
    this.#host.say(spokenNote(this.note, this.#host.words), this.note.urgent);
    this.#host.update();
  }

  /** @returns Whether there was a note. */
  clear(): boolean {
    const had = this.#state !== undefined;
    this.#state = undefined;
    this.note = undefined;
    return had;
  }

  /** Says the note again, for a press that it stops. */
  async repeat(): Promise<void> {
    const notes = await this.#load();
    if (notes && this.note) this.#host.say(notes.spokenNote(this.note, this.#host.words), true);
  }

  /**
   * Shows the owner's card where only the owner can help, with the line to add in the console, and otherwise the note.
   * Until that is known neither is shown or said.
   */
  async judge(state: ProblemState, outcome?: SiteOutcome): Promise<void> {
    this.#state = state;
    this.#suspect = state;
    this.note = undefined;
    // Without a network the card does not come, and the element says that a part is missing.
    const isFound = await this.#diagnose(state, outcome).catch(() => false);
    // The note may have been for something else by now.
    if (!isFound && this.#state === state) await this.show(state);
  }

  /** The page's site has answered, or is another one. */
  forgetCard() {
    this.#suspect = undefined;
    this.diagnosis = undefined;
  }

  async #diagnose(state: ProblemState, outcome?: SiteOutcome): Promise<boolean> {
    const { problem } = state;
    if (problem.reason === 'PICTURE_UNREACHABLE' && !(await isPictureBlocked())) return false;
    const { parts, element, fetch, words } = this.#host;
    const owner = await parts.load('owner', () => import('../owner/card.ts'));
    const place = owner.thisPlace();
    const { endpoint } = element;
    const diagnosis = await owner.diagnose({
      problem,
      place,
      endpoint,
      site: element.site,
      scriptOrigin: SCRIPT_ORIGIN,
      fetch,
      ...(outcome && 'body' in outcome && { answer: { body: outcome.body } }),
    });
    // There is newer trouble, or none any more.
    if (this.#suspect !== state) return true;
    this.diagnosis = diagnosis;
    if (!diagnosis) {
      if (problem.reason === 'UNREACHABLE') owner.tellSilence(endpoint, words);
      return false;
    }
    this.#card ??= new owner.OwnerCard(element, {
      place,
      lookAgain: () => this.#host.loadFacts(),
      announce: (text) => this.#host.say(text),
    });
    this.clear();
    this.#host.say(owner.spokenCard(diagnosis, words), true);
    this.#host.update();
    return true;
  }

  /** The primary button while a limit lasts. */
  waiting(current: Generation) {
    const until = waitsUntil(current);
    if (until === undefined || !('since' in current)) return undefined;
    const notes = this.#host.parts.use('notes', loadRest);
    return notes?.primaryWhileWaiting({ since: current.since, until }, Date.now(), this.#host.words);
  }

  renderNote() {
    const { facts, parts, words } = this.#host;
    const { note } = this;
    if (!note) return undefined;
    const notes = parts.use('notes', loadRest);
    return notes?.renderNote({
      words,
      note,
      perDay: facts?.limits.perDay,
      showPrices: facts?.showPrices ?? false,
      onLink: this.#onLink,
    });
  }

  renderCard() {
    const { diagnosis } = this;
    const { element, words } = this.#host;
    const { endpoint, site } = element;
    return diagnosis && this.#card?.render({ words, diagnosis, endpoint, site, scriptOrigin: SCRIPT_ORIGIN });
  }

  /** Undefined without a network: the element says then that a part is missing. */
  #load() {
    return this.#host.parts.load('notes', loadRest).catch(() => undefined);
  }
}

/** The browser may name what the page's policy has blocked only after it has failed the picture. */
async function isPictureBlocked(): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve));
  return [...blocked.keys()].some((what) => what.startsWith('img-src '));
}
