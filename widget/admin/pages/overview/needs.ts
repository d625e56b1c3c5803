/** What needs a look, the worst first. It is there only while something does. */
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { DeskAlarm } from '../../../../worker/desk-protocol.ts';
import type { Desk } from '../../page.ts';
import { partsOf, renderAlarmLine } from '../../parts/alarm-line.ts';
import { NEEDS } from '../../words/overview.ts';

const MOST_ALARMS = 5;

export interface NeedsOptions {
  desk: Desk;
  isNarrow: boolean;
  /** Those beyond the first five are shown too. */
  areAll: boolean;
  showAll: () => void;
}

export function needs({ desk, isNarrow, areAll, showAll }: NeedsOptions) {
  const alarms = desk.overview?.alarms ?? [];
  if (alarms.length === 0) return nothing;
  const shown = areAll ? alarms : alarms.slice(0, MOST_ALARMS);
  const more = alarms.length - shown.length;
  return html`<section aria-label=${NEEDS.title}>
    <ul class="alarms">
      ${repeat(
        shown,
        ({ id }) => id,
        (alarm) => (isNarrow ? folded(alarm, desk) : renderAlarmLine(alarm, desk)),
      )}
    </ul>
    ${more > 0 ? html`<button type="button" class="link" @click=${showAll}>${NEEDS.more(more)}</button>` : nothing}
  </section>`;
}

/** On a phone the rulers come first, so an alarm is the sentence that says what happened, and opens. */
const folded = (alarm: DeskAlarm, desk: Desk) => html`<li class="fold">
  <details>
    <summary><span>${partsOf(alarm.text)[0].replace(/;$/, '.')}</span></summary>
    <ul class="plain">
      ${renderAlarmLine(alarm, desk)}
    </ul>
  </details>
</li>`;
