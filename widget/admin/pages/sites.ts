import { html } from 'lit';
import { DeskPage } from '../page.ts';

export class SitesPage extends DeskPage {
  readonly name = 'Sites';
  readonly answer = 'Sites.';

  protected override render() {
    return html``;
  }
}

customElements.define('desk-sites', SitesPage);
