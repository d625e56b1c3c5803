import type { ReactiveController } from 'lit';
import type { SiteFacts } from '../worker/protocol.ts';
import type { ClientOptions } from './api/http.ts';
import { readSite, type SiteOutcome } from './api/site.ts';
import type { StudioAttributes } from './attributes.ts';

export interface SiteOptions {
  client: () => ClientOptions;
  onVisible: () => void;
  onLoad: (outcome: SiteOutcome) => void;
}

/** Loads the facts of the site when the element comes into view; an unseen element calls no host. */
export class SiteController implements ReactiveController {
  facts: SiteFacts | undefined;
  /** Whether loading failed. */
  failed = false;

  readonly #host: StudioAttributes;
  readonly #options: SiteOptions;
  #observer: IntersectionObserver | undefined;
  #abort: AbortController | undefined;
  #loading: Promise<SiteOutcome> | undefined;

  constructor(host: StudioAttributes, options: SiteOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected() {
    this.#observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.#observer?.disconnect();
      this.#options.onVisible();
      if (!this.facts) void this.load();
    });
    this.#observer.observe(this.#host);
  }

  hostUpdated() {
    if (this.#host.loading === 'eager' && !this.facts && !this.failed) void this.load();
  }

  hostDisconnected() {
    this.#observer?.disconnect();
    this.#abort?.abort();
    this.#loading = undefined;
  }

  /** After a change of endpoint or site: drops the facts and loads new ones once the element is in view. */
  forget() {
    this.#abort?.abort();
    this.#loading = undefined;
    this.facts = undefined;
    this.failed = false;
    if (!this.#host.isConnected) return;
    this.#observer?.disconnect();
    this.#observer?.observe(this.#host);
  }

  /** All callers share one running request. Throws `AbortError` when the element leaves the page meanwhile. */
  load(): Promise<SiteOutcome> {
    this.#loading ??= this.#ask().finally(() => {
      this.#loading = undefined;
    });
    // Callers that wait get the rejection. Without callers it must not become an unhandled one.
    this.#loading.catch(() => undefined);
    return this.#loading;
  }

  async #ask(): Promise<SiteOutcome> {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const outcome = await readSite(this.#options.client(), signal);
    signal.throwIfAborted();
    this.failed = !('facts' in outcome);
    if ('facts' in outcome) this.facts = outcome.facts;
    this.#host.requestUpdate();
    this.#options.onLoad(outcome);
    return outcome;
  }
}
