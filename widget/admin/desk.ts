import { html, LitElement } from 'lit';

/** The desk around its pages: the log-in, the rail, the header, toasts and questions. */
class PeelDesk extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render() {
    return html``;
  }
}

customElements.define('peel-desk', PeelDesk);
