import { html } from 'lit';
import { DeskPage } from '../page.ts';

export class SetupPage extends DeskPage {
  readonly name = 'Set-up';
  readonly answer = 'Set-up.';

  protected override render() {
    return html``;
  }
}

customElements.define('desk-setup', SetupPage);
