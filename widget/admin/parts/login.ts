import { html, LitElement, nothing } from 'lit';
import { type DeskApi, Refusal } from '../api.ts';
import { LOGIN } from '../words/shell.ts';
import { FILE, isLocal } from '../words/variables.ts';
import { copyButton } from './copy.ts';
import { formatDuration } from './format.ts';
import { mark } from './mark.ts';
import { problemOf } from './problem.ts';

/** One field for the admin token. It opens over the page where a session has ended, so that nothing typed is lost. */
class DeskLogin extends LitElement {
  static override properties = {
    api: { attribute: false },
    host: { attribute: false },
    hasEnded: { attribute: false },
    problem: { state: true },
    lockedUntil: { state: true },
    isSending: { state: true },
  };

  declare api: DeskApi;
  declare host: string;
  /** A session has ended: there is a page underneath. */
  declare hasEnded: boolean;
  declare problem: string;
  /** Unix milliseconds. 0: it is not locked. */
  declare lockedUntil: number;
  declare isSending: boolean;
  #countdown: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.hasEnded = false;
    this.problem = '';
    this.lockedUntil = 0;
    this.isSending = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#countdown);
  }

  protected override firstUpdated(): void {
    if (this.hasEnded) this.querySelector('dialog')?.showModal();
    this.#field.focus();
  }

  protected override render() {
    return this.hasEnded
      ? html`<dialog class="login" aria-labelledby="login-title" @cancel=${stay}>${this.#form()}</dialog>`
      : html`<main class="login">${this.#form()}</main>`;
  }

  #form() {
    const [shown, lost, sets] = LOGIN.hint;
    return html`<form @submit=${this.#submit} novalidate>
      ${mark()}
      <h1 id="login-title">${LOGIN.title(this.host)}</h1>
      ${this.hasEnded ? html`<p class="soft">${LOGIN.ended}</p>` : nothing}
      <label for="token">${LOGIN.field}</label>
      <input
        id="token"
        type="password"
        autocomplete="current-password"
        autocapitalize="off"
        spellcheck="false"
        aria-invalid=${this.problem ? 'true' : nothing}
        aria-describedby="token-problem token-hint"
        @input=${this.#clear}
      >
      <p id="token-problem" class="problem" role="alert">${this.#problemText}</p>
      <button class="primary" aria-disabled=${this.isSending || this.#lockedMs > 0 ? 'true' : nothing}>
        ${LOGIN.submit}
      </button>
      <p id="token-hint" class="hint">
        ${isLocal(this.host) ? localHint() : html`${shown}<code>${LOGIN.setup}</code>${lost}<code>${LOGIN.secret}</code>${sets}`}
      </p>
    </form>`;
  }

  get #field(): HTMLInputElement {
    return this.querySelector('input') as HTMLInputElement;
  }

  get #lockedMs(): number {
    return Math.max(0, this.lockedUntil - Date.now());
  }

  get #problemText(): string {
    return this.#lockedMs > 0 ? LOGIN.locked(formatDuration(this.#lockedMs)) : this.problem;
  }

  #clear(): void {
    this.problem = '';
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.isSending || this.#lockedMs > 0) return;
    const token = this.#field.value.trim();
    if (token === '') return this.#fail(LOGIN.empty);
    this.isSending = true;
    try {
      await this.api.send('POST', '/login', { token });
      this.problem = '';
      this.dispatchEvent(new CustomEvent('desk-logged-in', { bubbles: true }));
    } catch (error) {
      const isLocked = error instanceof Refusal && error.status === 429 && error.retryAfterSeconds !== undefined;
      if (isLocked) this.#lock((error.retryAfterSeconds as number) * 1000);
      else this.#fail(error instanceof Refusal && error.status === 401 ? LOGIN.wrong : problemOf(error));
    } finally {
      this.isSending = false;
    }
  }

  #fail(problem: string): void {
    this.problem = problem;
    this.#field.focus();
    this.#field.select();
  }

  #lock(ms: number): void {
    this.lockedUntil = Date.now() + ms;
    clearInterval(this.#countdown);
    this.#countdown = setInterval(() => {
      if (this.#lockedMs === 0) {
        clearInterval(this.#countdown);
        this.problem = LOGIN.unlocked;
      }
      this.requestUpdate();
    }, 1000);
  }
}

function localHint() {
  const [prints, into, end] = LOGIN.local;
  return html`<code>${LOGIN.start}</code>${prints}<code>${LOGIN.line}</code>${into}<code>${FILE}</code>${end}`;
}

customElements.define('desk-login', DeskLogin);

/** Escape closes no log-in: the page underneath shows nothing without one. */
const stay = (event: Event): void => event.preventDefault();

/** What a deployment without an owner says. */
export const noDesk = () => html`<main class="login">
  <div>
    ${mark()}
    <h1>${LOGIN.missing}</h1>
    <p>${LOGIN.missingText}</p>
    <p class="command"><code>${LOGIN.secret}</code> ${copyButton(() => LOGIN.secret)}</p>
    <p>
      ${LOGIN.missingOr}
      <a href=${LOGIN.dashboardAddress} target="_blank" rel="noreferrer">${LOGIN.dashboard}</a>.
      ${LOGIN.missingThen}
    </p>
  </div>
</main>`;
