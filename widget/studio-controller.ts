import type { SiteFacts } from '../worker/protocol.ts';
import { Announcer } from './announcer.ts';
import { type Client, createClient } from './api/client.ts';
import { PeelError, type Problem, quietly } from './api/problem.ts';
import type { StudioAttributes } from './attributes.ts';
import { eventFor, reasonOf, spokenAt, spokenFor } from './describe.ts';
import {
  PeelCancelEvent,
  PeelGenerateEvent,
  PeelProgressEvent,
  PeelReadyEvent,
  PeelStateChangeEvent,
} from './events.ts';
import { type Generation, isWorking, type Order, type Result, waitsUntil } from './generation.ts';
import { GenerationController } from './generation-controller.ts';
import { openPicture } from './picture.ts';
import { type Settings, settle, toBody } from './settings.ts';
import { SiteController } from './site-controller.ts';
import { createTakes } from './takes.ts';
import type { Words } from './words.ts';

/**
 * Connects the page with the worker: makes an order from the attributes, requests its picture, and fires an event and
 * an announcement for every change.
 */
export class StudioController {
  readonly announcer: Announcer;
  readonly sites: SiteController;
  readonly generation: GenerationController;

  readonly #host: StudioAttributes;
  readonly #words: Words;
  readonly #takes = createTakes();
  #client: Client | undefined;
  /** Whether the console already shows why the page is not served. */
  #ownerTold = false;

  constructor(host: StudioAttributes, words: Words) {
    this.#host = host;
    this.#words = words;
    this.announcer = new Announcer(host);
    this.sites = new SiteController(host, {
      client: () => this.#connect(),
      onLoad: (outcome) => {
        if ('facts' in outcome) this.#onFacts(outcome.facts);
        else this.generation.fail(outcome.problem);
      },
    });
    this.generation = new GenerationController(host, {
      client: () => this.#connect(),
      openPicture,
      now: Date.now,
      onChange: (from, to) => this.#onChange(from, to),
      onTick: (current) => this.#onTick(current),
    });
  }

  /** The browser's `fetch` or the page's. */
  readonly fetch: typeof fetch = (input, init) => (this.#host.fetch ?? fetch)(input, init);

  /** The settings of the next request; undefined while the site is unknown. */
  get settings(): Settings | undefined {
    return this.sites.facts && settle(this.sites.facts, this.#host);
  }

  /** After a change of endpoint or site: drops the old tickets and facts. */
  reconnect() {
    this.#client = undefined;
    this.#ownerTold = false;
    this.sites.forget();
  }

  /** @throws PeelError */
  assertMayStart() {
    const { current } = this.generation;
    if (isWorking(current)) throw new PeelError('BUSY', 'A picture is already being made.');
    if (waitsUntil(current) !== undefined) throw new PeelError('WAITING', 'A limit lasts.');
    // A page must not spend money without an act of its visitor.
    if (!navigator.userActivation.isActive)
      throw new PeelError('NOT_ACTIVATED', 'A visitor must click or press a key first.');
  }

  /** @param prompt Trimmed and checked. @throws PeelError */
  async start(prompt: string): Promise<Result> {
    this.assertMayStart();
    const { facts } = this.sites;
    const order = facts
      ? this.#order(facts, prompt)
      : this.sites.load().then((outcome) => {
          if ('facts' in outcome) return this.#order(outcome.facts, prompt);
          throw new PeelError(outcome.problem.reason, outcome.problem.message, outcome.problem.requestId);
        });
    return this.generation.run(order);
  }

  /** Sends the last order unchanged. @throws PeelError */
  async repeat(order: Order): Promise<Result> {
    this.assertMayStart();
    return this.generation.run(this.#announce(order));
  }

  /** Requests another picture of an order. @throws PeelError */
  async take(order: Order): Promise<Result> {
    this.assertMayStart();
    return this.generation.run(this.#announce({ ...order, take: this.#takes.next(order.take) }));
  }

  cancel() {
    const charged = this.generation.cancel();
    if (charged) this.#host.dispatchEvent(new PeelCancelEvent(charged));
  }

  #order(facts: SiteFacts, prompt: string): Order {
    const settings = settle(facts, this.#host);
    if (!settings)
      throw this.generation.fail({ reason: 'CONFIG_BROKEN', message: 'The site has no models.', unsent: true });
    return this.#announce({ prompt, settings, take: { model: settings.model.id, body: toBody(prompt, settings) } });
  }

  /** Lets the page cancel before anything is sent. */
  #announce(order: Order): Order {
    if (this.#host.dispatchEvent(new PeelGenerateEvent(order.take))) return order;
    throw new PeelError('PREVENTED', 'The page has taken over.');
  }

  #connect(): Client {
    const { endpoint, site } = this.#host;
    this.#client ??= createClient({
      endpoint,
      site,
      fetch: this.fetch,
      now: Date.now,
      isOnline: () => navigator.onLine,
    });
    return this.#client;
  }

  #onFacts(facts: SiteFacts) {
    if (facts.paused) this.generation.fail({ reason: 'SITE_PAUSED', message: 'The site is paused.', unsent: true });
    else if ('problem' in this.generation.current) this.generation.clear();
    this.#host.dispatchEvent(new PeelReadyEvent(facts));
  }

  #onChange(from: Generation, to: Generation) {
    const { result } = this.generation;
    if (from.status !== to.status) {
      this.#host.dispatchEvent(new PeelStateChangeEvent(from.status, to.status, reasonOf(to)));
    }
    if ('problem' in to) void quietly(this.#tellOwner(to.problem));
    const event = eventFor(from, to, result);
    if (event) this.#host.dispatchEvent(event);
    const spoken = spokenFor(from, to, this.#words, result);
    if (spoken) this.announcer.say(spoken.text, spoken.urgent);
  }

  /** Writes to the console, once, why this page is not served. */
  async #tellOwner({ reason }: Problem) {
    // A browser may hide the denial from a page without an origin; it then looks like no answer.
    const denied = reason === 'ORIGIN_DENIED' || (reason === 'UNREACHABLE' && origin === 'null');
    if (!denied || this.#ownerTold) return;
    this.#ownerTold = true;
    const { ownerNote } = await import('./owner-note.ts');
    console.warn(ownerNote(this.#host.endpoint, origin));
  }

  #onTick(current: Generation) {
    if (!isWorking(current)) return;
    const elapsedMs = Date.now() - current.startedAt;
    this.#host.dispatchEvent(new PeelProgressEvent(current.phase, elapsedMs, current.order?.settings.expectedMs));
    const spoken = spokenAt(current, this.#words, elapsedMs);
    if (spoken) this.announcer.say(spoken.text);
  }
}
