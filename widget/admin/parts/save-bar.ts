import { html, LitElement, nothing } from 'lit';
import { SAVE_BAR } from '../words/parts.ts';

export interface SaveBarOptions {
  /** What is not saved: `2 changes · Day $3.50 → $4.50 · page added`. Empty: nothing, and no bar unless there is a message. */
  changes: string;
  save: () => void;
  discard: () => void;
  isSaving?: boolean;
  /** What must be known before: `1 field to mend: Where`, or what a higher cap can cost. Text or a template. */
  message?: unknown;
  /** Whether the message tells of something wrong. */
  isProblem?: boolean;
  /** The button's words. Default: `Save`. */
  saveLabel?: string;
}

/** Appears with the first change. Save is never disabled, and Ctrl+S or Cmd+S is the same. */
class DeskSaveBar extends LitElement {
  static override properties = { options: { attribute: false } };

  declare options: SaveBarOptions;

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
  }

  protected override render() {
    const { changes, save, discard, isSaving = false, message, isProblem = false, saveLabel } = this.options;
    if (!changes && !message) return nothing;
    return html`<section class="save-bar" aria-label=${SAVE_BAR.label}>
      <div tabindex="-1" class="what">
        ${changes ? html`<p>${changes}</p>` : nothing}
        <p class=${isProblem ? 'problem' : 'soft'} role=${isProblem ? 'alert' : 'status'}>${message ?? nothing}</p>
      </div>
      ${
        changes
          ? html`<button type="button" @click=${discard}>${SAVE_BAR.discard}</button>
              <button type="button" class="primary" aria-disabled=${isSaving ? 'true' : nothing} @click=${() => !isSaving && save()}>
                ${isSaving ? SAVE_BAR.saving : (saveLabel ?? SAVE_BAR.save)}
              </button>`
          : nothing
      }
    </section>`;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    if (this.options.changes && !this.options.isSaving) this.options.save();
  };
}

customElements.define('desk-save-bar', DeskSaveBar);

export const saveBar = (options: SaveBarOptions) => html`<desk-save-bar .options=${options}></desk-save-bar>`;
