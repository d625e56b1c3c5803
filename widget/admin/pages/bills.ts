import { html, nothing } from 'lit';
import type { DeskBill, DeskBillRow } from '../../../worker/desk-protocol.ts';
import '../bills/add-bill.ts';
import type { DeskAddBill } from '../bills/add-bill.ts';
import { answerOf, moreOf, signed, whyOf } from '../bills/figures.ts';
import { leftOutList } from '../bills/left-out.ts';
import { nameOfProvider } from '../keys/provider-keys.ts';
import { DeskPage } from '../page.ts';
import { dayOf, formatMoney, formatMonth, formatNumber, formatShortDay, listOf, nameOfSite } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { table } from '../parts/table.ts';
import { ADD_BILL, BILLS, DAYS_NOTE, MONTHS, WHY_DOORS } from '../words/bills.ts';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
/** `November 2026` */
const wordsOf = (month: string): string => `${formatMonth(`${month}-01`)} ${month.slice(0, 4)}`;
const addressOf = (month: string): string => `/peel/admin/bills/${month}`;

/** A month of the ledger beside what its providers charge. */
export class BillsPage extends DeskPage {
  static override properties = { ...DeskPage.properties, bill: { state: true }, problem: { state: true } };

  readonly name = BILLS.name;

  declare bill: DeskBill | undefined;
  declare problem: string;

  constructor() {
    super();
    this.problem = '';
  }

  get answer(): string | undefined {
    if (!MONTH.test(this.#month)) return BILLS.badMonth;
    return this.bill ? answerOf(this.bill, wordsOf(this.bill.month)) : this.problem || undefined;
  }

  override get more(): string | undefined {
    return this.bill && moreOf(this.bill, wordsOf(this.bill.month));
  }

  override get unsaved(): boolean {
    return this.#form?.unsaved === true;
  }

  override onLoggedIn(): void {
    void this.#load();
  }

  get #month(): string {
    return this.path[0] ?? dayOf(this.desk.now()).slice(0, 7);
  }

  get #form(): DeskAddBill | null {
    return this.querySelector('desk-add-bill');
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('path')) void this.#load();
  }

  async #load(): Promise<void> {
    const month = this.#month;
    if (!MONTH.test(month)) return;
    if (this.bill?.month !== month) this.bill = undefined;
    this.problem = '';
    try {
      const bill = await this.desk.api.get<DeskBill>(`/bills/${month}`);
      if (month === this.#month) this.bill = bill;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  protected override render() {
    const { bill } = this;
    const month = this.#month;
    if (!MONTH.test(month)) return nothing;
    return html`<div class="bills">
      <div class="panels">
        ${this.#choices(month)}
        ${
          bill
            ? this.#tables(bill)
            : html`<section class="panel" aria-busy=${this.problem === ''}>
                ${
                  this.problem
                    ? html`<p class="problem">${this.problem}</p>
                        <p><button type="button" @click=${() => this.#load()}>${BILLS.again}</button></p>`
                    : html`<p class="soft">—</p>`
                }
              </section>`
        }
      </div>
      <div class="panels">
        ${
          bill && bill.providers.length > 0
            ? html`<desk-add-bill
                .desk=${this.desk}
                .month=${month}
                .providers=${bill.providers}
                .kept=${bill.bills.map(({ provider }) => provider)}
                @bill-kept=${(event: CustomEvent<DeskBill>) => {
                  this.bill = event.detail;
                }}
              ></desk-add-bill>`
            : nothing
        }
        <section class="panel">
          <h2>${DAYS_NOTE.title}</h2>
          <p class="hint">${DAYS_NOTE.text}</p>
        </section>
        ${bill && bill.months.length > 0 ? this.#months(bill) : nothing}
      </div>
    </div>`;
  }

  #choices(month: string) {
    const months = [...new Set([month, ...(this.bill?.months.map((each) => each.month) ?? [])])].sort().reverse();
    return html`<p class="buttons bill-choices">
      <label for="bill-month">${BILLS.month}</label>
      <select
        id="bill-month"
        @change=${(event: Event) => this.desk.go(addressOf((event.target as HTMLSelectElement).value))}
      >
        ${months.map((each) => html`<option value=${each} ?selected=${each === month}>${wordsOf(each)}</option>`)}
      </select>
      ${this.bill && this.bill.rows.length > 0 ? html`<a class="button" href=${`/peel/admin/api/bills/${this.bill.month}?format=csv`} download>${BILLS.csv}</a>` : nothing}
    </p>`;
  }

  #tables(bill: DeskBill) {
    if (bill.rows.length === 0)
      return html`<section class="panel"><p>${BILLS.empty(wordsOf(bill.month))}</p></section>`;
    const providers = [...new Set(bill.rows.map(({ provider }) => provider))];
    return html`${
      bill.unread.length > 0
        ? html`<p class="note sun">${BILLS.unread(listOf(bill.unread.map(nameOfSite)))}</p>`
        : nothing
    }
      ${providers.map((provider) => this.#table(bill, provider))}
      ${
        providers.length > 1
          ? html`<section class="panel all">
              <h2>${BILLS.all(wordsOf(bill.month))}</h2>
              <p>
                <b>${formatMoney(bill.ledgerMicros)}</b> · ${formatNumber(bill.ledgerPictures)}
                ${BILLS.columns.pictures.toLowerCase()} <span class="soft">${BILLS.exact}</span>
              </p>
            </section>`
          : nothing
      }`;
  }

  #table(bill: DeskBill, provider: string) {
    const rows = bill.rows.filter((row) => row.provider === provider);
    const added = bill.bills.find((each) => each.provider === provider);
    const name = nameOfProvider(provider);
    const sum = (figure: (row: DeskBillRow) => number): number => rows.reduce((all, row) => all + figure(row), 0);
    const [ledger, billed] = [sum(({ ledgerMicros }) => ledgerMicros), sum(({ billMicros = 0 }) => billMicros)];
    const { columns } = BILLS;
    return html`<section class="panel" aria-labelledby=${`bill-of-${provider}`}>
      <div class="head">
        <h2 id=${`bill-of-${provider}`}>${name}</h2>
        ${this.#added(bill, provider, added)}
      </div>
      ${table<DeskBillRow>({
        caption: BILLS.caption(name, wordsOf(bill.month)),
        rows,
        keyOf: ({ model, size }) => `${model} ${size}`,
        hasTotals: true,
        columns: [
          {
            ...{ id: 'model', label: columns.model, total: name },
            cell: ({ displayName, size, billMicros }) =>
              html`${displayName} <span class="soft">${size || (billMicros === undefined ? BILLS.unsized : BILLS.allSizes)}</span>`,
          },
          {
            ...{
              id: 'pictures',
              label: columns.pictures,
              isNumber: true,
              unit: columns.pictures.toLowerCase(),
              unitOfOne: BILLS.onePicture,
            },
            total: formatNumber(sum(({ ledgerPictures }) => ledgerPictures)),
            cell: ({ ledgerPictures, billPictures }) =>
              html`${formatNumber(ledgerPictures)}${
                billPictures !== undefined && billPictures !== ledgerPictures
                  ? html` <span class="soft small">${BILLS.billPictures(formatNumber(billPictures))}</span>`
                  : nothing
              }`,
          },
          {
            ...{ id: 'ledger', label: columns.ledger, isNumber: true, unit: columns.ledger.toLowerCase() },
            total: formatMoney(ledger),
            cell: ({ ledgerMicros }) => formatMoney(ledgerMicros),
          },
          {
            ...{ id: 'bill', label: columns.bill, isNumber: true, unit: columns.bill.toLowerCase() },
            ...(added && { total: formatMoney(billed) }),
            cell: ({ billMicros }) =>
              billMicros === undefined
                ? html`<span class="soft no-bill">${BILLS.noBill}</span>`
                : formatMoney(billMicros),
          },
          {
            ...{ id: 'difference', label: columns.difference, isNumber: true },
            ...(added && { total: signed(billed - ledger) }),
            cell: ({ billMicros, ledgerMicros, why }) =>
              billMicros === undefined
                ? '–'
                : html`<span class=${why ? 'apart' : 'soft'}>${signed(billMicros - ledgerMicros)}</span>`,
          },
          {
            ...{ id: 'why', label: columns.why },
            cell: (row) => {
              const door = row.why && WHY_DOORS[row.why];
              // A cell without a word must be empty, or a phone's line ends in a dot.
              return door ? html`${whyOf(row)} <a href=${door.address}>${door.label}</a>` : whyOf(row);
            },
          },
        ],
      })}
      ${added && added.leftOutLines > 0 ? this.#leftOut(added) : nothing}
    </section>`;
  }

  #leftOut(added: DeskBill['bills'][number]) {
    const lines = ADD_BILL.linesOf(formatNumber(added.leftOutLines), added.leftOutLines === 1);
    return html`<details>
      <summary>${BILLS.leftOut(lines, formatMoney(added.leftOutMicros))}</summary>
      ${leftOutList(added, formatMoney)}
    </details>`;
  }

  #added(bill: DeskBill, provider: string, added: DeskBill['bills'][number] | undefined) {
    if (bill.demo) return html`<span class="tag sun">${BILLS.playMoney}</span>`;
    if (!bill.providers.includes(provider)) return nothing;
    const begin = () => this.#form?.begin(provider);
    if (!added) return html`<button type="button" class="link" @click=${begin}>${BILLS.paste}</button>`;
    const { lines, from, to, currency } = added;
    const days = from && to ? `${formatShortDay(from)} – ${formatShortDay(to)}, ` : '';
    return html`<span class="buttons">
      <span class="tag">${BILLS.read(ADD_BILL.linesOf(formatNumber(lines), lines === 1), days, currency)}</span>
      <button type="button" class="link" @click=${begin}>${BILLS.replace}</button>
      <button type="button" class="link" @click=${() => this.#remove(bill.month, provider)}>${BILLS.remove}</button>
    </span>`;
  }

  async #remove(month: string, provider: string): Promise<void> {
    if (!(await this.desk.confirm(BILLS.removeQuestion(nameOfProvider(provider), wordsOf(month))))) return;
    try {
      await this.desk.api.send('DELETE', `/bills/${month}?provider=${provider}`);
      this.desk.toast(BILLS.removed);
      await this.#load();
    } catch (error) {
      this.desk.warn(BILLS.notRemoved(problemOf(error)));
    }
  }

  #months({ months, month }: DeskBill) {
    return html`<section class="panel">
      <h2>${MONTHS.title}</h2>
      <ul class="months">
        ${months.map(
          (each) => html`<li>
            <a href=${addressOf(each.month)} aria-current=${each.month === month ? 'page' : nothing}>${wordsOf(each.month)}</a>
            <span class="number">${formatMoney(each.ledgerMicros)}</span>
            <span class="number soft">
              ${each.compared ? signed(each.compared.billMicros - each.compared.ledgerMicros) : MONTHS.noBill}
            </span>
          </li>`,
        )}
      </ul>
    </section>`;
  }
}

customElements.define('desk-bills', BillsPage);
