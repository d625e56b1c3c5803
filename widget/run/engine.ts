import type { Token } from '../api/generate.ts';
import { PeelError, quietly } from '../api/peel-error.ts';
import { type Problem, problemOfSite } from '../api/problem.ts';
import type { Reason } from '../api/reasons.ts';
import type { SiteOutcome } from '../api/site.ts';
import { fire, type PeelEventMap, placeOf } from '../events.ts';
import type { EditOptions, EngineHost } from '../host.ts';
import type { Order, Result, Turn } from '../model.ts';
import type { NoteLink } from '../notes/note.ts';
// It is asked for by the names of its parts, and is there at once: their room is taken from the press on.
import '../rest.ts';
import { room } from '../stage/room.ts';
import { stage } from '../stage/styles.ts';
import { later } from '../styles/later.ts';
import { pathOf, redo, resultOf, turnOf, undo } from '../thread/thread.ts';
import { STAGE } from '../words/english/stage.ts';
import { addEnglish } from '../words/words.ts';
import { Asking } from './asking.ts';
import { Check } from './check.ts';
import { fireFor, reasonOf, spokenAt, spokenFor } from './describe.ts';
import { Form } from './form.ts';
import { type Generation, isWorking } from './generation.ts';
import { Keeper } from './keeper.ts';
import { openPicture } from './picture.ts';
import { Pictures } from './pictures.ts';
import { ResultView } from './result-view.ts';
import { Run } from './run.ts';
import { Trouble } from './trouble.ts';
import { Versions } from './versions.ts';
import { View } from './view.ts';

addEnglish(STAGE);

export const styles = [later, stage, room];

/** A removed element goes on for this long: a framework that moves it takes it out for a moment. */
const LEAVE_MS = 5000;
/** Trouble that only the owner can mend, also where it begins during a visit. */
const OWNERS: ReadonlySet<Reason> = new Set([
  'ORIGIN_DENIED',
  'SITE_UNKNOWN',
  'CONFIG_BROKEN',
  'KEY_INVALID',
  'PICTURE_UNREACHABLE',
]);
/** The first second of a request. */
const FIRST_MS = 2000;
/** A passing fact stands in the foot line for this long. */
const FACT_MS = 6000;
/** How often the page of a paused site looks whether it was resumed, while it is seen. */
const LOOK_MS = 30_000;
/** A worker remembers a pause for as long, so an earlier look hears the same. */
const LEAST_LOOK_MS = 5000;

/** Joins what makes pictures, what keeps them and what shows them. */
export class Engine {
  readonly #host: EngineHost;
  readonly run: Run;
  readonly trouble: Trouble;
  readonly result: ResultView;
  readonly pictures: Pictures;
  readonly versions: Versions;
  readonly keeper: Keeper;
  readonly form: Form;
  readonly check: Check;
  readonly asking: Asking;
  readonly view: View;
  #factTimer: ReturnType<typeof setTimeout> | undefined;
  #leaveTimer: ReturnType<typeof setTimeout> | undefined;
  #lookTimer: ReturnType<typeof setInterval> | undefined;
  /** When the site's facts have last been asked for, in Unix milliseconds. */
  #lookedAt = 0;
  /** It was out of the page for so long that its request was let go. */
  #hasLeft = false;
  /** The last answer to the question for the site's facts. */
  #outcome: SiteOutcome | undefined;
  readonly #page = new EventTarget();

  constructor(host: EngineHost) {
    this.#host = host;
    this.run = new Run({
      generate: () => this.asking.client.generate,
      openPicture: (url, signal) => this.#openPicture(url, signal),
      altOf: (order) => this.#altOf(order),
      hasPicture: () => this.versions.turn !== undefined,
      now: Date.now,
      onChange: (from, to) => this.#onChange(from, to),
      onTick: (current) => this.#onTick(current),
      onRefused: () => this.asking.count(1),
    });
    this.trouble = new Trouble(host, (link) => this.#onLink(link));
    this.versions = new Versions(host, this);
    this.result = new ResultView(host, this);
    this.pictures = new Pictures(host, this);
    this.form = new Form(host, this.pictures);
    this.keeper = new Keeper(host, this);
    this.check = new Check(host, () => this.asking.client.token);
    this.asking = new Asking(host, this);
    this.view = new View(host, this);
    this.onConnected();
    void this.keeper.start();
  }

  onConnected() {
    clearTimeout(this.#leaveTimer);
    this.run.resume();
    this.#keepLooking();
    window.addEventListener('online', this.#onReturn);
    document.addEventListener('visibilitychange', this.#onReturn);
    const { element } = this.#host;
    element.addEventListener('focusin', this.#onAct);
    element.addEventListener('click', this.#onClick);
    // The focus that the engine was loaded for.
    if (element.shadowRoot?.activeElement) this.#onAct();
    if (this.#hasLeft) this.keeper.resume();
    this.#hasLeft = false;
    this.#page.dispatchEvent(new Event('return'));
  }

  onDisconnected() {
    this.run.pause();
    clearInterval(this.#lookTimer);
    window.removeEventListener('online', this.#onReturn);
    document.removeEventListener('visibilitychange', this.#onReturn);
    const { element } = this.#host;
    element.removeEventListener('focusin', this.#onAct);
    element.removeEventListener('click', this.#onClick);
    // What runs is remembered, so that the element finds it when it comes back later.
    this.#leaveTimer = setTimeout(() => {
      this.#hasLeft = this.run.cancel() !== undefined;
      this.check.stop();
    }, LEAVE_MS);
  }

  /** It counts as opened only in the page. A framework may have put another element in its place, which finds it. */
  async #openPicture(url: string, signal: AbortSignal) {
    const size = await openPicture(url, signal);
    if (this.#host.element.isConnected) return size;
    await new Promise((resolve) => {
      this.#page.addEventListener('return', resolve, { once: true });
      signal.addEventListener('abort', resolve, { once: true });
    });
    signal.throwIfAborted();
    return size;
  }

  reconnect() {
    this.check.stop();
    this.asking.forget();
    this.keeper.reconnect();
    this.#outcome = undefined;
    this.trouble.forgetCard();
    this.trouble.clear();
  }

  /** The owner has paused the site. */
  get paused(): boolean {
    return this.run.problem?.reason === 'SITE_PAUSED';
  }

  /** Asks whether a paused site was resumed. */
  look() {
    if (!this.paused || Date.now() - this.#lookedAt < LEAST_LOOK_MS) return;
    this.#lookedAt = Date.now();
    void this.#host.loadFacts();
  }

  #keepLooking() {
    clearInterval(this.#lookTimer);
    if (this.paused) this.#lookTimer = setInterval(() => document.hidden || this.look(), LOOK_MS);
  }

  onSite(outcome: SiteOutcome) {
    const { paused } = this;
    // Without an answer the site is as it was.
    if (paused && !('facts' in outcome)) return;
    this.#lookedAt = Date.now();
    this.#outcome = outcome;
    if (!('facts' in outcome)) {
      this.asking.fail(problemOfSite(outcome, () => navigator.onLine));
      return;
    }
    this.trouble.forgetCard();
    this.form.load();
    void this.check.prepare();
    if (!outcome.facts.paused) {
      if (this.run.problem) this.run.rest(paused ? 'limitOver' : undefined);
    } else if (!paused) {
      this.asking.fail({ reason: 'SITE_PAUSED', message: 'The site is paused.', unsent: true });
    }
  }

  readonly #onAct = () => {
    this.check.act();
    this.look();
  };

  readonly #onClick = () => this.view.close();

  onInput() {
    this.#onAct();
    this.view.release();
    // A note about the words leaves with them; a pause stays until it is over.
    if (this.trouble.note?.isOfWords) this.#clearNote();
  }

  onOptions() {
    // A smaller size or another model may still fit a budget that is nearly spent.
    if (this.run.current.status === 'exhausted' && !this.paused) this.run.rest();
    this.#host.update();
  }

  escape(): boolean {
    const { versions, result } = this;
    if (result.isMenuOpen) result.closeMenu();
    else if (versions.isComparing) versions.toggleCompare();
    else if (this.#clearNote()) this.#host.focusText();
    else return false;
    return true;
  }

  async edit(text: string, { from, region }: EditOptions = {}, isActive?: boolean): Promise<Result> {
    const { thread, turn } = this.versions;
    const changed = from === undefined ? turn : turnOf(thread, from);
    if (!changed) throw new PeelError('INVALID', 'There is no picture to change.');
    return this.asking.ask({ text, from: changed, region }, isActive);
  }

  cancel() {
    const charged = this.run.cancel();
    if (!charged) return;
    this.keeper.ended();
    fire(this.#host.element, 'peel-cancel', { charged });
  }

  reset() {
    this.run.cancel();
    this.keeper.ended();
    this.versions.reset();
    this.asking.forget();
    this.pictures.clear();
    this.#clearNote();
    this.run.rest();
  }

  select(turn: string, index?: number) {
    if (!this.run.isWorking) this.versions.select(turn, index);
  }

  undo() {
    if (!this.run.isWorking) this.versions.show(undo(this.versions.thread));
  }

  redo() {
    if (!this.run.isWorking) this.versions.show(redo(this.versions.thread));
  }

  /** @param before Id of the turn that stands before; the changed one by default. @param after The shown one by default. */
  compare(before?: string, after?: string) {
    if (after !== undefined) this.select(after);
    this.versions.toggleCompare(before);
  }

  /** Of the running request; undefined while there is none. */
  get progress(): PeelEventMap['peel-progress'] | undefined {
    const { current } = this.run;
    if (!isWorking(current)) return undefined;
    const { order, phase, startedAt } = current;
    return { phase, elapsedMs: Date.now() - startedAt, expectedMs: order?.settings.expectedMs };
  }

  readonly use = () => {
    const { element, words, isDisabled } = this.#host;
    const { isChosen, path, turn } = this.versions;
    if (!turn || isDisabled) return;
    if (isChosen) this.#host.chosen = undefined;
    else {
      if (!fire(element, 'peel-use', placeOf(turn))) return;
      const said = path.map(({ order }) => order.prompt).filter(Boolean);
      this.#host.chosen = { turn, result: resultOf(turn), words: said.join('\n') };
      this.#host.say(words.say('used'));
    }
    element.dispatchEvent(new Event('change', { bubbles: true }));
    this.#host.update();
  };

  /** How many pictures the visitor may add now. */
  get mostPictures(): number {
    const { settings, element } = this.#host;
    if (this.form.isShown) return this.form.mostPhotos;
    const most = Math.min(settings?.model.maxReferences ?? element.maxReferences, element.maxReferences);
    // For the model the picture that is changed is one of them.
    return this.versions.mode === 'change' ? Math.max(0, most - 1) : most;
  }

  /** All the words that lead to a picture. What the model says beside it is chatter more often than a description. */
  #altOf({ prompt, from }: Order): string {
    const before = pathOf(this.versions.thread, from).map(({ order }) => order.prompt);
    return this.#host.words.say('alt', { text: [...before, prompt].filter(Boolean).join(' · ') });
  }

  #onLink(link: NoteLink) {
    const actions: Record<NoteLink, () => unknown> = {
      words: () => {
        this.#clearNote();
        this.#host.focusText();
      },
      retry: () => quietly(this.#host.facts ? this.asking.retry() : this.#host.loadFacts()),
      look: () => quietly(this.asking.retry()),
      load: () => quietly(this.asking.retry()),
      take: () => quietly(this.asking.retake()),
      smaller: () => {
        this.#host.choose({ resolution: this.#smaller ?? '' });
        this.run.rest();
      },
      remove: () => {
        const items = this.pictures.items;
        const wrong = items.find(({ state }) => state === 'failed') ?? items.at(-1);
        if (wrong) this.pictures.remove(wrong.id);
        this.#clearNote();
      },
      reload: () => this.#host.reload(),
    };
    actions[link]();
  }

  /** A size below the chosen one. */
  get #smaller(): string | undefined {
    const { settings } = this.#host;
    const sizes = settings?.model.sizes ?? [];
    return sizes[sizes.indexOf(settings?.size ?? '') - 1];
  }

  /** The visitor's ticket, for uploads. */
  readonly token: Token = (signal, refused) => this.asking.client.token(signal, refused);

  /** The request waits for a proof. */
  get isChecking(): boolean {
    const { current } = this.run;
    return this.check.isRunning && isWorking(current) && current.phase === 'connecting';
  }

  /** A request begins. */
  onStart() {
    this.#clearNote();
    this.result.close();
    this.versions.isComparing = false;
    this.view.begin();
  }

  /** Its pictures have come and are shown. */
  onArrive(turn: Turn) {
    const { words } = this.#host;
    const { width, height } = resultOf(turn);
    this.view.arrive();
    // They are a part of the conversation now.
    this.pictures.use([]);
    const n = turn.results.length;
    this.#host.say(n > 1 ? words.say('readySeveral', { n }) : words.say('ready', { width, height }));
  }

  /** Another version is shown, or none. */
  onShow() {
    this.view.release();
    this.result.close();
    this.#clearNote();
    if (!this.run.isWorking) this.run.rest();
    this.keeper.save();
  }

  /** The field's words are now about something else. Pictures of the first words come back with them. */
  onMode() {
    this.view.release();
    const [first] = this.versions.path;
    this.pictures.use(this.versions.mode === 'new' ? (first?.order.references ?? []) : []);
  }

  #clearNote(): boolean {
    const hadNotice = this.asking.isNoticeShown;
    this.asking.isNoticeShown = false;
    const had = this.trouble.clear() || hadNotice;
    if (had) this.#host.update();
    return had;
  }

  readonly #onReturn = () => {
    if (document.hidden || !navigator.onLine) return;
    this.look();
    const { problem } = this.run;
    if (problem && isLost(problem) && this.asking.mayRejoin) {
      this.#host.say(this.#host.words.say('lookAgain'));
      void quietly(this.asking.rejoin());
    } else if (this.run.current.status === 'offline') this.run.rest('backOnline');
  };

  #onChange(from: Generation, to: Generation) {
    const { element, words } = this.#host;
    this.#keepLooking();
    if (from.status !== to.status) {
      fire(element, 'peel-statechange', { from: from.status, to: to.status, reason: reasonOf(to) });
    }
    fireFor(element, from, to);
    this.#tell(from, to);
    const spoken = spokenFor(from, to, words, this.#host.settings?.expectedMs);
    if (spoken) this.#host.say(spoken);
    clearTimeout(this.#factTimer);
    if ('fact' in to && to.fact) this.#factTimer = setTimeout(() => this.run.rest(), FACT_MS);
    this.#host.update();
  }

  /** The note of a new state. */
  #tell(from: Generation, to: Generation) {
    if (to.status === 'refused') {
      this.keeper.ended();
      void this.trouble.show({ refusal: to.refusal });
    } else if ('problem' in to) {
      const { problem } = to;
      // Only what was lost on its way leaves something to find.
      if (!isLost(problem)) this.keeper.ended();
      const { facts } = this.#host;
      const state = {
        problem,
        ...('until' in to && to.until !== undefined && { until: to.until }),
        ...(facts && { perMinute: facts.limits.perMinute }),
        fitsSmaller: this.#smaller !== undefined,
      };
      const isOwners = OWNERS.has(problem.reason) || (!facts && problem.reason !== 'OFFLINE');
      void (isOwners ? this.trouble.judge(state, this.#outcome) : this.trouble.show(state));
    } else if ('problem' in from || from.status === 'refused') this.trouble.clear();
  }

  #onTick(current: Generation) {
    const { progress } = this;
    if (progress) {
      const { elapsedMs } = progress;
      fire(this.#host.element, 'peel-progress', progress);
      const { words } = this.#host;
      const spoken =
        this.isChecking && elapsedMs < FIRST_MS ? words.say('checking') : spokenAt(current, words, elapsedMs);
      if (spoken) this.#host.say(spoken);
    }
    this.#host.update();
  }
}

/** The network went while a picture was made or fetched. The worker keeps it, and asking for it again costs nothing. */
const isLost = ({ reason, unsent }: Problem): boolean =>
  !unsent && (reason === 'CONNECTION_LOST' || reason === 'OFFLINE' || reason === 'PICTURE_UNREACHABLE');
