import { html, LitElement, nothing } from 'lit';
import { describedBy, field, textField } from '../../parts/field.ts';
import { WALL } from '../../words/pictures.ts';
import type { WallWords } from './wall.ts';

const MAX_PROMPT = 1000;
const MAX_ALT = 300;

/** Asks what visitors of the wall start from, and for the picture's alternative text. */
class DeskWallForm extends LitElement {
  static override properties = { prompt: { state: true }, alt: { state: true }, isJudged: { state: true } };

  declare prompt: string;
  declare alt: string;
  declare isJudged: boolean;
  #answer: ((words: WallWords | undefined) => void) | undefined;

  constructor() {
    super();
    this.prompt = '';
    this.alt = '';
    this.isJudged = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** @returns undefined where the owner thinks better of it. */
  async ask(): Promise<WallWords | undefined> {
    this.#close(undefined);
    this.prompt = '';
    this.alt = '';
    this.isJudged = false;
    await this.updateComplete;
    (this.querySelector('dialog') as HTMLDialogElement).showModal();
    this.querySelector<HTMLElement>('#wall-prompt')?.focus();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  protected override render() {
    const problem = (text: string, max: number, told: string) =>
      this.isJudged && (text.trim() === '' || text.trim().length > max) ? told : '';
    const ofPrompt = problem(this.prompt, MAX_PROMPT, WALL.emptyPrompt);
    return html`<dialog
      aria-labelledby="wall-title"
      @cancel=${(event: Event) => {
        event.preventDefault();
        this.#close(undefined);
      }}
    >
      <form
        novalidate
        @submit=${(event: Event) => {
          event.preventDefault();
          void this.#submit();
        }}
      >
        <h2 id="wall-title">${WALL.title}</h2>
        <p class="soft">${WALL.text}</p>
        ${field(
          { id: 'wall-prompt', label: WALL.prompt, hint: WALL.promptHint, problem: ofPrompt },
          html`<textarea
            id="wall-prompt"
            rows="3"
            maxlength=${MAX_PROMPT}
            .value=${this.prompt}
            aria-invalid=${ofPrompt ? 'true' : nothing}
            aria-describedby=${describedBy('wall-prompt')}
            @input=${(event: Event) => {
              this.prompt = (event.target as HTMLTextAreaElement).value;
            }}
          ></textarea>`,
        )}
        ${textField({
          ...{ id: 'wall-alt', label: WALL.alt, value: this.alt, maxLength: MAX_ALT },
          problem: problem(this.alt, MAX_ALT, WALL.emptyAlt),
          onInput: (value) => {
            this.alt = value;
          },
        })}
        <p class="buttons">
          <button type="button" @click=${() => this.#close(undefined)}>${WALL.cancel}</button>
          <button class="primary">${WALL.put}</button>
        </p>
      </form>
    </dialog>`;
  }

  async #submit(): Promise<void> {
    this.isJudged = true;
    await this.updateComplete;
    const wrong = this.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (wrong) wrong.focus();
    else this.#close({ prompt: this.prompt.trim(), alt: this.alt.trim() });
  }

  #close(words: WallWords | undefined): void {
    const answer = this.#answer;
    this.#answer = undefined;
    this.querySelector('dialog')?.close();
    answer?.(words);
  }
}

customElements.define('desk-wall-form', DeskWallForm);

export type { DeskWallForm };
