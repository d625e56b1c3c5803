import { html, LitElement, nothing } from 'lit';
import type { DeskFacts, DeskSetup } from '../../worker/desk-protocol.ts';
import { createDeskApi, type DeskApi, Refusal } from './api.ts';
import { Navigation } from './navigation.ts';
import { OverviewPoller } from './overview-poller.ts';
import type { Desk } from './page.ts';
import { FocusKeeper } from './parts/focus.ts';
import './parts/header.ts';
import { noDesk } from './parts/login.ts';
import { problemOf } from './parts/problem.ts';
import type { DeskQuestion } from './parts/question.ts';
import './parts/question.ts';
import { rail } from './parts/rail.ts';
import type { DeskToasts } from './parts/toasts.ts';
import './parts/toasts.ts';
import { placeOf } from './routes.ts';
import { HEADER, SHELL } from './words/shell.ts';

/** State of the session. `noOwner`: the deployment takes no owner's log-in. `unreachable`: the worker did not answer. */
type Phase = 'checking' | 'loggedOut' | 'owner' | 'noOwner' | 'unreachable';

/** Later than this a wait is said. */
const SAID_AFTER_MS = 400;

/** The desk around its pages: the log-in, the rail, the header, toasts and questions. It takes the links of its pages. */
export class PeelDesk extends LitElement {
  static override properties = {
    phase: { state: true },
    hasEnded: { state: true },
    problem: { state: true },
    stepsLeft: { state: true },
    isMenuOpen: { state: true },
    isSlow: { state: true },
    isTooFast: { state: true },
    pauseSaid: { state: true },
    said: { state: true },
  };

  declare phase: Phase;
  /** The session has ended with a page open: the log-in stands over it. */
  declare hasEnded: boolean;
  /** Why the desk could not open. */
  declare problem: string;
  declare stepsLeft: number;
  declare isMenuOpen: boolean;
  declare isSlow: boolean;
  /** Not silence: the worker answered, and the burst limit refused. */
  declare isTooFast: boolean;
  /** What became of the pause, where there is no header to say it. */
  declare pauseSaid: string;
  /** The answer as it was on arrival, for screen readers: figures that change are not read out. */
  declare said: string;

  readonly api: DeskApi;
  readonly #poller: OverviewPoller;
  readonly #focus = new FocusKeeper(this);
  readonly #navigation = new Navigation(this, {
    desk: () => this.#desk,
    confirmLeave: () => this.#question.ask(SHELL.leave),
    onShow: (isOther) => {
      if (isOther) this.#hasSaid = false;
      this.isMenuOpen = false;
    },
  });
  #desk: Desk | undefined;
  /** Ids of the alarms that were open when figures came last. */
  #alarms: ReadonlySet<string> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** The answer of this page has been read out. */
  #hasSaid = false;

  constructor() {
    super();
    this.phase = 'checking';
    this.hasEnded = false;
    this.problem = '';
    this.stepsLeft = 0;
    this.isMenuOpen = false;
    this.isSlow = false;
    this.isTooFast = false;
    this.pauseSaid = '';
    this.said = '';
    this.api = createDeskApi({
      fetch: (...asked) => fetch(...asked),
      onSessionEnded: () => this.#onSessionEnded(),
    });
    this.#poller = new OverviewPoller({ api: this.api, now: () => Date.now(), onChange: () => this.#onOverview() });
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#focus.start();
    void this.#enter();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#focus.stop();
    clearTimeout(this.#retry);
    this.#poller.stop();
  }

  /** Asks who looks. */
  async #enter(): Promise<void> {
    clearTimeout(this.#retry);
    const slow = setTimeout(() => {
      this.isSlow = true;
    }, SAID_AFTER_MS);
    try {
      const facts = await this.api.get<DeskFacts>('/desk');
      this.#desk = this.#deskFor(facts);
      this.phase = 'owner';
      this.#poller.start();
      if (placeOf(location.pathname)?.route.element !== 'desk-setup') void this.#countSteps(true);
      await this.#navigation.show();
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) this.phase = 'loggedOut';
      else if (error instanceof Refusal && error.status === 404) this.phase = 'noOwner';
      else {
        this.phase = 'unreachable';
        this.problem = problemOf(error);
        const waitSeconds = error instanceof Refusal && error.status === 429 ? error.retryAfterSeconds : undefined;
        this.isTooFast = waitSeconds !== undefined;
        if (waitSeconds !== undefined) this.#retry = setTimeout(() => void this.#enter(), waitSeconds * 1000);
      }
    } finally {
      clearTimeout(slow);
      this.isSlow = false;
    }
  }

  /** The pause of a desk that could not open. */
  async #pause(): Promise<void> {
    try {
      await this.api.send('POST', '/pause', { scope: 'deployment', paused: true });
      this.pauseSaid = HEADER.pausedNow;
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) {
        clearTimeout(this.#retry);
        this.phase = 'loggedOut';
      } else this.pauseSaid = HEADER.notPaused(problemOf(error));
    }
  }

  #deskFor(facts: DeskFacts): Desk {
    const poller = this.#poller;
    return {
      api: this.api,
      facts,
      get overview() {
        return poller.overview;
      },
      get overviewProblem() {
        return poller.problem;
      },
      go: (address) => void this.#navigation.go(address),
      toast: (text, ...actions) => this.#toasts.show(text, actions, false),
      warn: (text) => this.#toasts.show(text, [], true),
      confirm: (question) => this.#question.ask(question),
      refresh: () => {
        poller.ask();
        void this.#countSteps();
      },
      now: () => Date.now(),
    };
  }

  get #toasts(): DeskToasts {
    return this.querySelector('desk-toasts') as DeskToasts;
  }

  get #question(): DeskQuestion {
    return this.querySelector('desk-question') as DeskQuestion;
  }

  /** For the badge at Set-up alone, so an answer that does not come is not said. */
  async #countSteps(isArrival = false): Promise<void> {
    // That page asks by itself, and tells.
    if (this.#navigation.page?.localName === 'desk-setup') return;
    const setup = await this.api.get<DeskSetup>('/setup').catch(() => undefined);
    if (!setup) return;
    this.#tally(setup);
    // A deployment that has never drawn begins with what is missing.
    const hasDrawn = setup.steps.some(({ name, done }) => name === 'drawn' && done);
    if (!hasDrawn && isArrival && location.pathname === '/peel/admin') {
      history.replaceState(null, '', '/peel/admin/setup');
      await this.#navigation.show();
    }
  }

  #tally({ steps }: DeskSetup): void {
    this.stepsLeft = steps.filter(({ done }) => !done).length;
  }

  #onOverview(): void {
    this.requestUpdate();
    this.querySelector<LitElement>('desk-header')?.requestUpdate();
    this.#sayNewAlarms();
    this.#navigation.page?.onOverview();
  }

  /** Each once. Those that are there on arrival are in the page's answer. */
  #sayNewAlarms(): void {
    const alarms = this.#poller.overview?.alarms;
    if (!alarms) return;
    const added = this.#alarms && alarms.filter(({ id }) => !this.#alarms?.has(id));
    if (added && added.length > 0) this.said = added.map(({ text }) => text).join(' ');
    this.#alarms = new Set(alarms.map(({ id }) => id));
  }

  #onSessionEnded(): void {
    if (this.phase !== 'owner') return;
    this.hasEnded = true;
    this.#poller.stop();
  }

  async #onLoggedIn(): Promise<void> {
    if (this.phase === 'loggedOut') {
      this.phase = 'checking';
      return this.#enter();
    }
    this.hasEnded = false;
    this.#poller.start();
    this.#navigation.page?.onLoggedIn();
  }

  async #logOut(): Promise<void> {
    if (!(await this.#navigation.mayLeave())) return;
    try {
      await this.api.send('POST', '/logout', {});
    } catch (error) {
      // A session that has ended by itself is what was wanted.
      if (!(error instanceof Refusal && error.status === 401)) return this.#desk?.warn(problemOf(error));
    }
    this.#poller.stop();
    this.#poller.overview = undefined;
    this.#navigation.page = undefined;
    this.hasEnded = false;
    this.phase = 'loggedOut';
  }

  protected override willUpdate(): void {
    const answer = this.phase === 'owner' ? this.#navigation.page?.answer : undefined;
    if (this.#hasSaid || answer === undefined) return;
    this.#hasSaid = true;
    this.said = answer;
  }

  protected override updated(): void {
    const { page } = this.#navigation;
    const answer = this.phase === 'owner' ? (page?.answer ?? '') : '';
    document.title = answer ? `${answer.replace(/\.$/, '')} · Peel` : 'Peel';
  }

  protected override render() {
    switch (this.phase) {
      case 'checking':
        return html`<main class="waiting">${this.isSlow ? html`<p role="status">${SHELL.asking}</p>` : nothing}</main>`;
      case 'noOwner':
        return noDesk();
      case 'unreachable':
        return html`<main class="waiting">
          <h1>${this.isTooFast ? SHELL.tooFast : SHELL.noAnswer}</h1>
          <p>${this.isTooFast ? SHELL.tooFastText(this.problem) : this.problem}</p>
          <p class="buttons">
            <button type="button" @click=${() => this.#enter()}>${SHELL.again}</button>
            <button type="button" @click=${() => this.#pause()}>${HEADER.pauseAll}</button>
          </p>
          <p role="status">${this.pauseSaid}</p>
        </main>`;
      case 'loggedOut':
        return this.#login();
      case 'owner':
        return html`${this.#frame()}${this.hasEnded ? this.#login() : nothing}`;
    }
  }

  #login() {
    return html`<desk-login
      .api=${this.api}
      .host=${location.host}
      .hasEnded=${this.hasEnded}
      @desk-logged-in=${() => this.#onLoggedIn()}
    ></desk-login>`;
  }

  #frame() {
    const desk = this.#desk as Desk;
    const overview = this.#poller.overview;
    return html`<div class="desk" @click=${(event: MouseEvent) => this.#navigation.onClick(event)} @desk-answer=${() => this.requestUpdate()} @desk-steps=${(event: CustomEvent<DeskSetup>) => this.#tally(event.detail)}>
      <span id="start" tabindex="-1"></span>
      <a
        class="skip"
        href="#content"
        @click=${(event: Event) => {
          event.preventDefault();
          this.querySelector<HTMLElement>('#content')?.focus();
        }}
      >
        ${SHELL.skipToContent}
      </a>
      <desk-header .desk=${desk} .poller=${this.#poller}></desk-header>
      ${rail({
        current: this.#navigation.place?.route,
        version: desk.facts.version,
        openAlarms: overview?.alarms.length ?? 0,
        stepsLeft: this.stepsLeft,
        canLogOut: desk.facts.who === 'token',
        logOut: () => void this.#logOut(),
        isMenuOpen: this.isMenuOpen,
        setMenu: (isOpen) => {
          this.isMenuOpen = isOpen;
        },
      })}
      <main id="content" tabindex="-1">
        ${
          desk.facts.demo
            ? html`<p class="demo-strip"><span>${SHELL.demo} <a href="/peel/admin/setup">${SHELL.demoGo}</a></span></p>`
            : nothing
        }
        ${this.#content()}
      </main>
      <p class="unseen" role="status">${this.said}</p>
      <desk-toasts></desk-toasts>
      <desk-question></desk-question>
    </div>`;
  }

  #content() {
    const { hasFailed, page, place } = this.#navigation;
    if (hasFailed) {
      return html`<h1>${SHELL.notLoaded}</h1>
        <p>${SHELL.notLoadedWhy}</p>
        <button type="button" @click=${() => location.reload()}>${SHELL.load}</button>`;
    }
    if (!place) {
      return html`<p class="page-name">${SHELL.missingName}</p>
        <h1>${SHELL.missing}</h1>
        <p><a href="/peel/admin">${SHELL.missingGo}</a></p>`;
    }
    if (!page) return nothing;
    const { answer, more } = page;
    return html`<p class="page-name">${page.name}</p>
      <h1 aria-busy=${answer === undefined ? 'true' : nothing}>${answer ?? '—'}</h1>
      ${more === undefined ? nothing : html`<p class="lead">${more}</p>`}
      ${page}`;
  }
}

customElements.define('peel-desk', PeelDesk);
