import { html, LitElement, nothing } from 'lit';
import type { Question } from '../page.ts';
import { QUESTION } from '../words/shell.ts';

/** Asks before what cannot be undone. The safe button has the focus, Escape is safe, and the focus returns. */
class DeskQuestion extends LitElement {
  static override properties = { question: { state: true }, problem: { state: true } };

  declare question: Question | undefined;
  declare problem: string;
  #answer: ((isYes: boolean) => void) | undefined;

  constructor() {
    super();
    this.problem = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** @returns Whether the owner went on. A question that another one replaces is answered with no. */
  async ask(question: Question): Promise<boolean> {
    this.#close(false);
    this.question = question;
    this.problem = '';
    await this.updateComplete;
    const dialog = this.querySelector('dialog') as HTMLDialogElement;
    dialog.showModal();
    dialog.querySelector<HTMLElement>('.safe')?.focus();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  protected override render() {
    const { question } = this;
    if (!question) return nothing;
    const { title, text, yes, no, typed } = question;
    return html`<dialog
      aria-labelledby="question-title"
      aria-describedby="question-text"
      @cancel=${(event: Event) => {
        event.preventDefault();
        this.#close(false);
      }}
    >
      <form
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#goOn();
        }}
        novalidate
      >
        <h2 id="question-title">${title}</h2>
        <p id="question-text">${text}</p>
        ${
          typed === undefined
            ? nothing
            : html`<label for="question-word">${QUESTION.type(typed)}</label>
                <input
                  id="question-word"
                  autocomplete="off"
                  autocapitalize="off"
                  spellcheck="false"
                  aria-invalid=${this.problem ? 'true' : nothing}
                  aria-describedby="question-problem"
                  @input=${() => {
                    this.problem = '';
                  }}
                >
                <p id="question-problem" class="problem" role="alert">${this.problem}</p>`
        }
        <p class="buttons">
          <button type="button" class="safe" @click=${() => this.#close(false)}>${no}</button>
          <button class="danger">${yes}</button>
        </p>
      </form>
    </dialog>`;
  }

  #goOn(): void {
    const { typed } = this.question as Question;
    const field = this.querySelector('input');
    if (typed !== undefined && field?.value.trim() !== typed) {
      this.problem = QUESTION.mistyped(typed);
      field?.focus();
      return;
    }
    this.#close(true);
  }

  #close(isYes: boolean): void {
    const answer = this.#answer;
    this.#answer = undefined;
    this.querySelector('dialog')?.close();
    this.question = undefined;
    answer?.(isYes);
  }
}

customElements.define('desk-question', DeskQuestion);

export type { DeskQuestion };
