import { html } from 'lit';
import { DeskPage } from '../page.ts';

export class KeysPage extends DeskPage {
  readonly name = 'Keys';
  readonly answer = 'Keys.';

  protected override render() {
    return html``;
  }
}

customElements.define('desk-keys', KeysPage);
