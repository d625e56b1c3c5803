import { html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ToastAction } from '../page.ts';
import { TOASTS } from '../words/shell.ts';

interface Toast {
  id: number;
  text: string;
  actions: readonly ToastAction[];
  /** It stays until it is closed, and is read out at once. */
  isGrave: boolean;
}

const STANDS_MS = 6000;

/** Short messages at the bottom. They wait while they are hovered or focused; F6 goes to them. */
class DeskToasts extends LitElement {
  static override properties = { toasts: { state: true } };

  declare toasts: readonly Toast[];
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #last = 0;
  /** Where the focus was before F6. */
  #before: HTMLElement | undefined;

  constructor() {
    super();
    this.toasts = [];
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#onKey);
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  show(text: string, actions: readonly ToastAction[], isGrave: boolean): void {
    const toast = { id: ++this.#last, text, actions, isGrave };
    // A repeated message replaces the one that is shown.
    this.toasts = [...this.toasts.filter((other) => other.text !== text || other.actions.length > 0), toast];
    if (!isGrave) this.#wait(toast.id);
  }

  protected override render() {
    const list = (isGrave: boolean) =>
      repeat(
        this.toasts.filter((toast) => toast.isGrave === isGrave),
        ({ id }) => id,
        (toast) => this.#toast(toast),
      );
    return html`<section
      aria-label=${TOASTS.region}
      tabindex="-1"
      @focusin=${this.#hold}
      @pointerenter=${this.#hold}
      @focusout=${this.#release}
      @pointerleave=${this.#release}
    >
      <div role="alert">${list(true)}</div>
      <div role="status">${list(false)}</div>
    </section>`;
  }

  #toast({ id, text, actions, isGrave }: Toast) {
    return html`<p class=${isGrave ? 'toast grave' : 'toast'}>
      <span>${text}</span>
      ${actions.map(
        ({ label, act }) => html`<button
          type="button"
          @click=${() => {
            this.#drop(id);
            act();
          }}
        >
          ${label}
        </button>`,
      )}
      ${isGrave ? html`<button type="button" @click=${() => this.#drop(id)}>${TOASTS.close}</button>` : nothing}
    </p>`;
  }

  #wait(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => this.#drop(id), STANDS_MS),
    );
  }

  #drop(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    const hadFocus = this.contains(document.activeElement);
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
    if (hadFocus) this.#giveBack();
  }

  #hold(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #release(): void {
    for (const { id, isGrave } of this.toasts) if (!isGrave) this.#wait(id);
  }

  #take(): void {
    this.#before = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
    (this.querySelector<HTMLElement>('button') ?? this.querySelector<HTMLElement>('section'))?.focus();
  }

  #giveBack(): void {
    if (this.#before?.isConnected) this.#before.focus();
    this.#before = undefined;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'F6' || this.toasts.length === 0) return;
    event.preventDefault();
    if (this.contains(document.activeElement)) this.#giveBack();
    else this.#take();
  };
}

customElements.define('desk-toasts', DeskToasts);

export type { DeskToasts };
