/** One open alarm as a line: what happened, what Peel does, and the button that leads to what the owner can do. */
import { html, nothing, type TemplateResult } from 'lit';
import type { DeskAlarm } from '../../../worker/desk-protocol.ts';
import type { Desk } from '../page.ts';
import { ALARM_DOORS, LEAVABLE, LINE } from '../words/alarms.ts';
import { problemOf } from './problem.ts';

/** The first sentence, which says what happened, and the rest. */
export function partsOf(text: string): [first: string, rest: string] {
  const end = /[.;](?= )/.exec(text);
  return end ? [text.slice(0, end.index + 1), text.slice(end.index + 2)] : [text, ''];
}

function onDoor(event: MouseEvent, desk: Desk, address: string): void {
  // A click with a modifier opens a tab, as for any link.
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  desk.go(address);
}

/**
 * An `<li>` for a list of the class `alarms`.
 *
 * @param onChange Called once the owner has put the alarm away or paused its site.
 */
export function renderAlarmLine(
  alarm: DeskAlarm,
  desk: Desk,
  onChange: () => void = () => desk.refresh(),
): TemplateResult {
  const { id, name, site, text } = alarm;
  const [first, rest] = partsOf(text);
  const door = ALARM_DOORS[name](alarm);
  const act = async (path: string, body: object, said: string): Promise<void> => {
    try {
      await desk.api.send('POST', path, body);
      desk.toast(said);
    } catch (error) {
      desk.warn(problemOf(error));
    }
    onChange();
  };
  return html`<li class="alarm" data-alarm=${name}>
    <svg class="alarm-sign" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path d="M10 3 18 17H2Z" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" />
      <path d="M10 8v4.2M10 14.2v.9" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />
    </svg>
    <p class="alarm-text">
      <strong>${first}</strong> ${rest}
      <a class="alarm-help" href=${LINE.helpOf(name)}>${LINE.help}</a>
    </p>
    <div class="alarm-acts">
      <a class="button" href=${door.address} @click=${(event: MouseEvent) => onDoor(event, desk, door.address)}>${door.label}</a>
      ${
        name === 'spend_unusual' && site !== undefined
          ? html`<button class="link" type="button" @click=${() => act('/pause', { scope: 'site', site, paused: true }, LINE.paused)}>${LINE.pause}</button>`
          : nothing
      }
      ${
        LEAVABLE.has(name)
          ? html`<button class="link" type="button" @click=${() => act('/alarms/close', { id }, LINE.left)}>${LINE.leave}</button>`
          : nothing
      }
    </div>
  </li>`;
}
