import { html, LitElement, nothing } from 'lit';
import { PICTURES } from '../../words/pictures.ts';

interface SheetItem {
  text: string;
  isGrave?: boolean;
  act: () => void;
}

/** The actions for one thing, at the foot of a phone's screen. */
class DeskSheet extends LitElement {
  static override properties = { label: { state: true }, items: { state: true } };

  declare label: string;
  declare items: readonly SheetItem[];

  constructor() {
    super();
    this.label = '';
    this.items = [];
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  async open(label: string, items: readonly SheetItem[]): Promise<void> {
    this.label = label;
    this.items = items;
    await this.updateComplete;
    this.querySelector('dialog')?.showModal();
  }

  protected override render() {
    if (this.items.length === 0) return nothing;
    return html`<dialog class="sheet" aria-label=${this.label} @close=${() => this.#onClose()}>
      ${this.items.map(
        ({ text, isGrave, act }) => html`<button
          type="button"
          class=${isGrave ? 'danger' : ''}
          @click=${() => {
            this.querySelector('dialog')?.close();
            act();
          }}
        >
          ${text}
        </button>`,
      )}
      <button type="button" @click=${() => this.querySelector('dialog')?.close()}>${PICTURES.close}</button>
    </dialog>`;
  }

  #onClose(): void {
    this.items = [];
  }
}

customElements.define('desk-sheet', DeskSheet);

export type { DeskSheet };
