import { html } from 'lit';
import type { DeskKey, DeskKeyCheck, DeskKeys } from '../../../worker/desk-protocol.ts';
import '../keys/client-keys.ts';
import type { DeskClientKeys } from '../keys/client-keys.ts';
import '../keys/prices.ts';
import { answerOf, idOfKey, providerKeys } from '../keys/provider-keys.ts';
import { DeskPage } from '../page.ts';
import { PollController } from '../parts/poll-controller.ts';
import { problemOf } from '../parts/problem.ts';
import { KEYS, PROVIDER_KEYS } from '../words/keys.ts';

/** A key that was set is noticed within a minute. */
const POLL_MS = 15_000;

/** Do provider keys work, who has client keys, and by which prices they are counted. */
export class KeysPage extends DeskPage {
  static override properties = {
    ...DeskPage.properties,
    keys: { state: true },
    problem: { state: true },
    checks: { state: true },
    checking: { state: true },
  };

  readonly name = KEYS.name;

  declare keys: DeskKeys | undefined;
  declare problem: string;
  /** What the last checks have said. */
  declare checks: ReadonlyMap<string, DeskKeyCheck>;
  declare checking: ReadonlySet<string>;

  constructor() {
    super();
    this.problem = '';
    this.checks = new Map();
    this.checking = new Set();
    new PollController(this, () => void this.#load(), POLL_MS);
  }

  get answer(): string | undefined {
    return this.keys ? answerOf(this.keys) : this.problem || undefined;
  }

  override get more(): string {
    return KEYS.more;
  }

  override get unsaved(): boolean {
    return this.querySelector<DeskClientKeys>('desk-client-keys')?.unsaved === true;
  }

  override onOverview(): void {
    super.onOverview();
    this.querySelector<DeskClientKeys>('desk-client-keys')?.requestUpdate();
  }

  override onLoggedIn(): void {
    void this.#load();
    void this.querySelector<DeskClientKeys>('desk-client-keys')?.load();
  }

  protected override firstUpdated(): void {
    void this.#load().then(async () => {
      await this.updateComplete;
      if (location.hash === '#prices') this.querySelector('#prices')?.scrollIntoView();
    });
  }

  async #load(): Promise<void> {
    try {
      this.keys = await this.desk.api.get<DeskKeys>('/keys');
      this.problem = '';
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  async #check(keys: readonly DeskKey[]): Promise<void> {
    this.checking = new Set(keys.map(idOfKey));
    await Promise.all(
      keys.map(async (key) => {
        const { provider, place } = key;
        try {
          const check = await this.desk.api.send<DeskKeyCheck>('POST', '/keys/check', { provider, place });
          this.checks = new Map([...this.checks, [idOfKey(key), check]]);
        } catch (error) {
          this.desk.warn(PROVIDER_KEYS.notChecked(problemOf(error)));
        }
      }),
    );
    this.checking = new Set();
    await this.#load();
  }

  protected override render() {
    const { keys, checks, checking } = this;
    return html`<div class="panels keys-page">
      ${
        keys
          ? providerKeys({
              ...{ keys, checks, checking, now: this.desk.now(), host: new URL(this.desk.facts.origin).host },
              check: (chosen) => void this.#check(chosen),
            })
          : html`<section class="panel" aria-busy=${this.problem === ''}>
              <div class="head"><h2>${PROVIDER_KEYS.title}</h2></div>
              ${
                this.problem
                  ? html`<p class="problem">${this.problem}</p>
                      <p><button type="button" @click=${() => this.#load()}>${KEYS.again}</button></p>`
                  : html`<p class="soft">—</p>`
              }
            </section>`
      }
      <desk-client-keys .desk=${this.desk}></desk-client-keys>
      ${keys ? html`<desk-prices .desk=${this.desk} .prices=${keys.prices}></desk-prices>` : ''}
    </div>`;
  }
}

customElements.define('desk-keys', KeysPage);
