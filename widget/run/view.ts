import { html, nothing } from 'lit';
import type { Action } from '../../worker/protocol.ts';
import { quietly } from '../api/peel-error.ts';
import type { EngineHost, Primary } from '../host.ts';
import { icon } from '../icons.ts';
import { CLOSE } from '../more-icons.ts';
import { loadRest } from '../parts.ts';
import { ratioOf, shapeClass } from '../stage/shape.ts';
import { badge, type Kept, type Pending, renderStage } from '../stage/stage.ts';
import { numberOf, redo, resultOf, undo } from '../thread/thread.ts';
import type { Viewer } from '../viewer/viewer-controller.ts';
import { ACTIONS } from './actions.ts';
import type { Asking } from './asking.ts';
import type { Check } from './check.ts';
import type { Form } from './form.ts';
import { isWorking } from './generation.ts';
import type { Keeper } from './keeper.ts';
import type { Pictures } from './pictures.ts';
import type { ResultView } from './result-view.ts';
import type { Run } from './run.ts';
import type { Trouble } from './trouble.ts';
import type { Versions } from './versions.ts';

export interface ViewOptions {
  run: Run;
  versions: Versions;
  pictures: Pictures;
  form: Form;
  keeper: Keeper;
  trouble: Trouble;
  asking: Asking;
  check: Check;
  readonly isChecking: boolean;
  result: ResultView;
  use: () => void;
}

/** Label and buttons stand on the picture from this size on. */
const LEAST_HEIGHT_PX = 120;
const LEAST_WIDTH_PX = 150;
/** Ratios that differ by less are one shape: models round to multiples of 16 pixels. */
const SAME_SHAPE = 0.03;

/** Shows what the engine holds: the stage, and what it adds to the composer. */
export class View {
  readonly #host: EngineHost;
  readonly #options: ViewOptions;
  #viewer: Viewer | undefined;
  /** How the stage lay while the picture was made. */
  #waited: Kept | undefined;
  /**
   * The place keeps its size until the visitor acts. A picture of another shape then moves nothing on a page that is
   * being read. A press ends it, because a visitor who acts expects movement.
   */
  #kept: Kept | undefined;
  /** The words under the picture keep the room of the wait for as long. */
  #isRoomKept = false;
  #isArriving = false;
  #reshaped = 0;
  /** The box cannot carry label and buttons. */
  #isSmall = false;
  /** The visitor has acted since the first picture came: until then the button stays where it was pressed. */
  #hasActed = false;
  /** A press began the request, so its box may be scrolled into view, and what is said against it. */
  #wantsView = false;
  #wantsNote = false;

  constructor(host: EngineHost, options: ViewOptions) {
    this.#host = host;
    this.#options = options;
    // Its room is taken from the press on.
    host.parts.use('change', loadRest);
  }

  /** There is something to see, so the stage stands first where the element is narrow. */
  get hasStage(): boolean {
    const { run, versions } = this.#options;
    return run.isWorking || versions.turn !== undefined;
  }

  /** Class of the frame, by the shape of the picture. */
  get frameClass(): string {
    return this.hasStage ? `has-stage ${shapeClass(this.#kept?.ratio ?? this.ratio)}` : '';
  }

  /** The shape that a change keeps, as two numbers with a colon. */
  get shape(): string | undefined {
    const { mode, turn } = this.#options.versions;
    if (!this.#hasActed || mode !== 'change' || !turn || this.#host.settings?.aspectRatio !== 'auto') return undefined;
    const { width, height } = resultOf(turn);
    return `${width}:${height}`;
  }

  get primary(): Primary {
    const { asking, run, trouble, versions } = this.#options;
    const { words } = this.#host;
    const { current } = run;
    if (run.isWorking) return { text: words.say('cancel'), next: words.say('another'), rank: 'outline' };
    const waiting = trouble.waiting(current);
    if (waiting) return { text: waiting.text, rank: 'tonal', waits: true, share: waiting.share };
    if (current.status === 'exhausted') return { text: words.say('make'), rank: 'tonal', waits: true };
    if (asking.isNoticeShown) return { text: words.say('gotIt'), rank: 'fill' };
    if (this.#isAgain) return { text: words.say('another'), rank: 'tonal' };
    return { text: words.say(versions.mode === 'change' ? 'makeChange' : 'make'), rank: 'fill' };
  }

  /** A passing fact in place of the foot line. */
  get fact(): string | undefined {
    const { current } = this.#options.run;
    return 'fact' in current && current.fact ? this.#host.words.say(current.fact) : undefined;
  }

  /** Width by height of the box: as asked while a picture is made, as delivered then. */
  get ratio(): number {
    const { run, versions } = this.#options;
    const { current } = run;
    const shown = versions.turn && resultOf(versions.turn);
    if (!isWorking(current)) return shown ? shown.width / shown.height : ratioOf('auto');
    const { order } = current;
    const asked = order?.settings.aspectRatio ?? this.#host.settings?.aspectRatio ?? 'auto';
    const isChange = order ? order.from !== undefined : versions.mode === 'change';
    return ratioOf(asked, isChange ? shown : undefined);
  }

  /** The one filled button stands where the next step is: at the picture, unless there is something to send. */
  get accent(): 'use' | 'download' | undefined {
    const { form, run, trouble, versions } = this.#options;
    if (!versions.turn || isWorking(run.current) || trouble.note || form.isShown || !this.#isAgain) return undefined;
    return this.#host.isUsed ? 'use' : 'download';
  }

  /** Nothing is asked for but the shown picture once more. */
  get #isAgain(): boolean {
    const { form, versions } = this.#options;
    return versions.mode === 'new' ? this.isUnchanged : !form.isShown && versions.text.trim() === '';
  }

  /** Words, settings and pictures are those of the shown picture. */
  get isUnchanged(): boolean {
    const { pictures, versions } = this.#options;
    const { settings, element } = this.#host;
    const order = versions.turn?.order;
    if (!settings || !order || order.from !== undefined || element.value.trim() !== order.prompt) return false;
    const sent = order.settings;
    return (
      sent.model.id === settings.model.id &&
      sent.aspectRatio === settings.aspectRatio &&
      sent.size === settings.size &&
      sent.thinking === settings.thinking &&
      sent.grounding === settings.grounding &&
      pictures.isSameAs(order.references)
    );
  }

  /** The field is small beside a picture. */
  get isBeside(): boolean {
    return this.#hasActed && this.#options.versions.turn !== undefined;
  }

  /** A request begins. */
  begin() {
    this.#kept = undefined;
    this.#waited = undefined;
    this.#isArriving = false;
    this.#wantsView = navigator.userActivation.isActive;
    this.#wantsNote = this.#wantsView;
  }

  /** Its picture is about to be shown. */
  arrive() {
    const { versions } = this.#options;
    const shown = versions.turn && resultOf(versions.turn);
    const asked = this.#waited;
    const isOther = asked && shown && Math.abs(shown.width / shown.height / asked.ratio - 1) > SAME_SHAPE;
    this.#kept = isOther ? asked : undefined;
    if (isOther) this.#reshaped += 1;
    this.#wantsNote = false;
    this.#isRoomKept = true;
    this.#isArriving = true;
  }

  /** A press somewhere in the element, once it has done its work: no room stays empty. */
  close() {
    if (!this.#isRoomKept) return;
    this.#isRoomKept = false;
    this.#kept = undefined;
    this.#host.update();
  }

  /** The visitor acts: the box may take the picture's own height. */
  release() {
    this.#hasActed = this.#options.versions.turn !== undefined;
    this.#kept = undefined;
    this.#isRoomKept = false;
    this.#isArriving = false;
  }

  /** After each render. */
  rendered(root: ParentNode) {
    const field = root.querySelector<HTMLElement>('.field:has([part=notice])');
    if (field && this.#wantsNote) {
      this.#wantsNote = false;
      scrollIntoView(field);
    }
    const box = root.querySelector<HTMLElement>('.box');
    if (!box) return;
    const isSmall = box.offsetHeight < LEAST_HEIGHT_PX || box.offsetWidth < LEAST_WIDTH_PX;
    if (isSmall !== this.#isSmall) {
      this.#isSmall = isSmall;
      this.#host.update();
    }
    if (!isWorking(this.#options.run.current)) return;
    const heightOf = (element: Element | null) => element?.getBoundingClientRect().height ?? 0;
    this.#waited = { ratio: this.ratio, box: heightOf(box), stage: heightOf(box.parentElement) };
    if (!this.#wantsView) return;
    this.#wantsView = false;
    scrollIntoView(box.parentElement ?? box);
  }

  /** The added pictures, and the marked place. */
  references() {
    const { pictures, versions } = this.#options;
    const { element, words } = this.#host;
    const isChange = versions.mode === 'change';
    return html`
      ${pictures.render(isChange ? versions.text : element.value)}
      ${
        versions.region && isChange
          ? html`
            <p class="placed small">
              <span>${words.say('inPlace')}</span>
              <button
                type="button"
                class="icon-button"
                aria-label=${words.say('removePlace')}
                @click=${() => versions.mark(undefined)}
              >
                ${icon(CLOSE)}
              </button>
            </p>
          `
          : nothing
      }
    `;
  }

  /** A change and a new picture share the field; the switch tells which it is. */
  get hasSwitch(): boolean {
    return this.#options.versions.turn !== undefined;
  }

  /** The switch in place of the label, and its room while the first picture is made. */
  head() {
    const { versions } = this.#options;
    if (!this.hasStage) return undefined;
    const { parts, words, isDisabled } = this.#host;
    const drawn = parts.use('change', loadRest)?.renderSwitch({
      words,
      // The room is for what comes: the bold words of a change may need two lines.
      mode: this.hasSwitch ? versions.mode : 'change',
      isDisabled,
      onMode: (mode) => versions.setMode(mode),
    });
    return this.hasSwitch ? drawn : html`<div class="room" inert>${drawn}</div>`;
  }

  /** What stands between the field and its tools. The check itself is in the slot below it. */
  note() {
    const { asking, check, trouble } = this.#options;
    const { facts, words } = this.#host;
    if (check.isInteractive) {
      return html`
        ${trouble.renderNote()}
        <p part="notice" class="check note-text">${words.say('quickCheck')}</p>
      `;
    }
    if (!asking.isNoticeShown) return trouble.renderNote();
    return html`
      <div part="notice" class="owner-notice note-text">
        <p><strong>${words.say('noticeTitle')}</strong></p>
        <p dir="auto">${facts?.notice}</p>
      </div>
    `;
  }

  /** Quick changes, and the versions as soon as there are two. */
  below() {
    const { asking, form, run, versions } = this.#options;
    const { facts, isDisabled, parts, words } = this.#host;
    if (!this.hasStage) return nothing;
    const history = this.#host.isWide ? this.#renderVersions(false) : nothing;
    // A form has no words to begin a change with.
    if (form.isShown) return history;
    const change = parts.use('change', loadRest);
    const all: readonly Action[] = facts?.actions.length ? facts.actions : ACTIONS;
    // The button says it already.
    const actions = run.isWorking || this.#isAgain ? all.filter((action) => action !== 'take') : all;
    return html`
      <div class=${run.isWorking ? 'room' : ''} ?inert=${run.isWorking}>
        ${change?.renderActions({
          words,
          actions,
          isDisabled,
          canSharpen: versions.larger !== undefined,
          onTake: () => void quietly(asking.again()),
          onSharper: () => void quietly(asking.again(versions.larger)),
          onBegin: (text) => versions.begin(text),
        })}
      </div>
      ${history}
    `;
  }

  /** Undefined before the first picture: the examples stay. */
  stage() {
    if (!this.hasStage) return undefined;
    const { result, run, versions } = this.#options;
    const { element, isUsed, words } = this.#host;
    const { turn } = versions;
    const shown = turn && resultOf(turn);
    return renderStage({
      words,
      label: this.#host.facts?.label,
      state: run.current,
      now: Date.now(),
      isChecking: this.#options.isChecking,
      results: turn?.results ?? [],
      index: turn?.index ?? 0,
      ratio: this.ratio,
      kept: this.#kept,
      isRoomKept: this.#isRoomKept || run.isWorking,
      isArriving: this.#isArriving,
      reshaped: this.#reshaped,
      isSmall: this.#isSmall,
      versions: this.#host.isWide ? nothing : this.#renderVersions(false),
      pending: this.#pending,
      compare: versions.isComparing ? this.#renderCompare() : undefined,
      canCompare: versions.before !== undefined && !element.withoutCompare,
      isComparing: versions.isComparing,
      changedFrom: versions.changedFrom,
      accent: this.accent,
      useLabel: isUsed ? element.useLabel || words.say('use') : undefined,
      isUsed: versions.isChosen,
      isDisabled: this.#host.isDisabled,
      chosenOther: versions.chosenOther,
      showDownload: !element.withoutDownload,
      menu: result.renderMenu() ?? nothing,
      isMenuOpen: result.isMenuOpen,
      details: result.isDetailsOpen && shown ? this.#renderDetails() : nothing,
      isDetailsOpen: result.isDetailsOpen,
      isCaptionOpen: result.isCaptionOpen,
      isSaved: result.done === 'saved',
      onOpen: () => void quietly(this.#openViewer()),
      onCompare: () => versions.toggleCompare(),
      onUse: this.#options.use,
      onDownload: (event) => {
        event.preventDefault();
        void result.download();
      },
      onMenu: () => result.toggle('isMenuOpen'),
      onDetails: () => result.toggle('isDetailsOpen'),
      onCaption: () => result.toggle('isCaptionOpen'),
      onIndex: (index) => turn && versions.select(turn.id, index, true),
    });
  }

  /** The picture that is being made, as far as it is known. */
  get #pending(): Pending | undefined {
    const { run, versions } = this.#options;
    const { current } = run;
    const { element, settings } = this.#host;
    if (!isWorking(current) || !settings) return undefined;
    const prompt = versions.mode === 'change' ? versions.text || (versions.turn?.order.prompt ?? '') : element.value;
    const order = current.order ?? { prompt, settings };
    return { url: '', order, width: this.ratio, height: 1, cached: false, elapsedMs: order.settings.expectedMs ?? 0 };
  }

  viewer() {
    const { form, versions } = this.#options;
    const { parts, words, element, isDisabled, status } = this.#host;
    const { turn } = versions;
    const viewer = this.#viewer;
    if (!viewer?.isOpen || !turn) return nothing;
    return parts.use('viewer', loadRest)?.renderViewer({
      words,
      viewer,
      picture: resultOf(turn),
      text: turn.order.prompt,
      before: element.withoutCompare ? undefined : versions.before,
      mayMark: !element.withoutRegion && !form.isShown && !isDisabled,
      region: versions.region,
      badge: badge(words, this.#host.facts?.label),
      versions: this.#renderVersions(true),
      actions: this.#renderViewerActions(),
      status,
      onStep: (by) => versions.show(by > 0 ? redo(versions.thread) : undo(versions.thread)),
      // The closing dialog gives the focus back; the words get it after that.
      onMark: (region) => void viewer.close().then(() => versions.mark(region)),
      onClosed: () => this.#host.update(),
    });
  }

  /** The versions as soon as there are two. */
  #renderVersions(isAll: boolean) {
    const { keeper, run, versions } = this.#options;
    const { element, parts, words } = this.#host;
    const { isWorking: isPending } = run;
    if (versions.thread.turns.length < (isPending ? 1 : 2) || element.withoutHistory) return nothing;
    return parts.use('change', loadRest)?.renderVersions({
      words,
      thread: versions.thread,
      gone: keeper.gone,
      isAll,
      isPending,
      name: isAll ? 'peel-all-versions' : 'peel-versions',
      imageOf: (turn) => keeper.imageOf(turn),
      onSelect: (id) => versions.select(id, undefined, true),
      onWords: (turn) => this.#host.write(turn.order.prompt),
      onMissing: (turn) => void keeper.onMissing(turn),
      onAll: () => void quietly(this.#openViewer()),
    });
  }

  #renderCompare() {
    const { versions } = this.#options;
    const { parts, words } = this.#host;
    const { before, turn } = versions;
    if (!turn || !before) return undefined;
    return parts.use('viewer', loadRest)?.renderCompare({
      words,
      before,
      after: resultOf(turn),
      at: versions.compareAt,
      onAt: (at) => {
        versions.compareAt = at;
        this.#host.update();
      },
    });
  }

  #renderDetails() {
    const { keeper, versions } = this.#options;
    const { parts, words } = this.#host;
    const { changedFrom, thread, turn } = versions;
    if (!turn) return nothing;
    return parts.use('details', loadRest)?.renderDetails({
      words,
      result: resultOf(turn),
      version: thread.turns.length > 1 ? numberOf(thread, turn.id) : undefined,
      changedFrom,
      onAlt: (alt) => {
        versions.describe(alt);
        keeper.save();
      },
    });
  }

  async #openViewer(): Promise<void> {
    const { parts, element } = this.#host;
    const { Viewer } = await parts.load('viewer', loadRest);
    // It may have left the page meanwhile, where no dialog can open.
    if (!element.isConnected) return;
    this.#viewer ??= new Viewer(element);
    this.#viewer.open(element.renderRoot.querySelector('.box [part=image]') ?? undefined);
  }

  #renderViewerActions() {
    const { form, result, versions } = this.#options;
    const { words, element, isUsed } = this.#host;
    const { isChosen } = versions;
    const onChange = async () => {
      await this.#viewer?.close();
      versions.setMode('change');
    };
    return html`
      ${
        isUsed
          ? html`<button type="button" class=${isChosen ? 'tonal' : 'fill'} @click=${this.#options.use}>${isChosen ? words.say('used') : element.useLabel || words.say('use')}</button>`
          : nothing
      }
      ${form.isShown ? nothing : html`<button type="button" class="tonal" @click=${onChange}>${words.say('changeThis')}</button>`}
      ${element.withoutDownload ? nothing : html`<button type="button" class="tonal" @click=${() => void result.download()}>${words.say(result.done === 'saved' ? 'saved' : 'download')}</button>`}
    `;
  }
}

function scrollIntoView(element: HTMLElement) {
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ block: 'nearest', behavior: isStill ? 'instant' : 'smooth' });
}
