import { html, LitElement, nothing } from 'lit';
import type { DeskFacts, DeskSetup } from '../../worker/desk-protocol.ts';
import { createDeskApi, type DeskApi, Refusal } from './api.ts';
import { News } from './news.ts';
import type { Desk, DeskPage } from './page.ts';
import { FocusKeeper } from './parts/focus.ts';
import './parts/header.ts';
import { noDesk } from './parts/login.ts';
import { problemOf } from './parts/problem.ts';
import type { DeskQuestion } from './parts/question.ts';
import './parts/question.ts';
import { rail } from './parts/rail.ts';
import type { DeskToasts } from './parts/toasts.ts';
import './parts/toasts.ts';
import { type Place, placeOf } from './routes.ts';
import { HEADER, SHELL } from './words/shell.ts';

/**
 * Who looks: `asking` is not known yet, `out` has not logged in, `in` is the owner, `missing` is a deployment without an
 * owner, `failed` got no answer.
 */
type Phase = 'asking' | 'out' | 'in' | 'missing' | 'failed';

/** Later than this a wait is said. */
const SAID_AFTER_MS = 400;

/** The desk around its pages: the log-in, the rail, the header, toasts and questions. It takes the links of its pages. */
export class PeelDesk extends LitElement {
  static override properties = {
    phase: { state: true },
    hasEnded: { state: true },
    place: { state: true },
    page: { state: true },
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
  declare place: Place | undefined;
  declare page: DeskPage | undefined;
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
  readonly #news: News;
  readonly #focus = new FocusKeeper(this);
  #desk: Desk | undefined;
  /** The address that is shown, to come back to from a question. */
  #address = '';
  /** Ids of the alarms that were open when figures came last. */
  #alarms: ReadonlySet<string> | undefined;
  /** The part of the page that the address names, until it is there. */
  #hash = '';
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** The answer of this page has been read out. */
  #hasSaid = false;

  constructor() {
    super();
    this.phase = 'asking';
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
      onSignedOut: () => this.#onSignedOut(),
    });
    this.#news = new News({ api: this.api, now: () => Date.now(), onChange: () => this.#onNews() });
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('popstate', this.#onPopState);
    addEventListener('beforeunload', this.#onLeave);
    this.#focus.start();
    void this.#enter();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('popstate', this.#onPopState);
    removeEventListener('beforeunload', this.#onLeave);
    this.#focus.stop();
    clearTimeout(this.#retry);
    this.#news.stop();
  }

  /** Asks who looks. */
  async #enter(): Promise<void> {
    clearTimeout(this.#retry);
    const slow = setTimeout(() => {
      this.isSlow = true;
    }, SAID_AFTER_MS);
    try {
      const facts = await this.api.get<DeskFacts>('/desk');
      this.#desk = this.#lend(facts);
      this.phase = 'in';
      this.#news.start();
      if (placeOf(location.pathname)?.route.element !== 'desk-setup') void this.#countSteps(true);
      await this.#show();
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) this.phase = 'out';
      else if (error instanceof Refusal && error.status === 404) this.phase = 'missing';
      else {
        this.phase = 'failed';
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
        this.phase = 'out';
      } else this.pauseSaid = HEADER.notPaused(problemOf(error));
    }
  }

  #lend(facts: DeskFacts): Desk {
    const news = this.#news;
    return {
      api: this.api,
      facts,
      get overview() {
        return news.overview;
      },
      get newsProblem() {
        return news.problem;
      },
      go: (address) => void this.#go(address),
      toast: (text, ...actions) => this.#toasts.show(text, actions, false),
      warn: (text) => this.#toasts.show(text, [], true),
      confirm: (question) => this.#question.ask(question),
      refresh: () => {
        news.ask();
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
    if (this.page?.localName === 'desk-setup') return;
    const setup = await this.api.get<DeskSetup>('/setup').catch(() => undefined);
    if (!setup) return;
    this.#tally(setup);
    // A deployment that has never drawn begins with what is missing.
    const hasDrawn = setup.steps.some(({ name, done }) => name === 'drawn' && done);
    if (!hasDrawn && isArrival && location.pathname === '/peel/admin') {
      history.replaceState(null, '', '/peel/admin/setup');
      await this.#show();
    }
  }

  #tally({ steps }: DeskSetup): void {
    this.stepsLeft = steps.filter(({ done }) => !done).length;
  }

  #onNews(): void {
    this.requestUpdate();
    this.querySelector<LitElement>('desk-header')?.requestUpdate();
    this.#sayNewAlarms();
    this.page?.onNews();
  }

  /** Each once. Those that are there on arrival are in the page's answer. */
  #sayNewAlarms(): void {
    const alarms = this.#news.overview?.alarms;
    if (!alarms) return;
    const added = this.#alarms && alarms.filter(({ id }) => !this.#alarms?.has(id));
    if (added && added.length > 0) this.said = added.map(({ text }) => text).join(' ');
    this.#alarms = new Set(alarms.map(({ id }) => id));
  }

  #onSignedOut(): void {
    if (this.phase !== 'in') return;
    this.hasEnded = true;
    this.#news.stop();
  }

  async #onSignedIn(): Promise<void> {
    if (this.phase === 'out') {
      this.phase = 'asking';
      return this.#enter();
    }
    this.hasEnded = false;
    this.#news.start();
    this.page?.onSignedIn();
  }

  async #logOut(): Promise<void> {
    if (this.page?.unsaved && !(await this.#question.ask(SHELL.leave))) return;
    try {
      await this.api.send('POST', '/logout', {});
    } catch (error) {
      // A session that has ended by itself is what was wanted.
      if (!(error instanceof Refusal && error.status === 401)) return this.#desk?.warn(problemOf(error));
    }
    this.#news.stop();
    this.#news.overview = undefined;
    this.page = undefined;
    this.hasEnded = false;
    this.phase = 'out';
  }

  async #go(address: string): Promise<void> {
    const target = new URL(address, location.href);
    const isOtherPage = target.pathname !== new URL(this.#address, location.href).pathname;
    if (isOtherPage && this.page?.unsaved && !(await this.#question.ask(SHELL.leave))) return;
    history.pushState(null, '', target);
    await this.#show();
  }

  /** Draws the page of the address bar. */
  async #show(): Promise<void> {
    const address = location.pathname + location.search;
    const isOtherPage = location.pathname !== this.#address.split('?')[0];
    const isFirst = this.#address === '';
    this.#address = address;
    if (isOtherPage) this.#hasSaid = false;
    this.#hash = location.hash.slice(1);
    this.isMenuOpen = false;
    const place = placeOf(location.pathname);
    const isSameElement = place !== undefined && place.route === this.place?.route && this.page !== undefined;
    this.place = place;
    this.problem = '';
    if (!place) this.page = undefined;
    else {
      try {
        if (!isSameElement) await place.route.load();
      } catch {
        if (this.place === place) {
          this.page = undefined;
          this.problem = SHELL.notLoaded;
        }
        return;
      }
      // Another page was asked for meanwhile.
      if (this.place !== place || !this.#desk) return;
      const page = isSameElement ? (this.page as DeskPage) : (document.createElement(place.route.element) as DeskPage);
      page.desk = this.#desk;
      page.path = place.rest;
      page.query = new URLSearchParams(location.search);
      this.page = page;
    }
    if (!isOtherPage || isFirst) return;
    await this.updateComplete;
    scrollTo({ top: 0, behavior: 'instant' });
    // As on a page that was just opened: the first Tab is the skip link, the second the pause.
    this.querySelector<HTMLElement>('#start')?.focus({ preventScroll: true });
  }

  readonly #onPopState = async (): Promise<void> => {
    const target = location.pathname + location.search;
    const isOtherPage = location.pathname !== this.#address.split('?')[0];
    if (isOtherPage && this.page?.unsaved) {
      history.pushState(null, '', this.#address);
      if (!(await this.#question.ask(SHELL.leave))) return;
      history.pushState(null, '', target);
    }
    await this.#show();
  };

  readonly #onLeave = (event: BeforeUnloadEvent): void => {
    if (this.page?.unsaved) event.preventDefault();
  };

  /** Links inside the desk open without another page load. */
  #onClick(event: MouseEvent): void {
    const link = (event.target as Element).closest?.('a');
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (!/^\/peel\/admin(?!\/api\/)(?:\/|$)/.test(link.pathname)) return;
    // A place on the same page is the browser's.
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    event.preventDefault();
    void this.#go(link.href);
  }

  protected override willUpdate(): void {
    const answer = this.phase === 'in' ? this.page?.answer : undefined;
    if (this.#hasSaid || answer === undefined) return;
    this.#hasSaid = true;
    this.said = answer;
  }

  protected override updated(): void {
    const { page } = this;
    const answer = this.phase === 'in' ? (page?.answer ?? '') : '';
    document.title = answer ? `${answer.replace(/\.$/, '')} · Peel` : 'Peel';
    this.#goToHash();
  }

  /** Most parts of a page are there once its answer is. */
  #goToHash(): void {
    const target = this.#hash && this.querySelector(`#${CSS.escape(this.#hash)}`);
    if (!target) return;
    this.#hash = '';
    target.scrollIntoView();
    if (target instanceof HTMLElement) {
      if (!target.hasAttribute('tabindex')) target.tabIndex = -1;
      target.focus({ preventScroll: true });
    }
  }

  protected override render() {
    switch (this.phase) {
      case 'asking':
        return html`<main class="waiting">${this.isSlow ? html`<p role="status">${SHELL.asking}</p>` : nothing}</main>`;
      case 'missing':
        return noDesk();
      case 'failed':
        return html`<main class="waiting">
          <h1>${this.isTooFast ? SHELL.tooFast : SHELL.noAnswer}</h1>
          <p>${this.isTooFast ? SHELL.tooFastText(this.problem) : this.problem}</p>
          <p class="buttons">
            <button type="button" @click=${() => this.#enter()}>${SHELL.again}</button>
            <button type="button" @click=${() => this.#pause()}>${HEADER.pauseAll}</button>
          </p>
          <p role="status">${this.pauseSaid}</p>
        </main>`;
      case 'out':
        return this.#login();
      case 'in':
        return html`${this.#frame()}${this.hasEnded ? this.#login() : nothing}`;
    }
  }

  #login() {
    return html`<desk-login
      .api=${this.api}
      .host=${location.host}
      .hasEnded=${this.hasEnded}
      @desk-signed-in=${() => this.#onSignedIn()}
    ></desk-login>`;
  }

  #frame() {
    const desk = this.#desk as Desk;
    const overview = this.#news.overview;
    return html`<div class="desk" @click=${this.#onClick} @desk-answer=${() => this.requestUpdate()} @desk-steps=${(event: CustomEvent<DeskSetup>) => this.#tally(event.detail)}>
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
      <desk-header .desk=${desk} .news=${this.#news}></desk-header>
      ${rail({
        current: this.place?.route,
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
    const { page } = this;
    if (this.problem) {
      return html`<h1>${this.problem}</h1>
        <p>${SHELL.notLoadedWhy}</p>
        <button type="button" @click=${() => location.reload()}>${SHELL.load}</button>`;
    }
    if (!this.place) {
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
