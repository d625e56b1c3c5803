import { html } from 'lit';
import { DeskPage } from '../page.ts';

export class PicturesPage extends DeskPage {
  readonly name = 'Pictures';
  readonly answer = 'Pictures.';

  protected override render() {
    return html``;
  }
}

customElements.define('desk-pictures', PicturesPage);
