import { html } from 'lit';
import { DeskPage } from '../page.ts';

export class BillsPage extends DeskPage {
  readonly name = 'Bills';
  readonly answer = 'Bills.';

  protected override render() {
    return html``;
  }
}

customElements.define('desk-bills', BillsPage);
