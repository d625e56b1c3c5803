import { html, LitElement } from 'lit';
import { COPY } from '../words/copy.ts';

const SAID_MS = 3000;

/** A button that copies a text and says so in its own words. */
class DeskCopy extends LitElement {
  static override properties = { text: { attribute: false }, label: { attribute: false }, said: { state: true } };

  declare text: () => string;
  declare label: string;
  declare said: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.label = COPY.copy;
    this.said = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override render() {
    return html`<button type="button" @click=${this.#copy}>${this.said || this.label}</button
      ><span class="unseen" role="status">${this.said}</span>`;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text());
      this.said = COPY.copied;
    } catch {
      // The browser forbids it, as on pages without https.
      this.said = COPY.failed;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.said = '';
    }, SAID_MS);
  }
}

customElements.define('desk-copy', DeskCopy);

/** @param text What is copied, asked for when the button is pressed. @param label Such as `Copy the tag`. */
export const copyButton = (text: () => string, label = COPY.copy) =>
  html`<desk-copy .text=${text} .label=${label}></desk-copy>`;
