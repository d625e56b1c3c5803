import { html } from 'lit';
import { DeskPage } from '../page.ts';

export class OverviewPage extends DeskPage {
  readonly name = 'Overview';
  readonly answer = 'Overview.';

  protected override render() {
    return html``;
  }
}

customElements.define('desk-overview', OverviewPage);
