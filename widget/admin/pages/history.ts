import { html } from 'lit';
import { DeskPage } from '../page.ts';

export class HistoryPage extends DeskPage {
  readonly name = 'History';
  readonly answer = 'History.';

  protected override render() {
    return html``;
  }
}

customElements.define('desk-history', HistoryPage);
