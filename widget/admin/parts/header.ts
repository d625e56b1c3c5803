import { html, LitElement, nothing } from 'lit';
import type { DeskOverview } from '../../../worker/desk-protocol.ts';
import type { OverviewPoller } from '../overview-poller.ts';
import type { Desk } from '../page.ts';
import { HEADER } from '../words/shell.ts';
import { formatAge, formatTime, listOf, nameOfSite } from './format.ts';
import { problemOf } from './problem.ts';
import { isBroken, isSpent } from './state.ts';

interface PauseAnswer {
  unheard?: string[];
}

/** The address, the clock, how fresh the figures are, the state, and the button that stops all paid work. */
class DeskHeader extends LitElement {
  static override properties = {
    desk: { attribute: false },
    poller: { attribute: false },
    isSending: { state: true },
  };

  declare desk: Desk;
  declare poller: OverviewPoller;
  declare isSending: boolean;
  #clock: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.isSending = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#clock = setInterval(() => this.requestUpdate(), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
  }

  protected override render() {
    const now = this.desk.now();
    const { overview, answeredAt, isStale } = this.poller;
    const isPaused = overview?.paused !== undefined;
    return html`<header>
      <p class="place">
        <b>${new URL(this.desk.facts.origin).host}</b>
        <span class="clock">
          ${formatTime(now)} UTC${answeredAt === undefined ? nothing : html` · ${HEADER.updated(formatAge(now - answeredAt))}`}
        </span>
      </p>
      <div class="switch">
        ${stateOf(isStale ? undefined : overview, this.desk.facts.demo, now)}
        <button
          id="pause"
          class=${isPaused ? 'primary' : nothing}
          aria-disabled=${this.isSending ? 'true' : nothing}
          @click=${() => this.#setPaused(!isPaused)}
        >
          ${isPaused ? HEADER.resume : HEADER.pauseAll}
        </button>
      </div>
      ${
        isStale
          ? html`<p class="no-news" role="alert">
              ${answeredAt === undefined ? HEADER.noNewsYet : HEADER.noNews(`${formatTime(answeredAt)} UTC`)}
            </p>`
          : nothing
      }
    </header>`;
  }

  /** It has a request of its own, so that it works while no figures come. */
  async #setPaused(paused: boolean): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      const { unheard = [] } = await this.desk.api.send<PauseAnswer>('POST', '/pause', { scope: 'deployment', paused });
      const said = paused ? HEADER.pausedNow : HEADER.resumedNow;
      if (unheard.length > 0) this.desk.warn(`${said} ${HEADER.unheard(listOf(unheard.map(nameOfSite)))}`);
      else if (paused) this.desk.warn(said);
      else this.desk.toast(said);
    } catch (error) {
      this.desk.warn((paused ? HEADER.notPaused : HEADER.notResumed)(problemOf(error)));
    }
    this.isSending = false;
    this.desk.refresh();
  }
}

customElements.define('desk-header', DeskHeader);

function stateOf(overview: DeskOverview | undefined, isDemo: boolean, now: number) {
  const { states } = HEADER;
  if (!overview) return html`<span class="state">${states.unknown}</span>`;
  const { paused, today } = overview;
  if (paused) {
    const text = paused.at > 0 ? HEADER.pausedFor(formatAge(now - paused.at)) : HEADER.paused;
    return html`<span class="state paused">${text}</span>`;
  }
  if (isBroken(overview)) return html`<span class="state stopped">${states.broken}</span>`;
  if (isSpent(today)) return html`<span class="state stopped">${states.spent}</span>`;
  return html`<span class="state live">${isDemo ? states.demo : states.live}</span>`;
}
