import { html, LitElement, nothing } from 'lit';
import type { DeskPrice } from '../../../worker/desk-protocol.ts';
import type { Desk } from '../page.ts';
import { textField } from '../parts/field.ts';
import { dayOf, formatFullDay, formatPrice, microsOf, usdOf } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { table } from '../parts/table.ts';
import { PRICES } from '../words/keys.ts';
import { nameOfProvider } from './provider-keys.ts';

const DAY_MS = 86_400_000;

const idOf = ({ provider, model }: DeskPrice): string => `${provider} ${model}`;

/** So many are shown that need no look. */
const SHOWN = 5;

/** What needs a look comes first. */
const URGENCY: Record<DeskPrice['state'], number> = { ended: 0, ends: 1, stale: 2, fresh: 3 };

/** Dollars as the owner types them. @returns Micro-dollars; undefined: it is no amount. */
export function parseDollars(typed: string): number | undefined {
  const text = typed
    .trim()
    .replace(/^\$\s*/, '')
    .replace(',', '.');
  return /^\d{1,4}(\.\d{1,6})?$/.test(text) ? microsOf(Number(text)) : undefined;
}

const dollarsOf = (micros: number): string => String(usdOf(micros));

/** The prices by which the ledger counts, each with its source and age. An owner confirms or corrects them. */
export class DeskPrices extends LitElement {
  static override properties = {
    desk: { attribute: false },
    prices: { attribute: false },
    open: { state: true },
    typed: { state: true },
    wrong: { state: true },
    problem: { state: true },
    kept: { state: true },
    isWhole: { state: true },
  };

  declare desk: Desk;
  declare prices: readonly DeskPrice[];
  /** The price that is looked at. */
  declare open: string | undefined;
  declare typed: Record<string, string>;
  declare wrong: Record<string, string>;
  declare problem: string;
  /** What was changed here: elsewhere it holds within a minute. */
  declare kept: ReadonlyMap<string, DeskPrice>;
  /** Prices that need no look are shown as well. */
  declare isWhole: boolean;

  constructor() {
    super();
    this.typed = {};
    this.wrong = {};
    this.problem = '';
    this.kept = new Map();
    this.isWhole = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render() {
    const rows = this.prices
      .map((price) => this.kept.get(idOf(price)) ?? price)
      .toSorted((a, b) => URGENCY[a.state] - URGENCY[b.state]);
    const shown = this.isWhole ? rows : rows.filter(({ state }, at) => at < SHOWN || state !== 'fresh');
    const open = rows.find((price) => idOf(price) === this.open);
    const { columns } = PRICES;
    return html`<section class="panel" id="prices" aria-labelledby="prices-title">
      <div class="head">
        <h2 id="prices-title">${PRICES.title}</h2>
        ${
          shown.length < rows.length
            ? html`<button
                type="button"
                class="link"
                @click=${() => {
                  this.isWhole = true;
                }}
              >
                ${PRICES.all(rows.length)}
              </button>`
            : nothing
        }
      </div>
      ${
        rows.length === 0
          ? html`<p>${PRICES.empty}</p>`
          : table<DeskPrice>({
              caption: PRICES.title,
              rows: shown,
              keyOf: idOf,
              columns: [
                { ...{ id: 'model', label: columns.model }, cell: ({ displayName }) => displayName },
                { ...{ id: 'provider', label: columns.provider }, cell: ({ provider }) => nameOfProvider(provider) },
                { ...{ id: 'price', label: columns.price }, cell: pricesOf },
                { ...{ id: 'confirmed', label: columns.confirmed }, cell: (price) => this.#ageOf(price) },
                {
                  ...{ id: 'action', label: columns.action, isLabelHidden: true },
                  cell: (price) => html`<button
                    type="button"
                    class="link"
                    aria-expanded=${idOf(price) === this.open}
                    aria-label=${(idOf(price) === this.open ? PRICES.closeName : PRICES.lookName)(
                      price.displayName,
                      nameOfProvider(price.provider),
                    )}
                    @click=${() => this.#look(price)}
                  >
                    ${idOf(price) === this.open ? PRICES.close : PRICES.look}
                  </button>`,
                },
              ],
            })
      }
      ${open ? this.#form(open) : nothing}
    </section>`;
  }

  #ageOf({ confirmed, state, until }: DeskPrice) {
    const days = Math.max(0, Math.round((Date.parse(dayOf(this.desk.now())) - Date.parse(confirmed)) / DAY_MS));
    const ago = PRICES.ago(days);
    if (state === 'ended')
      return html`<span class="tag coral">${PRICES.ended(formatFullDay(until ?? confirmed))}</span>`;
    if (state === 'stale') return html`<span class="tag sun">${PRICES.stale(ago)}</span>`;
    if (state === 'ends' && until)
      return html`${ago} <span class="tag sun">${PRICES.ends(formatFullDay(until))}</span>`;
    return ago;
  }

  #look(price: DeskPrice): void {
    this.open = this.open === idOf(price) ? undefined : idOf(price);
    this.typed = Object.fromEntries(Object.entries(price.figures).map(([name, micros]) => [name, dollarsOf(micros)]));
    this.wrong = {};
    this.problem = '';
    if (this.open) void this.updateComplete.then(() => this.querySelector<HTMLElement>('.price-look')?.focus());
  }

  #form(price: DeskPrice) {
    const names = Object.keys(price.figures);
    return html`<form
      class="price-look"
      tabindex="-1"
      novalidate
      aria-label=${PRICES.lookName(price.displayName, nameOfProvider(price.provider))}
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.#correct(price);
      }}
    >
      <p>${PRICES.text}</p>
      <p>${PRICES.source}: <a href=${sourceOf(price)} target="_blank" rel="noopener noreferrer">${price.source}</a></p>
      <div class="figures">
        ${names.map((name) =>
          textField({
            ...{ id: `figure-${name}`, label: PRICES.figures[name] ?? PRICES.size(name), before: '$' },
            ...{ value: this.typed[name] ?? '', inputMode: 'decimal', problem: this.wrong[name] },
            onInput: (value) => {
              this.typed = { ...this.typed, [name]: value };
              this.wrong = {};
            },
          }),
        )}
      </div>
      <p class="problem" role="alert">${this.problem || nothing}</p>
      <p class="buttons">
        <button type="button" @click=${() => this.#keep(price, {}, PRICES.confirmed)}>${PRICES.right}</button>
        <button type="submit">${PRICES.correct}</button>
      </p>
    </form>`;
  }

  async #correct(price: DeskPrice): Promise<void> {
    const figures: Record<string, number> = {};
    const wrong: Record<string, string> = {};
    for (const [name, was] of Object.entries(price.figures)) {
      const micros = parseDollars(this.typed[name] ?? '');
      if (micros === undefined) wrong[name] = PRICES.badFigure;
      else if (micros !== was) figures[name] = micros;
    }
    this.wrong = wrong;
    const [first] = Object.keys(wrong);
    if (first !== undefined) {
      await this.updateComplete;
      this.querySelector<HTMLElement>(`#figure-${CSS.escape(first)}`)?.focus();
      return;
    }
    if (Object.keys(figures).length === 0) {
      this.problem = PRICES.unchanged;
      return;
    }
    await this.#keep(price, figures, PRICES.corrected);
  }

  async #keep(price: DeskPrice, figures: Record<string, number>, said: string): Promise<void> {
    const path = `/prices/${encodeURIComponent(price.provider)}/${encodeURIComponent(price.model)}`;
    try {
      const kept = await this.desk.api.send<DeskPrice>('PUT', path, { figures });
      this.kept = new Map([...this.kept, [idOf(price), kept]]);
      this.open = undefined;
      this.desk.toast(said);
    } catch (error) {
      this.problem = PRICES.failed(problemOf(error));
    }
  }
}

customElements.define('desk-prices', DeskPrices);

/** One figure where all sizes cost the same. */
function pricesOf({ bySize }: DeskPrice) {
  const sizes = Object.entries(bySize);
  const all = [...new Set(sizes.map(([, micros]) => micros))];
  const show = (micros: number): string => PRICES.perPicture(formatPrice(micros));
  if (all.length === 1 && all[0] !== undefined) return show(all[0]);
  return html`<ul class="sizes">
    ${sizes.map(([size, micros]) => html`<li>${size} <b>${show(micros)}</b></li>`)}
  </ul>`;
}

/** A price that the owner has written may name anything as its source. */
const sourceOf = ({ source }: DeskPrice) => (/^https:\/\//.test(source) ? source : nothing);
