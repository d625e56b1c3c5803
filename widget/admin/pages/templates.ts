import { html } from 'lit';
import { DeskPage } from '../page.ts';

export class TemplatesPage extends DeskPage {
  readonly name = 'Templates';
  readonly answer = 'Templates.';

  protected override render() {
    return html``;
  }
}

customElements.define('desk-templates', TemplatesPage);
