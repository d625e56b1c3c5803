/** The least that an element with a field can be: what Lit itself costs a page. */
import { css, html, LitElement } from 'lit';

class Floor extends LitElement {
  static styles = css`
    :host { display: block }
    textarea { inline-size: 100%; min-block-size: 6em; font: inherit }
  `;

  render() {
    return html`
      <label for="prompt">Describe your picture</label>
      <textarea id="prompt"></textarea>
      <button type="button">Make picture</button>
    `;
  }
}

customElements.define('bench-floor', Floor);
