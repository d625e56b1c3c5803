import { html, LitElement, nothing } from 'lit';
import type { DeskChoices, DeskClient } from '../../../worker/desk-protocol.ts';
import { Refusal } from '../api.ts';
import type { Desk } from '../page.ts';
import { copyButton } from '../parts/copy.ts';
import { describedBy, field, textField } from '../parts/field.ts';
import { dayOf, formatDollars, formatFullDay, formatMoney, formatSince, microsOf, usdOf } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { tinyRuler } from '../parts/ruler.ts';
import { table } from '../parts/table.ts';
import { CLIENT_KEYS, KEYS } from '../words/keys.ts';
import { parseDollars } from './prices.ts';

/** A client as `GET …/clients` tells it. */
export interface ShownClient {
  name: string;
  site: string;
  /** The first characters of its key. */
  hint: string;
  source: 'variables' | 'record';
  takes: 'named' | 'fresh';
  models?: string[];
  dailyUsd?: number;
  expiresAt?: string;
}

interface Draft {
  name: string;
  site: string;
  models: string[];
  daily: string;
  ends: string;
  takes: 'named' | 'fresh';
}

const NEW: Draft = { name: '', site: 'default', models: [], daily: '', ends: '', takes: 'named' };
/** What a name may not have. The field takes no more than 32 characters. */
const NOT_IN_NAME = /[^A-Za-z0-9_-]/u;

type Wrong = Partial<Record<'name' | 'daily' | 'ends', string>>;

/** What an owner must mend in a new client, and the body that makes it. @param today UTC, `YYYY-MM-DD`. */
export function wishOf(draft: Draft, today: string): { wrong: Wrong } | { wish: Record<string, unknown> } {
  const words = CLIENT_KEYS.form;
  const [name, daily] = [draft.name.trim(), parseDollars(draft.daily)];
  const [bad] = NOT_IN_NAME.exec(name) ?? [];
  const wrong: Wrong = {
    ...(name === '' && { name: words.noName }),
    ...(bad !== undefined && { name: words.badName(bad) }),
    ...(draft.daily.trim() !== '' && !daily && { daily: words.badDaily }),
    ...(draft.ends !== '' && draft.ends <= today && { ends: words.badEnds }),
  };
  if (Object.keys(wrong).length > 0) return { wrong };
  return {
    wish: {
      ...{ name, site: draft.site, takes: draft.takes },
      ...(draft.models.length > 0 && { models: draft.models }),
      ...(daily && { dailyUsd: usdOf(daily) }),
      ...(draft.ends !== '' && { expiresAt: `${draft.ends}T00:00:00Z` }),
    },
  };
}

/** The keys of API clients: list, make, revoke. A new key is shown once. */
export class DeskClientKeys extends LitElement {
  static override properties = {
    desk: { attribute: false },
    clients: { state: true },
    problem: { state: true },
    draft: { state: true },
    wrong: { state: true },
    refused: { state: true },
    made: { state: true },
    isStored: { state: true },
    hasAsked: { state: true },
    choices: { state: true },
  };

  declare desk: Desk;
  declare clients: readonly ShownClient[] | undefined;
  declare problem: string;
  /** A client that is being made. */
  declare draft: Draft | undefined;
  declare wrong: Wrong;
  declare refused: string;
  /** The key that is shown this once. */
  declare made: (ShownClient & { key: string }) | undefined;
  declare isStored: boolean;
  /** Done was pressed before the box was ticked. */
  declare hasAsked: boolean;
  declare choices: DeskChoices | undefined;

  constructor() {
    super();
    this.problem = '';
    this.wrong = {};
    this.refused = '';
    this.isStored = false;
    this.hasAsked = false;
  }

  /** A key that was not stored would be lost. */
  get unsaved(): boolean {
    return this.made !== undefined && !this.isStored;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  async load(): Promise<void> {
    this.problem = '';
    try {
      this.clients = (await this.desk.api.get<{ clients: ShownClient[] }>('/clients')).clients;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  protected override render() {
    const { clients, draft, made } = this;
    return html`<section class="panel" aria-labelledby="client-keys">
        <div class="head">
          <h2 id="client-keys">${CLIENT_KEYS.title}</h2>
          ${draft || made ? nothing : html`<button type="button" class="primary" @click=${this.#begin}>${CLIENT_KEYS.add}</button>`}
        </div>
        ${
          this.problem
            ? html`<p class="problem">${this.problem}</p>
                <p><button type="button" @click=${() => this.load()}>${KEYS.again}</button></p>`
            : clients === undefined
              ? html`<p class="soft" aria-busy="true">—</p>`
              : clients.length === 0
                ? html`<p>${CLIENT_KEYS.empty}</p>`
                : this.#table(clients)
        }
      </section>
      ${draft ? this.#form(draft) : nothing} ${made ? this.#shown(made) : nothing}`;
  }

  #figuresOf({ name, site }: ShownClient): DeskClient | undefined {
    return this.desk.overview?.clients.find((client) => client.name === name && client.site === site);
  }

  #table(clients: readonly ShownClient[]) {
    const { columns } = CLIENT_KEYS;
    const now = this.desk.now();
    return table<ShownClient>({
      caption: CLIENT_KEYS.title,
      rows: clients,
      keyOf: ({ name, site }) => `${site} ${name}`,
      columns: [
        {
          ...{ id: 'name', label: columns.name },
          cell: ({ name, site }) =>
            html`${name}${site === 'default' ? nothing : html` <span class="soft small">${CLIENT_KEYS.onSite(site)}</span>`}`,
        },
        { ...{ id: 'key', label: columns.key, onPhone: 'first' }, cell: ({ hint }) => html`<code>${hint}</code>` },
        {
          ...{ id: 'models', label: columns.models },
          cell: ({ models }) => models?.map((id) => this.#nameOf(id)).join(', ') ?? CLIENT_KEYS.all,
        },
        {
          ...{ id: 'spent', label: columns.spent, unit: CLIENT_KEYS.spentToday },
          cell: (client) => {
            const { spentMicros = 0 } = this.#figuresOf(client) ?? {};
            const spent = this.desk.overview ? formatMoney(spentMicros) : '—';
            if (client.dailyUsd === undefined) return spent;
            const capMicros = microsOf(client.dailyUsd);
            return html`${tinyRuler(`client-${client.site}-${client.name}`, {
              ...{ spentMicros, capMicros, heldMicros: 0, owedMicros: 0, expectedMicros: null, endsAt: 0 },
            })}${CLIENT_KEYS.of(spent, formatMoney(capMicros))}`;
          },
        },
        { ...{ id: 'takes', label: columns.takes }, cell: ({ takes }) => CLIENT_KEYS.takes[takes] },
        {
          ...{ id: 'used', label: columns.used },
          cell: (client) => {
            const { lastUsedAt } = this.#figuresOf(client) ?? {};
            return lastUsedAt === undefined ? CLIENT_KEYS.never : CLIENT_KEYS.used(formatSince(lastUsedAt, now));
          },
        },
        {
          ...{ id: 'ends', label: columns.ends },
          cell: ({ expiresAt }) => {
            if (expiresAt === undefined) return CLIENT_KEYS.noEnd;
            const day = formatFullDay(Date.parse(expiresAt));
            return Date.parse(expiresAt) <= now ? CLIENT_KEYS.ended(day) : CLIENT_KEYS.ends(day);
          },
        },
        {
          ...{ id: 'action', label: columns.action, isLabelHidden: true },
          cell: (client) =>
            client.source === 'variables'
              ? html`<span class="soft small">${CLIENT_KEYS.ofVariables}</span>`
              : html`<button
                  type="button"
                  class="link danger"
                  aria-label=${CLIENT_KEYS.revokeName(client.name)}
                  @click=${() => this.#revoke(client)}
                >
                  ${CLIENT_KEYS.revoke}
                </button>`,
        },
      ],
    });
  }

  #nameOf(id: string): string {
    return this.choices?.models.find((model) => model.id === id)?.displayName ?? id;
  }

  async #revoke(client: ShownClient): Promise<void> {
    const { name, site } = client;
    const { spentMicros, lastUsedAt } = this.#figuresOf(client) ?? {};
    const question = CLIENT_KEYS.question(
      name,
      spentMicros ? formatMoney(spentMicros) : undefined,
      lastUsedAt === undefined ? undefined : formatSince(lastUsedAt, this.desk.now()),
    );
    if (!(await this.desk.confirm(question))) return;
    try {
      await this.desk.api.send('DELETE', `/clients/${encodeURIComponent(name)}?site=${encodeURIComponent(site)}`);
      this.clients = this.clients?.filter((each) => each !== client);
      this.desk.toast(CLIENT_KEYS.revoked(name));
    } catch (error) {
      this.desk.warn(CLIENT_KEYS.notRevoked(problemOf(error)));
    }
  }

  readonly #begin = (): void => {
    const { sites } = this.desk.facts;
    this.draft = { ...NEW, site: sites.includes(NEW.site) ? NEW.site : (sites[0] ?? NEW.site) };
    this.wrong = {};
    this.refused = '';
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('#client-name')?.focus());
    if (this.choices) return;
    this.desk.api.get<DeskChoices>('/choices').then(
      (choices) => {
        this.choices = choices;
      },
      (error) => {
        this.refused = problemOf(error);
      },
    );
  };

  #form(draft: Draft) {
    const words = CLIENT_KEYS.form;
    const set = (change: Partial<Draft>): void => {
      this.draft = { ...draft, ...change };
      this.wrong = {};
      this.refused = '';
    };
    const { sites } = this.desk.facts;
    return html`<form class="panel client-form" novalidate @submit=${this.#make} aria-labelledby="client-form">
      <h2 id="client-form">${words.title}</h2>
      ${textField({
        ...{ id: 'client-name', label: words.name, hint: words.nameHint, value: draft.name, maxLength: 32 },
        ...{ problem: this.wrong.name, onInput: (name) => set({ name }) },
      })}
      ${
        sites.length > 1
          ? field(
              { id: 'client-site', label: words.site, hint: words.siteHint },
              html`<select
                id="client-site"
                aria-describedby=${describedBy('client-site')}
                @change=${(event: Event) => set({ site: (event.target as HTMLSelectElement).value })}
              >
                ${sites.map((site) => html`<option value=${site} ?selected=${site === draft.site}>${site}</option>`)}
              </select>`,
            )
          : nothing
      }
      ${textField({
        ...{ id: 'client-daily', label: words.daily, hint: words.dailyHint, value: draft.daily, before: '$' },
        ...{ inputMode: 'decimal', problem: this.wrong.daily, onInput: (daily) => set({ daily }) },
      })}
      ${textField({
        ...{ id: 'client-ends', label: words.ends, hint: words.endsHint, value: draft.ends, type: 'date' },
        ...{ problem: this.wrong.ends, onInput: (ends) => set({ ends }) },
      })}
      ${
        this.choices
          ? html`<fieldset>
              <legend>${words.models}</legend>
              ${this.choices.models.map(
                ({ id, displayName }) => html`<label class="choice">
                  <input
                    type="checkbox"
                    .checked=${draft.models.includes(id)}
                    @change=${(event: Event) =>
                      set({
                        models: (event.target as HTMLInputElement).checked
                          ? [...draft.models, id]
                          : draft.models.filter((each) => each !== id),
                      })}
                  >${displayName}
                </label>`,
              )}
              <p class="hint">${words.modelsHint}</p>
            </fieldset>`
          : nothing
      }
      <fieldset>
        <legend>${words.takes}</legend>
        ${(['named', 'fresh'] as const).map(
          (takes) => html`<label class="choice">
            <input type="radio" name="takes" .checked=${draft.takes === takes} @change=${() => set({ takes })}>${
              takes === 'named' ? words.takesNamed : words.takesFresh
            }
          </label>`,
        )}
      </fieldset>
      <p class="problem" role="alert">${this.refused || nothing}</p>
      <p class="buttons">
        <button type="submit" class="primary">${words.make}</button>
        <button
          type="button"
          @click=${() => {
            this.draft = undefined;
          }}
        >
          ${words.cancel}
        </button>
      </p>
    </form>`;
  }

  readonly #make = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!this.draft) return;
    const judged = wishOf(this.draft, dayOf(this.desk.now()));
    if ('wrong' in judged) return this.#show(judged.wrong);
    try {
      this.made = await this.desk.api.send<ShownClient & { key: string }>('POST', '/clients', judged.wish);
      this.draft = undefined;
      this.isStored = false;
      this.hasAsked = false;
      void this.load();
      await this.updateComplete;
      this.querySelector<HTMLElement>('.key-once')?.focus();
    } catch (error) {
      const isName = error instanceof Refusal && error.field === 'name';
      if (isName) return this.#show({ name: problemOf(error) });
      this.refused = problemOf(error);
    }
  };

  async #show(wrong: Wrong): Promise<void> {
    this.wrong = wrong;
    await this.updateComplete;
    this.querySelector<HTMLElement>(`#client-${Object.keys(wrong)[0]}`)?.focus();
  }

  #shown({ key, name, dailyUsd, expiresAt }: ShownClient & { key: string }) {
    const words = CLIENT_KEYS.made;
    return html`<section class="panel key-once" tabindex="-1" aria-labelledby="key-once">
      <h2 id="key-once">${words.title(name)}</h2>
      <p class="hint">${words.once}</p>
      <p class="once">
        <input aria-label=${words.label} readonly .value=${key} @focus=${(event: Event) => (event.target as HTMLInputElement).select()}>
        ${copyButton(() => key)}
      </p>
      <p>
        ${words.works(this.desk.facts.origin)}
        ${dailyUsd === undefined ? nothing : words.upTo(formatDollars(dailyUsd))}
        ${expiresAt === undefined ? nothing : words.until(formatFullDay(Date.parse(expiresAt)))}
      </p>
      <label class="choice">
        <input
          type="checkbox"
          .checked=${this.isStored}
          @change=${(event: Event) => {
            this.isStored = (event.target as HTMLInputElement).checked;
          }}
        >${words.stored}
      </label>
      <p class="problem" role="alert">${this.hasAsked && !this.isStored ? words.tickFirst : nothing}</p>
      <p class="buttons"><button type="button" @click=${this.#onStored}>${words.done}</button></p>
    </section>`;
  }

  readonly #onStored = (): void => {
    this.hasAsked = true;
    if (this.isStored) this.made = undefined;
  };
}

customElements.define('desk-client-keys', DeskClientKeys);
