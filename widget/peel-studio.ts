import { html, type PropertyValues } from 'lit';
import { state } from 'lit/decorators.js';
import { version } from '../package.json';
import type { SiteFacts } from '../worker/protocol.ts';
import { PeelError, type Problem, quietly } from './api/problem.ts';
import { StudioAttributes } from './attributes.ts';
import { noticeOf } from './describe.ts';
import { type Generation, isWorking, type Result, STATUSES, type Status, waitsUntil } from './generation.ts';
import { PictureActions } from './picture-actions.ts';
import { type ComposerView, renderComposer } from './render/composer.ts';
import { renderStage, type StageView } from './render/stage.ts';
import type { Settings, StudioOptions } from './settings.ts';
import { SettingsPanel } from './settings-panel.ts';
import { StudioController } from './studio-controller.ts';
import { styles } from './styles/index.ts';
import { isSubmitKey } from './submit-key.ts';
import { ENGLISH } from './words.ts';

/**
 * A prompt box and the picture it leads to.
 * Children without a slot are the fallback: they show until the element is defined, and without scripts.
 *
 * @fires input - The visitor typed or chose an idea. Native.
 * @fires change - The visitor has finished typing.
 * @fires peel-ready - The site's models and limits are known (`capabilities`).
 * @fires peel-generate - Before anything is sent (`request`). Cancelable.
 * @fires peel-statechange - `from`, `to`, `reason`.
 * @fires peel-progress - Once a second while a picture is made: `phase`, `elapsedMs`, `expectedMs`.
 * @fires peel-preview - A thought of the model has arrived: `thought`, never final.
 * @fires peel-result - The picture has loaded: `results`.
 * @fires peel-refused - The model declined: `stage`, `reason`, `charged`.
 * @fires peel-limited - A short limit: `retryAt`, `scope`.
 * @fires peel-exhausted - Used up for longer: `scope`, `resetsAt`.
 * @fires peel-error - `code`, `retryable`, `charged`, `requestId`.
 * @fires peel-cancel - The visitor or the page stopped it: `charged`.
 * @fires peel-download - Before the picture is saved (`result`). Cancelable.
 * @fires peel-copy - Before the picture is copied (`result`). Cancelable.
 *
 * @slot - Fallback before the element is defined.
 * @slot label - Instead of the attribute `label`.
 * @slot hint - Instead of the attribute `hint`.
 * @slot header - Above everything.
 * @slot ideas - Plain buttons with a `value`, instead of the site's ideas.
 * @slot empty - On the stage before the first picture.
 * @slot result-actions - Beside download and copy.
 * @slot disclosure - AI notice and terms, under the stage.
 * @slot footer - Below everything.
 *
 * @csspart base - Everything inside.
 * @csspart composer - The form.
 * @csspart label, prompt, hint, count - The prompt field and what belongs to it.
 * @csspart toolbar - The line with settings and button.
 * @csspart submit - The button, while it says Generate.
 * @csspart cancel - The same button, while it says Cancel.
 * @csspart model, resolution, ratio, ratio-option, thinking - The settings.
 * @csspart stage, placeholder, figure, image, badge - Where the picture is.
 * @csspart progress, progress-bar, elapsed - While it is made.
 * @csspart caption, actions, action - Under it.
 * @csspart notice - What went wrong, over or instead of it.
 * @csspart status - What screen readers hear.
 *
 * @cssprop --peel-accent, --peel-accent-contrast - The button, and text on it.
 * @cssprop --peel-surface, --peel-surface-raised, --peel-text, --peel-text-quiet, --peel-border, --peel-danger, --peel-warning
 * @cssprop [--peel-radius=0.75rem], [--peel-gap=1rem], [--peel-control-size=2.75rem]
 * @cssprop --peel-font, --peel-font-mono - Inherited, and the system's.
 * @cssprop --peel-focus-ring - Colour of the focus outline.
 * @cssprop --peel-stage-min-height - Height of the stage.
 * @cssprop [--peel-motion=1] - Multiplies durations; 0 stops them.
 *
 * @cssstate idle, generating, previewing, done, refused, limited, exhausted, offline, error - One at a time.
 * @cssstate blank - The prompt is empty.
 * @cssstate has-result - A picture is shown.
 * @cssstate user-invalid - The visitor tried to send a prompt that cannot go out.
 */
export class PeelStudio extends StudioAttributes {
  static readonly version = version;
  static override styles = styles;

  /** Why the prompt cannot be sent, or empty. */
  @state() private invalid = '';

  readonly #words = ENGLISH;
  readonly #internals = this.attachInternals();
  readonly #studio = new StudioController(this, this.#words);
  readonly #panel = new SettingsPanel(this);
  readonly #actions = new PictureActions(this, this.#studio.announcer, this.#words, this.#studio.fetch);

  get state(): Status {
    return this.#studio.generation.current.status;
  }

  /** The pictures of this turn; empty before the first. */
  get results(): readonly Result[] {
    const { result } = this.#studio.generation;
    return result ? [result] : [];
  }

  /** The models and limits of the site; undefined until the element has been in view. */
  get capabilities(): SiteFacts | undefined {
    return this.#studio.sites.facts;
  }

  /** The problem that is shown. */
  get error(): Problem | undefined {
    const { current } = this.#studio.generation;
    return 'problem' in current ? current.problem : undefined;
  }

  /**
   * Generates from the current prompt and settings. It needs a recent click or key press of the visitor, so that a page
   * cannot spend money by itself.
   *
   * @throws PeelError when there is no picture.
   */
  async generate(): Promise<Result> {
    const prompt = this.value.trim();
    this.#actions.forget();
    this.invalid = this.#whyInvalid(prompt);
    if (this.invalid) {
      this.#studio.announcer.say(this.invalid, true);
      throw new PeelError('INVALID', this.invalid);
    }
    return this.#studio.start(prompt);
  }

  /** Repeats the last request. It joins the run that it began or collects its result. @throws PeelError */
  async retry(): Promise<Result> {
    this.#actions.forget();
    const { order } = this.#studio.generation;
    return order ? this.#studio.repeat(order) : this.generate();
  }

  /** Stops the generation. The worker still finishes and keeps a picture that it has begun. */
  async cancel(): Promise<void> {
    this.#studio.cancel();
  }

  /** Returns to the initial state. */
  async reset({ keepPrompt = false } = {}): Promise<void> {
    this.#studio.generation.reset();
    this.#actions.forget();
    this.invalid = '';
    if (!keepPrompt) this.value = '';
  }

  /** Saves the picture as a file. */
  async download(): Promise<void> {
    const { result } = this.#studio.generation;
    if (result) await this.#actions.download(result);
  }

  /** Puts the picture on the clipboard. */
  async copy(): Promise<void> {
    const { result } = this.#studio.generation;
    if (result) await this.#actions.copy(result);
  }

  /** Focuses the prompt. Not `delegatesFocus`: a tap on the picture would open the keyboard of a phone. */
  override focus(options?: FocusOptions) {
    this.#find('#prompt')?.focus(options);
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    if (this.hasUpdated && (changed.has('endpoint') || changed.has('site'))) this.#studio.reconnect();
  }

  protected override updated() {
    const { states } = this.#internals;
    const set = (name: string, on: boolean) => (on ? states.add(name) : states.delete(name));
    for (const status of STATUSES) set(status, status === this.state);
    set('blank', this.value.trim() === '');
    set('has-result', this.results.length > 0);
    set('user-invalid', this.invalid !== '');
  }

  protected override render() {
    const { announcer, generation } = this.#studio;
    return html`
      <div part="base" class="base">
        <slot name="header"></slot>
        <div class="halves">${renderComposer(this.#composer())}${renderStage(this.#stage(generation.current))}</div>
        <div part="status" class="visually-hidden">
          <div role="status">${announcer.status}</div>
          <div role="alert">${announcer.alert}</div>
        </div>
        <p class="disclosure"><slot name="disclosure">${this.capabilities?.notice}</slot></p>
        <slot name="footer"></slot>
      </div>
    `;
  }

  #composer(): ComposerView {
    const { generation, settings, sites } = this.#studio;
    const working = isWorking(generation.current);
    return {
      words: this.#words,
      attributes: this,
      working,
      waiting: waitsUntil(generation.current) !== undefined,
      invalid: this.invalid,
      ideas: this.ideas ?? sites.facts?.ideas ?? [],
      hasResult: generation.result !== undefined && !working,
      settings,
      settingsMissing: sites.failed,
      settingsOpen: this.#panel.open,
      panel: sites.facts && settings && this.#renderPanel(sites.facts, settings),
      onInput: this.#onInput,
      onChange: () => this.dispatchEvent(new Event('change', { bubbles: true })),
      onKeyDown: this.#onKeyDown,
      onIdea: this.#onIdea,
      onToggleSettings: () => this.#panel.toggle(),
      onPrimary: this.#onPrimary,
      onGoToResult: () => this.#find('#result')?.focus(),
    };
  }

  #renderPanel(facts: SiteFacts, settings: Settings) {
    const onOptions = (options: Partial<StudioOptions>) => {
      Object.assign(this, options);
      // A smaller size or another model may still fit a budget that is nearly spent.
      if (this.state === 'exhausted') this.#studio.generation.clear();
    };
    return this.#panel.render({ words: this.#words, facts, settings, onOptions });
  }

  #stage(current: Generation): StageView {
    const { generation, settings, sites } = this.#studio;
    const now = Date.now();
    const { mishap } = this.#actions;
    const minor = mishap && ({ ...mishap, tone: 'warning', actions: [] } as const);
    return {
      words: this.#words,
      state: current,
      result: generation.result,
      waiting: waitsUntil(current) !== undefined,
      order: generation.order,
      notice: noticeOf(current, this.#words, now) ?? minor,
      aspectRatio: settings?.aspectRatio ?? this.aspectRatio,
      now,
      showDownload: !this.withoutDownload,
      showCopy: !this.withoutCopy && 'ClipboardItem' in globalThis,
      onRetry: () => this.#act(sites.failed ? sites.load() : this.retry()),
      onTake: (order) => this.#act(order ? this.#studio.take(order) : this.generate()),
      onDismiss: () => {
        this.#actions.forget();
        generation.clear();
        this.#act(this.updateComplete);
      },
      onDownload: (event) => {
        event.preventDefault();
        void this.download();
      },
      onCopy: () => void this.copy(),
    };
  }

  readonly #onInput = (event: InputEvent) => {
    this.value = (event.target as HTMLTextAreaElement).value;
    this.invalid = '';
  };

  readonly #onKeyDown = (event: KeyboardEvent) => {
    if (!isSubmitKey(event, this.submitOn)) return;
    event.preventDefault();
    if (!isWorking(this.#studio.generation.current)) void quietly(this.generate());
  };

  readonly #onIdea = (event: MouseEvent) => {
    const idea = event.composedPath().find((target) => target instanceof HTMLButtonElement);
    if (!idea || this.disabled) return;
    this.value = idea.value || (idea.textContent?.trim() ?? '');
    this.invalid = '';
    this.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  };

  readonly #onPrimary = (event: MouseEvent) => {
    if (!isWorking(this.#studio.generation.current)) return void quietly(this.generate());
    // The second click of a double click on Generate must not cancel.
    if (event.detail > 1) return;
    this.#studio.cancel();
    this.focus();
  };

  /** Runs the action of a button on the stage. That button disappears, so focus moves to the one that stays. */
  #act(action: Promise<unknown>) {
    void quietly(action);
    void this.updateComplete.then(() => {
      if (this.isConnected && !this.shadowRoot?.activeElement) this.#find('.primary')?.focus({ preventScroll: true });
    });
  }

  #find(selector: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(selector);
  }

  #whyInvalid(prompt: string): string {
    if (prompt === '') return this.#words.emptyPrompt;
    return prompt.length > this.maxlength ? this.#words.tooLong(this.maxlength) : '';
  }
}
