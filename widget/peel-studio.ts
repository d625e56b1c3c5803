import { html, nothing, type PropertyValues } from 'lit';
import { version } from '../package.json';
import type { Idea, SiteFacts } from '../worker/protocol.ts';
import { PeelError, quietly } from './api/peel-error.ts';
import type { Problem } from './api/problem.ts';
import { StudioAttributes } from './attributes.ts';
import { type ComposerView, renderComposer } from './composer/composer.ts';
import { composer } from './composer/styles.ts';
import { isSubmitKey } from './composer/submit-key.ts';
import { fire, type PeelEventMap } from './events.ts';
import { type Example, renderExamples } from './examples/examples.ts';
import { examples } from './examples/styles.ts';
import { formValueOf } from './form-value.ts';
import type { EditOptions, Primary } from './host.ts';
import { takeText } from './kept-text.ts';
import { isSideBySide } from './layout.ts';
import type { Result, Turn } from './model.ts';
import { loadRest } from './parts.ts';
import { filesOf, type Incoming, pickFiles } from './references/incoming.ts';
import type { Reference, ReferenceOptions, Via } from './references/reference.ts';
import type { Engine } from './run/engine.ts';
import type { Status } from './run/generation.ts';
import { nearestRatio } from './settings/ratios.ts';
import { offeredModels, summaryOf } from './settings/settings.ts';
import { Studio } from './studio.ts';
import { frame } from './studio-styles.ts';
import { base } from './styles/base.ts';
import { controls } from './styles/controls.ts';

const DROPS = ['dragenter', 'dragover', 'dragleave', 'drop'] as const;

/**
 * A picture maker: the visitor describes a picture, sees it made, changes it and uses it.
 * Children without a slot are the fallback: they show until the element is defined, and without scripts.
 *
 * @fires input - The visitor typed or chose an example. Native.
 * @fires change - The visitor has finished typing.
 * @fires peel-ready - The site's models and limits are known (`capabilities`).
 * @fires peel-generate - Before anything is sent (`request`). Cancelable.
 * @fires peel-statechange - `from`, `to`, `reason`.
 * @fires peel-progress - Once a second while a picture is made: `phase`, `elapsedMs`, `expectedMs`.
 * @fires peel-preview - A thought or a draft has arrived: `thought`, `draftUrl`; never final.
 * @fires peel-result - The picture has loaded: `turn`, `results`.
 * @fires peel-use - The visitor chose the picture: `turn`, `index`, `result`. Cancelable.
 * @fires peel-refused - The model declined: `stage`, `reason`, `charged`.
 * @fires peel-limited - A short limit: `retryAt`, `scope`.
 * @fires peel-exhausted - Used up for longer: `scope`, `resetsAt`.
 * @fires peel-error - `code`, `retryable`, `charged`, `requestId`.
 * @fires peel-cancel - The visitor or the page stopped it: `charged`.
 * @fires peel-reference-add - Before a picture is added: `file`, `role`. Cancelable.
 * @fires peel-reference-remove - `file`, `role`.
 * @fires peel-reference-reject - A file that cannot be added: `file`, `role`, `reason`.
 * @fires peel-select - Another version is shown: `turn`, `index`.
 * @fires peel-compare - Two versions are shown side by side: `turn`, `index`, `with`.
 * @fires peel-download - Before the picture is saved: `turn`, `index`, `result`. Cancelable.
 * @fires peel-copy - Before the picture is copied: `turn`, `index`, `result`. Cancelable.
 * @fires peel-share - Before the picture is shared: `turn`, `index`, `result`. Cancelable.
 *
 * @slot - Fallback before the element is defined.
 * @slot label - Instead of the attribute `label`.
 * @slot hint - Instead of the attribute `hint`.
 * @slot header - Above everything.
 * @slot ideas - Plain buttons with a `value`, instead of the site's ideas.
 * @slot empty - On the stage before the first picture, instead of the examples.
 * @slot toolbar-start - Before the tools under the words.
 * @slot toolbar-end - After them.
 * @slot quota - What a visitor may do when the day is used up, such as signing in.
 * @slot challenge - Where a check of the page appears.
 * @slot result-actions - Beside download.
 * @slot disclosure - AI notice and terms, under the element.
 * @slot footer - Below everything.
 *
 * @csspart base - Everything inside.
 * @csspart composer - The form.
 * @csspart label - Its label.
 * @csspart field - The border around the question.
 * @csspart dropzone - The same place, where pictures can be dropped.
 * @csspart prompt - The words.
 * @csspart hint - The line under the field.
 * @csspart count - Characters left.
 * @csspart toolbar - The line with the tools and the button.
 * @csspart submit - The button, while it makes pictures.
 * @csspart cancel - The same button, while it says Cancel.
 * @csspart references - The added pictures.
 * @csspart reference - One of them.
 * @csspart reference-remove - Its remove button.
 * @csspart settings-toggle - The line that opens the settings.
 * @csspart settings - The open settings.
 * @csspart segment - One choice of few.
 * @csspart model - The model.
 * @csspart ratio - The shapes.
 * @csspart ratio-option - One shape.
 * @csspart resolution - The sizes.
 * @csspart thinking - How carefully the model works.
 * @csspart grounding - What it may look up.
 * @csspart ideas - The examples.
 * @csspart idea - One of them.
 * @csspart stage - Where the picture is.
 * @csspart viewport - The box of the picture.
 * @csspart placeholder - The box while the picture is made.
 * @csspart figure - The picture with its label.
 * @csspart image - The picture.
 * @csspart badge - The AI label. It can be restyled and not hidden.
 * @csspart bar - What stands under the picture.
 * @csspart progress - The progress of a picture.
 * @csspart progress-bar - Its filled part.
 * @csspart elapsed - The seconds.
 * @csspart thought - What the model thinks.
 * @csspart caption - The words that made the picture.
 * @csspart actions - The buttons under it.
 * @csspart action - One of them.
 * @csspart compare - Two versions side by side.
 * @csspart compare-handle - The handle between them.
 * @csspart region - A marked place.
 * @csspart history - The versions.
 * @csspart turn - One of them.
 * @csspart turn-image - Its picture.
 * @csspart sources - What the model looked up.
 * @csspart source - One page of it.
 * @csspart notice - What went wrong, or the owner's notice.
 * @csspart dialog - Full screen.
 * @csspart status - What screen readers hear.
 *
 * @cssprop --peel-accent - The main button and what is chosen.
 * @cssprop --peel-accent-contrast - Text on it.
 * @cssprop --peel-surface - What floats, and what is chosen in a row.
 * @cssprop --peel-surface-raised - Quiet buttons and notes.
 * @cssprop --peel-text - All text.
 * @cssprop --peel-text-quiet - Quiet text.
 * @cssprop --peel-border - The border of fields.
 * @cssprop --peel-danger - Confirmations that delete.
 * @cssprop --peel-warning - The icon of a note.
 * @cssprop [--peel-radius=0.625em] - Corners.
 * @cssprop [--peel-gap=1.25em] - Space between the parts.
 * @cssprop --peel-font - Inherited.
 * @cssprop --peel-font-mono - For lines of code.
 * @cssprop [--peel-control-size=2.5em] - Height of buttons.
 * @cssprop --peel-focus-ring - Colour of the focus ring.
 * @cssprop --peel-stage-min-height - Least height of the stage.
 * @cssprop [--peel-motion=1] - Multiplies durations; 0 stops them.
 *
 * @cssstate idle - Nothing has happened yet.
 * @cssstate uploading - Pictures are on their way.
 * @cssstate generating - A picture is made.
 * @cssstate previewing - A thought or a draft is shown.
 * @cssstate done - A picture is shown.
 * @cssstate refused - The model declined.
 * @cssstate limited - A short limit.
 * @cssstate exhausted - Used up for longer.
 * @cssstate offline - No network.
 * @cssstate error - Something failed.
 * @cssstate challenging - The visitor has something to do for a check of the page.
 * @cssstate blank - The field is empty.
 * @cssstate has-result - A picture is shown, or stays behind a problem.
 * @cssstate dragging - A file is dragged over the element.
 * @cssstate user-invalid - The visitor tried to send what cannot go out.
 */
export class PeelStudio extends StudioAttributes {
  static readonly version = version;
  static readonly formAssociated = true;
  static override styles = [base, controls, frame, composer, examples];
  static override properties = {
    invalid: { state: true },
    isPanelOpen: { state: true },
    isDragging: { state: true },
    isWide: { state: true },
  };

  /** Why the words cannot be sent, or empty. */
  private invalid = '';
  private isPanelOpen = false;
  private isDragging = false;
  /** Composer and stage stand side by side. */
  private isWide = false;

  readonly #internals = this.attachInternals();
  readonly #size = new ResizeObserver(() => this.#measure());
  readonly #studio = new Studio(this, {
    isWide: () => this.isWide,
    // The attribute may still be there when the page has just taken `disabled` back.
    isDisabled: () => this.disabled || this.matches(':disabled:not([disabled])'),
    isUsed: () => this.useLabel !== '' || this.#hearsUse || (this.name !== '' && this.#internals.form !== null),
    write: (text) => this.#write(text),
    focusText: () => this.focus(),
  });
  /** The page listens for `peel-use`. */
  #hearsUse = false;
  #customError = '';
  /** Which of the folded parts of the settings are open. */
  #open = { shapes: false, more: false };
  /** What had focus before a render. */
  #focused: Element | null = null;
  /** The value that a form reset gives back. */
  #initialValue: string | undefined;

  get state(): Status {
    return this.#engine?.run.current.status ?? (this.#studio.startedAt === undefined ? 'idle' : 'generating');
  }

  /** The pictures of the shown turn; empty before the first. */
  get results(): readonly Result[] {
    return this.#engine?.versions.turn?.results ?? [];
  }

  /** Turn and index of the shown picture. */
  get selected(): { turn: string; index: number } | undefined {
    return this.#engine?.versions.selected;
  }

  /** The models and limits of the site; undefined until the element has been in view. */
  get capabilities(): SiteFacts | undefined {
    return this.#studio.facts;
  }

  /** Pictures left today, where the site has a limit. */
  get quota(): { left: number | undefined; perDay: number } | undefined {
    const { facts, left } = this.#studio;
    return facts && { left, perDay: facts.limits.perDay };
  }

  /** Of the running request, as `peel-progress` tells it; undefined while there is none. */
  get progress(): PeelEventMap['peel-progress'] | undefined {
    return this.#engine?.progress;
  }

  /** The conversation: what was made on this page, oldest first; empty before the first picture. */
  get thread(): readonly Turn[] {
    return this.#engine?.versions.thread.turns ?? [];
  }

  /** The problem that is shown. */
  get error(): Problem | undefined {
    return this.#engine?.run.problem;
  }

  get references(): readonly Reference[] {
    return this.#engine?.pictures.items ?? [];
  }

  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }

  get labels(): NodeList {
    return this.#internals.labels;
  }

  get validity(): ValidityState {
    return this.#internals.validity;
  }

  get validationMessage(): string {
    return this.#internals.validationMessage;
  }

  get willValidate(): boolean {
    return this.#internals.willValidate;
  }

  get type(): string {
    return this.localName;
  }

  /**
   * Makes a picture of the present words and settings; with nothing changed since the shown one, another take. It needs
   * a recent click or key press of the visitor, so that a page cannot spend money by itself.
   *
   * @throws PeelError when there is no picture.
   */
  async generate(): Promise<Result> {
    const isActive = this.#assertUsable();
    return (await this.#start()).asking.ask(undefined, isActive);
  }

  /** Changes the shown picture, or the one of `from`. @throws PeelError */
  async edit(instruction: string, options?: EditOptions): Promise<Result> {
    const isActive = this.#assertUsable();
    return (await this.#start()).edit(instruction, options, isActive);
  }

  /** Repeats the last request. It joins the run that it began or collects its result. @throws PeelError */
  async retry(): Promise<Result> {
    const isActive = this.#assertUsable();
    return (await this.#start()).asking.retry(isActive);
  }

  /** Stops the generation. The worker still finishes and keeps a picture that it has begun. */
  async cancel(): Promise<void> {
    const { startedAt } = this.#studio;
    this.#engine?.cancel();
    if (startedAt === undefined) return;
    // The engine is still on its way: nothing has been sent, and nothing will be.
    this.#studio.startedAt = undefined;
    this.requestUpdate();
    fire(this, 'peel-cancel', { charged: 'no' });
  }

  /** Returns to the initial state. */
  async reset({ keepPrompt = false } = {}): Promise<void> {
    this.#engine?.reset();
    this.invalid = '';
    this.#studio.chosen = undefined;
    if (!keepPrompt) this.value = '';
    this.requestUpdate();
  }

  /** Adds a picture for the next request. @throws PeelError */
  async addReference(file: Blob | string, options?: ReferenceOptions): Promise<void> {
    this.#assertUsable();
    await (await this.#studio.start()).pictures.add(file, options);
  }

  async removeReference(id: string): Promise<void> {
    this.#engine?.pictures.remove(id);
  }

  async moveReference(id: string, index: number): Promise<void> {
    this.#engine?.pictures.move(id, index);
  }

  /** Shows a version. */
  async select(turn: string, index = 0): Promise<void> {
    this.#engine?.select(turn, index);
  }

  /** Shows the version before. */
  async undo(): Promise<void> {
    this.#engine?.undo();
  }

  /** Shows the version after. */
  async redo(): Promise<void> {
    this.#engine?.redo();
  }

  /** Shows two versions side by side, by default the shown one and the one that it changed. Called again it ends. */
  async compare(before?: string, after?: string): Promise<void> {
    this.#engine?.compare(before, after);
  }

  /** Saves the picture as a file. */
  async download(options?: { type?: 'original' | 'webp' | 'jpeg' }): Promise<void> {
    await this.#engine?.result.download(options?.type);
  }

  /** Puts the picture on the clipboard. */
  async copy(): Promise<void> {
    await this.#engine?.result.copy();
  }

  /** Hands the picture to the device's share sheet, or its link where there is none. */
  async share(): Promise<void> {
    await this.#engine?.result.share();
  }

  /** The bytes of the shown picture, or null. */
  async toBlob(): Promise<Blob | null> {
    return (await this.#engine?.result.toBlob()) ?? null;
  }

  /** The conversation as JSON-safe data, without the pictures' bytes. */
  async exportSession(): Promise<unknown> {
    return (await this.#studio.start()).keeper.exportSession();
  }

  /** Restores what `exportSession` gave. @throws PeelError for data that cannot be read. */
  async importSession(data: unknown): Promise<void> {
    await (await this.#studio.start()).keeper.importSession(data);
  }

  /** Focuses the words. Not `delegatesFocus`: a tap on the picture would open the keyboard of a phone. */
  override focus(options?: FocusOptions) {
    this.#find('#prompt, .slots :is(input, select, button)')?.focus(options);
  }

  checkValidity(): boolean {
    return this.#internals.checkValidity();
  }

  reportValidity(): boolean {
    return this.#internals.reportValidity();
  }

  setCustomValidity(message: string) {
    this.#customError = message;
    this.#validate();
  }

  override addEventListener<Type extends keyof HTMLElementEventMap>(
    type: Type,
    listener: (event: HTMLElementEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** The element shows "Use this picture" where the page listens for it. */
  override addEventListener(type: string, ...rest: [never, never?]) {
    if (type === 'peel-use') {
      this.#hearsUse = true;
      this.requestUpdate();
    }
    super.addEventListener(type, ...rest);
  }

  /** A `fieldset` around the element was disabled or enabled. */
  formDisabledCallback() {
    this.requestUpdate();
  }

  formResetCallback() {
    this.value = this.#initialValue ?? '';
    this.invalid = '';
    // The pictures stay: what was made is not a value.
    this.#studio.chosen = undefined;
    this.requestUpdate();
  }

  formStateRestoreCallback(state: string) {
    this.value = state;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#initialValue ??= this.getAttribute('value') ?? '';
    this.value ||= takeText(this);
    for (const type of DROPS) this.addEventListener(type, this.#onDrop);
    this.addEventListener('paste', this.#onPaste);
    this.addEventListener('keydown', this.#onEscape);
    this.addEventListener('click', this.#onClick);
    this.#size.observe(this);
    // The engine is there before the first press.
    this.addEventListener('focusin', this.#studio.warm, { once: true });
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#size.disconnect();
  }

  protected override async scheduleUpdate() {
    if (!this.hasUpdated) await this.#studio.speak();
    await super.scheduleUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    super.willUpdate(changed);
    this.#focused = this.shadowRoot?.activeElement ?? null;
    // They may have changed while the first render waited for their words.
    if (changed.has('lang') || changed.has('strings')) void this.#studio.speak();
    if (!this.hasUpdated) return;
    if (changed.has('endpoint') || changed.has('site')) this.#studio.reconnect();
  }

  protected override updated() {
    const { states } = this.#internals;
    const set = (name: string, on: unknown = true) => on && states.add(name);
    states.clear();
    set(this.state);
    set('blank', this.#text.trim() === '');
    set('has-result', this.results.length);
    set('dragging', this.isDragging);
    set('user-invalid', this.invalid);
    set('challenging', this.#engine?.check.isInteractive);
    this.#measure();
    this.#order();
    this.#validate();
    this.#engine?.view.rendered(this.renderRoot as ShadowRoot);
    this.#handFocusOn();
  }

  protected override render() {
    const { announcer, engine, words } = this.#studio;
    return html`
      <div part="base" class="base" lang=${words.lang}>
        <slot name="header"></slot>
        ${
          engine?.view.hasStage && !this.isWide
            ? html`<button type="button" class="go-to-text visually-hidden" @click=${() => this.focus()}>${words.say('goToText')}</button>`
            : nothing
        }
        <div class="studio ${this.layout} ${this.isWide ? 'wide' : ''} ${engine?.view.frameClass ?? ''}">
          <div class="composer-side">
            ${engine?.trouble.renderCard() ?? renderComposer(this.#composer())}
          </div>
          <div class="stage-side">${engine?.view.stage() ?? this.#renderEmpty()}</div>
        </div>
        ${engine?.view.viewer() ?? nothing}
        <div part="status" class="visually-hidden">
          <div role="status">${announcer.status}</div>
          <div role="alert">${announcer.alert}</div>
        </div>
        <slot name="disclosure"></slot>
        <slot name="footer"></slot>
      </div>
    `;
  }

  /** The place of the picture before there is one: the wait if the visitor was faster than the engine, else examples. */
  #renderEmpty() {
    const { engine, facts, isDisabled, parts, startedAt, words } = this.#studio;
    if (startedAt !== undefined)
      return html`<section part="stage" class="stage"><div part="placeholder" class="box light"></div></section>`;
    // A form of the owner's takes no words, and a paused or unknown site makes nothing of them.
    const hasExamples =
      !this.withoutIdeas &&
      facts?.promptMode !== 'template' &&
      !(engine ?? facts)?.paused &&
      !engine?.trouble.diagnosis;
    return html`
      ${engine?.keeper.render() ?? nothing}
      ${
        hasExamples
          ? renderExamples({
              words,
              wall: facts?.wall ?? [],
              ideas: this.#ideas,
              disabled: isDisabled,
              pictures: () => parts.use('wall', () => import('./examples/wall.ts')),
              onChoose: this.#onExample,
            })
          : html`<slot name="empty"></slot>`
      }
    `;
  }

  /** Undefined while the site is unknown: ours would be replaced by the owner's a moment later. */
  get #ideas(): readonly Idea[] | undefined {
    const { facts, isLost } = this.#studio;
    const ideas = this.ideas ?? facts?.ideas ?? (isLost ? [] : undefined);
    return ideas?.map((idea) => (typeof idea === 'string' ? { text: idea } : idea)).filter((idea) => idea?.text);
  }

  #composer(): ComposerView {
    const { engine, facts, isDisabled, left, parts, settings, words } = this.#studio;
    const models = facts ? offeredModels(facts, this.models) : [];
    const isWorking = this.#isWorking;
    return {
      words,
      element: this,
      engine,
      text: this.#text,
      isDisabled,
      isWorking,
      invalid: this.invalid,
      primary: engine?.view.primary ?? this.#firstPrimary(),
      settings,
      summary: settings && summaryOf(settings, models, engine?.view.shape !== undefined),
      isPanelOpen: this.isPanelOpen && !isDisabled,
      panel: this.#renderPanel(),
      references: engine?.view.references() ?? nothing,
      takesPictures: !this.withoutReferences && Math.min(settings?.model.maxReferences ?? 1, this.maxReferences) > 0,
      isDragging: this.isDragging,
      template: facts?.promptMode === 'template' ? (engine?.form.render() ?? nothing) : undefined,
      isOutOfDate: parts.isMissing,
      left,
      perDay: facts?.limits.perDay,
      onInput: this.#onInput,
      onChange: () => this.dispatchEvent(new Event('change', { bubbles: true })),
      onKeyDown: this.#onKeyDown,
      onTogglePanel: () => {
        this.isPanelOpen = !this.isPanelOpen;
        // A panel that does not come is not open.
        if (this.isPanelOpen) {
          parts.load('settings', loadRest).catch(() => {
            this.isPanelOpen = false;
          });
        }
      },
      onPrimary: this.#onPrimary,
      onAdd: this.#onAdd,
      onReload: () => this.#studio.reload(),
    };
  }

  #firstPrimary(): Primary {
    const { words } = this.#studio;
    return this.#isWorking ? { text: words.say('cancel'), rank: 'outline' } : { text: words.say('make'), rank: 'fill' };
  }

  #renderPanel() {
    const { engine, facts, isDisabled, parts, settings, words } = this.#studio;
    if (!this.isPanelOpen || isDisabled || !facts || !settings) return nothing;
    const part = parts.use('settings', loadRest);
    return part?.renderPanel({
      words,
      facts,
      settings,
      open: this.#open,
      changing: engine?.versions.mode === 'change',
      allowed: { models: this.models },
      onOptions: (options) => {
        Object.assign(this, options);
        engine?.onOptions();
      },
      onToggle: (name) => {
        this.#open = { ...this.#open, [name]: !this.#open[name] };
        this.requestUpdate();
      },
    });
  }

  readonly #onInput = (event: InputEvent) => {
    this.#setText((event.target as HTMLTextAreaElement).value);
  };

  readonly #onKeyDown = (event: KeyboardEvent) => {
    if (!isSubmitKey(event, this.submitOn) || (event.target as Element).matches('button, select')) return;
    event.preventDefault();
    if (!this.#isWorking) this.#press();
  };

  readonly #onPrimary = (event: MouseEvent) => {
    if (!this.#isWorking) return this.#press();
    // The second click of a double click on the button must not cancel.
    if (event.detail > 1) return;
    void this.cancel();
    this.focus();
  };

  /** A press on a `label` of the page clicks the element itself and nothing inside. */
  readonly #onClick = (event: MouseEvent) => {
    if (event.composedPath()[0] === this) this.focus();
  };

  readonly #onEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
    if (this.#engine?.escape()) event.preventDefault();
    else if (this.isPanelOpen) {
      event.preventDefault();
      this.isPanelOpen = false;
      this.#find('.line')?.focus();
    }
  };

  readonly #onExample = ({ text, width, height }: Example) => {
    const { isDisabled, settings } = this.#studio;
    if (isDisabled || this.readonly) return;
    if (width && height && settings) this.aspectRatio = nearestRatio(width / height, settings.model.aspectRatios);
    this.#write(text);
    this.#studio.fromExample = true;
    this.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  };

  /** A picture dropped anywhere on the element is added; the browser would open it in place of the page. */
  readonly #onDrop = (event: DragEvent) => {
    const { dataTransfer, type } = event;
    if (!dataTransfer?.types.some((kind) => kind === 'Files' || kind === 'text/uri-list')) return;
    event.preventDefault();
    const isOver = type === 'dragenter' || type === 'dragover';
    const isLeaving = type === 'dragleave' && this.contains(event.relatedTarget as Node | null);
    const takes = !this.#studio.isDisabled && !this.withoutReferences;
    if (!isLeaving) this.isDragging = isOver && takes;
    dataTransfer.dropEffect = takes ? 'copy' : 'none';
    if (type === 'drop' && takes) this.#add(filesOf(dataTransfer), 'drop');
  };

  readonly #onPaste = (event: ClipboardEvent) => {
    if (!event.clipboardData || this.#studio.isDisabled || this.withoutReferences) return;
    const incoming = filesOf(event.clipboardData);
    if (incoming.files.length === 0) return;
    event.preventDefault();
    this.#add(incoming, 'paste');
  };

  /** The browser opens its dialog only in the click itself. Where there is a camera, the button opens a menu. */
  readonly #onAdd = () => {
    if (this.#engine?.pictures.renderAddMenu()) return;
    void quietly(pickFiles({ multiple: true, capture: false }).then((files) => this.#add({ files }, 'pick')));
  };

  #add(incoming: Incoming, via: Via) {
    return quietly(this.#studio.start().then((engine) => engine.pictures.addIncoming(incoming, via)));
  }

  get #engine(): Engine | undefined {
    return this.#studio?.engine;
  }

  get #isWorking(): boolean {
    return this.#engine ? this.#engine.run.isWorking : this.#studio.startedAt !== undefined;
  }

  /** The words in the field: of a change, or for a new picture. */
  get #text(): string {
    const engine = this.#engine;
    return engine?.versions.mode === 'change' ? engine.versions.text : this.value;
  }

  #setText(text: string) {
    const engine = this.#engine;
    if (engine?.versions.mode === 'change') engine.versions.text = text;
    else this.value = text;
    // A text that is too long stays whole: a browser would cut it in silence.
    this.invalid = text.length > this.maxlength ? this.#whyInvalid(text) : '';
    this.#studio.fromExample = false;
    engine?.onInput();
    this.requestUpdate();
  }

  #write(text: string) {
    this.#setText(text);
    void this.updateComplete.then(() => {
      const field = this.#find('#prompt') as HTMLTextAreaElement | null;
      field?.focus({ preventScroll: true });
      field?.setSelectionRange(text.length, text.length);
    });
  }

  /** The button or the key that sends. */
  #press() {
    if (this.#studio.isDisabled) return;
    void quietly(this.#pressed());
  }

  async #pressed(): Promise<void> {
    const isActive = navigator.userActivation.isActive;
    const { engine: there, facts } = this.#studio;
    const text = this.#text.trim();
    const isChange = there?.versions.mode === 'change';
    // A form says itself what is missing, and a limit comes before the words. A change may be as short as it likes.
    if (
      facts?.promptMode !== 'template' &&
      !there?.view.primary.waits &&
      !(isChange && text.length <= this.maxlength)
    ) {
      this.invalid = this.#whyInvalid(text);
      if (this.invalid) return this.#sayInvalid();
    }
    if (there) return void (await there.asking.ask(undefined, isActive));
    const startedAt = Date.now();
    this.#studio.startedAt = startedAt;
    this.requestUpdate();
    const engine = await this.#studio.start().finally(() => this.requestUpdate());
    // The visitor has cancelled meanwhile.
    if (this.#studio.startedAt !== startedAt) return;
    const asked = engine.asking.ask(undefined, isActive);
    this.#studio.startedAt = undefined;
    await asked;
  }

  async #start(): Promise<Engine> {
    const engine = await this.#studio.start();
    if (engine.versions.mode === 'new' || !this.#studio.facts) this.invalid = this.#whyInvalid(this.value.trim());
    if (!this.invalid || this.#studio.facts?.promptMode === 'template') return engine;
    this.#sayInvalid();
    throw new PeelError('INVALID', this.invalid);
  }

  #sayInvalid() {
    this.#studio.say(this.invalid, true);
    this.focus();
  }

  #whyInvalid(text: string): string {
    const { words } = this.#studio;
    const { maxlength, minlength } = this;
    if (text === '') return words.say('emptyPrompt');
    if (text.length < minlength) return words.say('tooShort', { n: minlength });
    return text.length > maxlength ? words.say('tooLong', { n: maxlength }) : '';
  }

  /**
   * @returns Whether the visitor acts now: it is asked before the engine is waited for.
   * @throws PeelError: `disabled` stops every way to a picture.
   */
  #assertUsable(): boolean {
    if (this.#studio.isDisabled) throw new PeelError('DISABLED', 'The element is disabled.');
    return navigator.userActivation.isActive;
  }

  /** Tells the form what the element holds and whether it may be sent. */
  #validate() {
    const { chosen, words } = this.#studio;
    const text = this.value.trim();
    const flags = {
      customError: this.#customError !== '',
      valueMissing: (this.required && text === '') || (this.requireResult && !chosen),
      tooShort: text !== '' && text.length < this.minlength,
      tooLong: text.length > this.maxlength,
    };
    const missing = this.requireResult && !chosen && text !== '' ? words.say('chooseFirst') : words.say('emptyPrompt');
    const message = this.#customError || (flags.valueMissing ? missing : this.#whyInvalid(text));
    const isInvalid = Object.values(flags).includes(true);
    const anchor = this.#find('#prompt') ?? undefined;
    this.#internals.setValidity(isInvalid ? flags : {}, isInvalid ? message : '', anchor);
    this.#internals.setFormValue(formValueOf(this, chosen), this.value);
  }

  /**
   * Where the element is narrow and there is something to see, the stage stands first, for eyes and for the Tab key.
   * The stage moves and never the composer, which has the focus.
   */
  #order() {
    const [composerSide, stageSide] = [this.#find('.composer-side'), this.#find('.stage-side')];
    if (!composerSide || !stageSide) return;
    const isFirst = (this.#engine?.view.hasStage || this.#isWorking) && !this.isWide;
    const before = composerSide.compareDocumentPosition(stageSide) & Node.DOCUMENT_POSITION_PRECEDING;
    if (isFirst && !before) composerSide.before(stageSide);
    if (!isFirst && before) composerSide.after(stageSide);
  }

  /** The order of composer and stage in the page follows. */
  #measure() {
    const side = this.#find('.base');
    if (!side) return;
    const em = Number.parseFloat(getComputedStyle(side).fontSize);
    this.isWide = isSideBySide(this.layout, side.clientWidth / em);
  }

  /** Focus that has lost its place goes to the nearest control that stays. */
  #handFocusOn() {
    const lost = this.#focused;
    this.#focused = null;
    if (!lost || lost.checkVisibility({ visibilityProperty: true })) return;
    // What is not seen any more may still have it for a moment.
    const active = this.shadowRoot?.activeElement;
    if (active && active !== lost) return;
    if (document.activeElement && document.activeElement !== document.body && document.activeElement !== this) return;
    const next = this.#isWorking ? '.primary' : '#prompt, .primary';
    this.#find(next)?.focus({ preventScroll: true });
  }

  #find(selector: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(selector);
  }
}
