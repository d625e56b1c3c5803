import { html, nothing } from 'lit';
import type { DeskAlarm, DeskAlarms } from '../../../worker/desk-protocol.ts';
import { DeskPage } from '../page.ts';
import { partsOf, renderAlarmLine } from '../parts/alarm-line.ts';
import { formatMoment, formatNumber } from '../parts/format.ts';
import { PollController } from '../parts/poll-controller.ts';
import { problemOf } from '../parts/problem.ts';
import { table } from '../parts/table.ts';
import { ALARM_NAMES, answerOf, PAGE, toldOf } from '../words/alarms.ts';
import './alarms/webhook.ts';

const POLL_MS = 10_000;
/** After it the page says that it still asks. */
const PATIENCE_MS = 4_000;

/** What rang, what is open, and who was told. */
export class AlarmsPage extends DeskPage {
  static override properties = {
    ...DeskPage.properties,
    alarms: { state: true },
    problem: { state: true },
    isSlow: { state: true },
  };

  readonly name = PAGE.name;
  declare alarms: DeskAlarms | undefined;
  declare problem: string | undefined;
  declare isSlow: boolean;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.isSlow = false;
    new PollController(this, () => void this.#load(), POLL_MS);
  }

  get answer(): string | undefined {
    return this.alarms ? answerOf(this.alarms.open.length) : this.problem || undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#patience = setTimeout(() => {
      this.isSlow = true;
    }, PATIENCE_MS);
  }

  protected override firstUpdated(): void {
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#patience);
  }

  override onLoggedIn(): void {
    void this.#load();
  }

  #load = async (): Promise<void> => {
    try {
      this.alarms = await this.desk.api.get<DeskAlarms>('/alarms');
      this.problem = undefined;
    } catch (error) {
      this.problem = problemOf(error);
    }
  };

  /** Something was changed: here, and in the badge beside the page's name. */
  #changed = (): void => {
    void this.#load();
    this.desk.refresh();
  };

  protected override render() {
    const { alarms, problem, isSlow } = this;
    return html`<div class="panels">
      ${
        problem === undefined
          ? nothing
          : html`<div class="note coral" role="alert">
              ${PAGE.failed(problem)} <button type="button" class="link" @click=${this.#load}>${PAGE.again}</button>
            </div>`
      }
      ${alarms ? this.#open(alarms.open) : html`<p class="soft" role="status">${isSlow && problem === undefined ? PAGE.asking : nothing}</p>`}
      ${
        alarms
          ? html`<desk-webhook .desk=${this.desk} .webhook=${alarms.webhook} .onChange=${this.#changed}></desk-webhook>`
          : nothing
      }
      ${alarms ? this.#past(alarms.past) : nothing}
    </div>`;
  }

  #open(open: readonly DeskAlarm[]) {
    if (open.length === 0) return html`<p class="panel soft">${PAGE.quiet}</p>`;
    return html`<ul class="alarms" aria-label=${PAGE.open}>
      ${open.map((alarm) => renderAlarmLine(alarm, this.desk, this.#changed))}
    </ul>`;
  }

  #past(past: readonly DeskAlarm[]) {
    return html`<section class="panel">
      <div class="head">
        <h2>${PAGE.past}</h2>
        ${past.length > 0 ? html`<span>${formatNumber(past.length)}</span>` : nothing}
      </div>
      ${
        past.length === 0
          ? html`<p class="soft">${PAGE.pastEmpty}</p>`
          : table<DeskAlarm>({
              caption: PAGE.past,
              rows: past,
              keyOf: ({ id }) => id,
              columns: [
                {
                  ...{ id: 'when', label: PAGE.when, sortBy: ({ at }) => at },
                  cell: ({ at, closedAt }) =>
                    html`<span class="nowrap">${formatMoment(at)}</span>${closedAt === undefined ? nothing : html`<span class="soft small over">${PAGE.over(formatMoment(closedAt))}</span>`}`,
                },
                {
                  ...{ id: 'what', label: PAGE.what, sortBy: ({ name }) => ALARM_NAMES[name] },
                  cell: ({ name, text }) =>
                    html`<strong>${ALARM_NAMES[name]}</strong> <span class="told">${partsOf(text)[0]}</span>`,
                },
                {
                  ...{ id: 'told', label: PAGE.who },
                  cell: (alarm) => html`<span class="soft small">${toldOf(alarm)}</span>`,
                },
              ],
            })
      }
    </section>`;
  }
}

customElements.define('desk-alarms', AlarmsPage);
