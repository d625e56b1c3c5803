import { html } from 'lit';
import { DeskPage } from '../page.ts';

export class AlarmsPage extends DeskPage {
  readonly name = 'Alarms';
  readonly answer = 'Alarms.';

  protected override render() {
    return html``;
  }
}

customElements.define('desk-alarms', AlarmsPage);
