import { html, nothing } from 'lit';
import { DeskPage } from '../page.ts';
import { renderAlarmLine } from '../parts/alarm-line.ts';
import { nameOfSite } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { NEEDS, NEWS, SITES } from '../words/overview.ts';
import { answerOf, leadOf } from './overview/answer.ts';
import './overview/days.ts';
import { figures } from './overview/figures.ts';
import { moneyPanels } from './overview/money.ts';
import { heldPanel, lastPanel, refusedPanel, waitsPanel } from './overview/panels.ts';
import { sitesPanel } from './overview/sites.ts';

const MOST_ALARMS = 5;
/** Later than this a wait for figures is said. */
const STILL_AFTER_MS = 4000;

/** The day on one page: is my money safe, does anything need me? Its figures come with the news of the shell. */
export class OverviewPage extends DeskPage {
  static override properties = {
    ...DeskPage.properties,
    sending: { state: true },
    isStill: { state: true },
    areAllAlarms: { state: true },
  };

  readonly name = 'Overview';
  /** The site whose pause is on its way. */
  declare sending: string | undefined;
  /** The figures have not come for a while. */
  declare isStill: boolean;
  declare areAllAlarms: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.isStill = false;
    this.areAllAlarms = false;
  }

  get answer(): string | undefined {
    const { overview } = this.desk;
    return overview && answerOf(overview, this.desk.now());
  }

  override get more(): string | undefined {
    const { overview } = this.desk;
    return overview && leadOf(overview);
  }

  override onNews(): void {
    this.requestUpdate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setTimeout(() => {
      this.isStill = true;
    }, STILL_AFTER_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override render() {
    const { overview, facts } = this.desk;
    const now = this.desk.now();
    return html`<div class="panels">
      ${overview ? nothing : this.#waiting()} ${this.#needs()} ${moneyPanels(overview, facts.demo, now)}
      ${figures(overview)}
      ${sitesPanel({
        overview,
        sending: this.sending,
        setPaused: (site, isPaused) => void this.#setPaused(site, isPaused),
      })}
      <desk-days
        .desk=${this.desk}
        .query=${this.query}
        .version=${overview ? `${overview.day} ${overview.today.spentMicros} ${overview.refused} ${overview.kept}` : ''}
      ></desk-days>
      <div class="two">
        ${refusedPanel(overview)}
        <div class="panels">${waitsPanel(overview)} ${heldPanel(overview, now)}</div>
      </div>
      ${lastPanel(overview)}
    </div>`;
  }

  #waiting() {
    const { newsProblem } = this.desk;
    if (newsProblem) {
      return html`<p class="note sun">
        ${NEWS.failed(newsProblem)}
        <button type="button" class="link" @click=${() => this.desk.refresh()}>${NEWS.again}</button>
      </p>`;
    }
    return this.isStill ? html`<p class="soft" role="status">${NEWS.still}</p>` : nothing;
  }

  /** What needs a look is there only while it does. */
  #needs() {
    const alarms = this.desk.overview?.alarms ?? [];
    if (alarms.length === 0) return nothing;
    const shown = this.areAllAlarms ? alarms : alarms.slice(0, MOST_ALARMS);
    const more = alarms.length - shown.length;
    return html`<section aria-label=${NEEDS.title}>
      <ul class="alarms">
        ${shown.map((alarm) => renderAlarmLine(alarm, this.desk))}
      </ul>
      ${
        more > 0
          ? html`<button
              type="button"
              class="link"
              @click=${() => {
                this.areAllAlarms = true;
              }}
            >
              ${NEEDS.more(more)}
            </button>`
          : nothing
      }
    </section>`;
  }

  async #setPaused(site: string, paused: boolean): Promise<void> {
    if (this.sending !== undefined) return;
    this.sending = site;
    const name = nameOfSite(site);
    try {
      await this.desk.api.send('POST', '/pause', { scope: 'site', site, paused });
      this.desk.toast((paused ? SITES.paused : SITES.resumed)(name));
    } catch (error) {
      this.desk.warn(SITES.failed(name, problemOf(error)));
    }
    this.sending = undefined;
    this.desk.refresh();
  }
}

customElements.define('desk-overview', OverviewPage);
