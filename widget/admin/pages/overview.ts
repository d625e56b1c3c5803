import { html, nothing } from 'lit';
import { DeskPage } from '../page.ts';
import { nameOfSite } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { NEWS, SITES } from '../words/overview.ts';
import { answerOf, leadOf } from './overview/answer.ts';
import './overview/days.ts';
import { figures } from './overview/figures.ts';
import { moneyPanels } from './overview/money.ts';
import { needs } from './overview/needs.ts';
import { heldPanel, lastPanel, refusedPanel, waitsPanel } from './overview/panels.ts';
import { sitesPanel } from './overview/sites.ts';

/** Later than this a wait for figures is said. */
const STILL_AFTER_MS = 4000;

/** The day on one page: is my money safe, does anything need me? Its figures come with the news of the shell. */
export class OverviewPage extends DeskPage {
  static override properties = {
    ...DeskPage.properties,
    sending: { state: true },
    isStill: { state: true },
    areAllAlarms: { state: true },
    isNarrow: { state: true },
  };

  readonly name = 'Overview';
  /** The site whose pause is on its way. */
  declare sending: string | undefined;
  /** The figures have not come for a while. */
  declare isStill: boolean;
  declare areAllAlarms: boolean;
  /** As on a phone: each alarm is one line until it is opened. */
  declare isNarrow: boolean;
  readonly #narrow = matchMedia('(max-width: 700px)');
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.isStill = false;
    this.areAllAlarms = false;
    this.isNarrow = this.#narrow.matches;
  }

  get answer(): string | undefined {
    const { overview } = this.desk;
    return overview && answerOf(overview, this.desk.now());
  }

  override get more(): string | undefined {
    const { overview } = this.desk;
    return overview && leadOf(overview);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#narrow.addEventListener('change', this.#onWidth);
    this.#timer = setTimeout(() => {
      this.isStill = true;
    }, STILL_AFTER_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#narrow.removeEventListener('change', this.#onWidth);
    clearTimeout(this.#timer);
  }

  readonly #onWidth = (): void => {
    this.isNarrow = this.#narrow.matches;
  };

  protected override render() {
    const { overview, facts } = this.desk;
    const now = this.desk.now();
    return html`<div class="panels">
      ${overview ? nothing : this.#waiting()} ${needs({
        desk: this.desk,
        isNarrow: this.isNarrow,
        areAll: this.areAllAlarms,
        showAll: () => {
          this.areAllAlarms = true;
        },
      })}
      ${moneyPanels(overview, facts.demo, now)}
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
    const { overviewProblem } = this.desk;
    if (overviewProblem) {
      return html`<p class="note sun">
        ${NEWS.failed(overviewProblem)}
        <button type="button" class="link" @click=${() => this.desk.refresh()}>${NEWS.again}</button>
      </p>`;
    }
    return this.isStill ? html`<p class="soft" role="status">${NEWS.still}</p>` : nothing;
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
