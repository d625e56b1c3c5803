import type { ReactiveController } from 'lit';
import { Announcer } from './announcer.ts';
import type { ClientOptions } from './api/http.ts';
import type { SiteOutcome } from './api/site.ts';
import type { StudioAttributes } from './attributes.ts';
import { fire } from './events.ts';
import type { EngineHost } from './host.ts';
import { inSession } from './in-session.ts';
import { keepText } from './kept-text.ts';
import { languageOf, wordsOf } from './languages.ts';
import { PageLook } from './look/look.ts';
import { watchPolicy } from './owner/policy.ts';
import { Parts } from './parts.ts';
import type { Engine } from './run/engine.ts';
import { runningKey } from './running-key.ts';
import { type Settings, settle } from './settings/settings.ts';
import { SiteController } from './site-controller.ts';
import { type Messages, Words } from './words/words.ts';

/** What a visitor waits for the words of the page's language before there is anything to see. */
const LANGUAGE_MS = 1000;

export interface StudioOptions {
  isWide: () => boolean;
  isDisabled: () => boolean;
  isUsed: () => boolean;
  write: (text: string) => void;
  focusText: () => void;
}

/** What the first view of the element needs, and the way to the engine. */
export class Studio implements ReactiveController, EngineHost {
  words = new Words();
  engine: Engine | undefined;
  startedAt: number | undefined;
  left: number | undefined;
  chosen: EngineHost['chosen'];
  fromExample = false;

  readonly element: StudioAttributes;
  readonly announcer: Announcer;
  readonly parts: Parts;
  readonly #sites: SiteController;
  readonly #look: PageLook;
  readonly #options: StudioOptions;
  #language = 'en';
  #strings: Messages | undefined;

  constructor(element: StudioAttributes, options: StudioOptions) {
    this.element = element;
    this.#options = options;
    element.addController(this);
    watchPolicy();
    this.announcer = new Announcer(element);
    this.parts = new Parts(element, () => {
      this.startedAt = undefined;
      this.say(this.words.say(navigator.onLine ? 'outOfDate' : 'offline'), true);
    });
    this.#look = new PageLook(element);
    this.#sites = new SiteController(element, {
      client: () => this.clientOptions,
      onVisible: () => this.#look.read(),
      onLoad: (outcome) => this.#onSite(outcome),
    });
  }

  get facts() {
    return this.#sites.facts;
  }

  /** The facts could not be read. */
  get isLost(): boolean {
    return this.#sites.failed;
  }

  get settings(): Settings | undefined {
    return this.facts && settle(this.facts, this.element);
  }

  get status(): string {
    return this.announcer.status;
  }

  get isDisabled(): boolean {
    return this.#options.isDisabled();
  }

  get isWide(): boolean {
    return this.#options.isWide();
  }

  get isUsed(): boolean {
    return this.#options.isUsed();
  }

  get clientOptions(): ClientOptions {
    const { endpoint, site } = this.element;
    return { endpoint, site, fetch: this.fetch, now: Date.now, isOnline: () => navigator.onLine };
  }

  /** The browser's `fetch` or the page's. */
  readonly fetch: typeof fetch = (input, init) => (this.element.fetch ?? fetch)(input, init);

  hostConnected() {
    window.addEventListener('online', this.parts.retry);
    this.engine?.onConnected();
    // What was running before a reload is found again.
    const running = inSession((storage) => storage.getItem(runningKey(this.element)));
    if (running || this.element.persist !== 'none') void this.warm();
  }

  hostDisconnected() {
    window.removeEventListener('online', this.parts.retry);
    this.engine?.onDisconnected();
  }

  /**
   * Fetches the language of the page. The first render waits for it, so that no words change under a reader's eyes, but
   * not for long: until a slow one is there, the words are English.
   */
  async speak(): Promise<void> {
    const { hasUpdated, strings } = this.element;
    const language = languageOf(this.element);
    if (language === this.#language && strings === this.#strings) return;
    this.#language = language;
    this.#strings = strings;
    if (!hasUpdated) this.words = new Words('en', undefined, strings);
    const spoken = wordsOf(language, strings).then((words) => {
      // The page may have changed its mind while they were on their way.
      if (language !== this.#language || strings !== this.#strings) return;
      this.words = words;
      this.update();
    });
    await Promise.race([spoken, new Promise((resolve) => setTimeout(resolve, LANGUAGE_MS))]);
  }

  /** After a change of endpoint or site: drops the old tickets and facts. */
  reconnect() {
    this.left = undefined;
    this.#sites.forget();
    this.engine?.reconnect();
  }

  loadFacts(): Promise<SiteOutcome> {
    return this.#sites.load();
  }

  /** Loads the engine before it is needed. Failures show when it is. */
  warm = (): Promise<Engine | undefined> => this.start().catch(() => undefined);

  /** @throws PeelError */
  async start(): Promise<Engine> {
    if (this.engine) return this.engine;
    const loaded = await this.parts.load('engine', () => import('./run/engine.ts'));
    this.engine ??= new loaded.Engine(this);
    this.update();
    return this.engine;
  }

  reload() {
    keepText(this.element);
    location.reload();
  }

  update() {
    this.element.requestUpdate();
  }

  say(text: string, urgent = false) {
    this.announcer.say(text, urgent);
  }

  write(text: string) {
    this.#options.write(text);
  }

  focusText() {
    this.#options.focusText();
  }

  choose(options: Partial<StudioAttributes>) {
    Object.assign(this.element, options);
  }

  #onSite(outcome: SiteOutcome) {
    if ('facts' in outcome) {
      this.left = outcome.facts.limits?.left;
      this.#look.site = outcome.facts.look ?? {};
      // A look at a site that is still paused tells nothing new.
      if (!this.engine?.paused || !outcome.facts.paused) {
        fire(this.element, 'peel-ready', { capabilities: outcome.facts });
      }
    }
    if (this.engine) this.engine.onSite(outcome);
    // Trouble, a pause and the owner's form need the engine at once.
    else if (!('facts' in outcome) || outcome.facts.paused || outcome.facts.promptMode === 'template')
      void this.warm().then((engine) => engine?.onSite(outcome));
  }
}
