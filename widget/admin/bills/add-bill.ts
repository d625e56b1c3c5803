import { html, LitElement, nothing } from 'lit';
import type { DeskBill, DeskBillPreview } from '../../../worker/desk-protocol.ts';
import { nameOfProvider } from '../keys/provider-keys.ts';
import type { Desk } from '../page.ts';
import { describedBy, field, textField } from '../parts/field.ts';
import { formatMoney, formatNumber, formatShortDay } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { ADD_BILL } from '../words/bills.ts';
import { leftOutList } from './left-out.ts';

/** A pause in typing. */
const TYPED_MS = 500;
const MAX_BYTES = 1_000_000;

/** Dollars for one unit of a currency, as the owner types them. */
const rateOf = (typed: string): number | undefined => {
  const rate = Number(typed.trim().replace(',', '.'));
  return Number.isFinite(rate) && rate > 0 ? rate : undefined;
};

/** Takes a supplier's bill: pasted, dropped or chosen. It is shown as it was read before it is kept. */
export class DeskAddBill extends LitElement {
  static override properties = {
    desk: { attribute: false },
    month: { attribute: false },
    providers: { attribute: false },
    kept: { attribute: false },
    provider: { state: true },
    csv: { state: true },
    rate: { state: true },
    preview: { state: true },
    previewOf: { state: true },
    problem: { state: true },
    isReading: { state: true },
    isOver: { state: true },
  };

  declare desk: Desk;
  /** `YYYY-MM` */
  declare month: string;
  declare providers: readonly string[];
  /** Providers that have a bill of the month. */
  declare kept: readonly string[];
  /** Empty: the lines say whose they are. */
  declare provider: string;
  declare csv: string;
  declare rate: string;
  declare preview: DeskBillPreview | undefined;
  /** What was sent for the preview, as JSON. */
  declare previewOf: string;
  declare problem: string;
  declare isReading: boolean;
  /** A file is being dragged over it. */
  declare isOver: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.kept = [];
    this.provider = '';
    this.csv = '';
    this.rate = '';
    this.previewOf = '';
    this.problem = '';
    this.isReading = false;
    this.isOver = false;
  }

  get unsaved(): boolean {
    return this.csv.trim() !== '';
  }

  /** Goes to the field, for a bill of this provider. */
  begin(provider: string): void {
    this.provider = provider;
    this.querySelector<HTMLElement>('textarea')?.focus();
    if (this.csv) void this.#read();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('providers') && this.provider === '') this.provider = this.providers[0] ?? '';
    if (changed.has('month') && this.csv) void this.#read();
  }

  protected override render() {
    const foreign = this.preview?.bills.find(({ currency }) => currency !== 'USD');
    return html`<form class="panel add-bill" novalidate @submit=${this.#submit} aria-labelledby="add-bill">
      <h2 id="add-bill">${ADD_BILL.title}</h2>
      <p class="hint">${ADD_BILL.text}</p>
      ${field(
        { id: 'bill-provider', label: ADD_BILL.provider },
        html`<select
          id="bill-provider"
          aria-describedby=${describedBy('bill-provider')}
          @change=${(event: Event) => {
            this.provider = (event.target as HTMLSelectElement).value;
            if (this.csv) void this.#read();
          }}
        >
          ${this.providers.map(
            (provider) =>
              html`<option value=${provider} ?selected=${provider === this.provider}>${nameOfProvider(provider)}</option>`,
          )}
          <option value="" ?selected=${this.provider === ''}>${ADD_BILL.ofLines}</option>
        </select>`,
      )}
      ${field(
        { id: 'bill-lines', label: ADD_BILL.lines, problem: this.problem },
        html`<textarea
          id="bill-lines"
          class=${this.isOver ? 'over' : nothing}
          rows="5"
          spellcheck="false"
          autocomplete="off"
          placeholder=${ADD_BILL.placeholder}
          aria-invalid=${this.problem ? 'true' : nothing}
          aria-describedby=${describedBy('bill-lines')}
          .value=${this.csv}
          @input=${(event: Event) => this.#typed((event.target as HTMLTextAreaElement).value)}
          @dragover=${(event: DragEvent) => {
            event.preventDefault();
            this.isOver = true;
          }}
          @dragleave=${() => {
            this.isOver = false;
          }}
          @drop=${this.#drop}
        ></textarea>`,
      )}
      <div role="status">${
        // What was read stays while it is read anew, so that no button moves under the pointer.
        this.isReading && !this.preview ? html`<p class="hint">${ADD_BILL.reading}</p>` : this.#whatWasRead()
      }</div>
      ${
        foreign
          ? textField({
              ...{ id: 'bill-rate', label: ADD_BILL.rate(foreign.currency), hint: ADD_BILL.rateHint, before: '$' },
              ...{ value: this.rate, inputMode: 'decimal' },
              problem: this.rate !== '' && rateOf(this.rate) === undefined ? ADD_BILL.badRate : undefined,
              onInput: (rate) => {
                this.rate = rate;
                this.#readSoon();
              },
            })
          : nothing
      }
      <p class="buttons">
        <button type="submit" class="primary">${this.#isShown ? ADD_BILL.keep : ADD_BILL.readIt}</button>
        <label class="button">
          ${ADD_BILL.file}<input class="unseen" type="file" accept=".csv,.tsv,.txt,text/csv,text/plain" @change=${this.#choose}>
        </label>
      </p>
      <p class="hint">${ADD_BILL.where} <a href=${ADD_BILL.whereDoor.address}>${ADD_BILL.whereDoor.label}</a></p>
    </form>`;
  }

  /** Whether the bill is on the page as it would be kept. */
  get #isShown(): boolean {
    const { preview } = this;
    return preview?.problems.length === 0 && this.previewOf === JSON.stringify(this.#body);
  }

  /** What was read, before it is kept. */
  #whatWasRead() {
    const { preview } = this;
    if (!preview) return nothing;
    const linesOf = (count: number): string => ADD_BILL.linesOf(formatNumber(count), count === 1);
    return html`${preview.bills.map(
      ({ provider, lines, micros, from, to, currency, usdPerUnit, leftOut, leftOutLines, leftOutMicros }) => {
        const days = from && to ? ADD_BILL.days(formatShortDay(from), formatShortDay(to)) : '';
        // Without its rate a sum in another currency is not known.
        const moneyOf = (amount: number): string => formatMoney(usdPerUnit === undefined ? undefined : amount);
        return html`<p><b>${nameOfProvider(provider)}</b>: ${ADD_BILL.read(linesOf(lines), days, currency, moneyOf(micros))}
              ${lines > 0 && this.kept.includes(provider) ? ADD_BILL.replaces : nothing}</p>
            ${
              leftOutLines > 0
                ? html`<p class="hint">${ADD_BILL.leftOut(linesOf(leftOutLines), leftOutLines === 1, moneyOf(leftOutMicros))}</p>
                    ${leftOutList({ leftOut: leftOut.slice(0, 5), leftOutLines }, moneyOf)}`
                : nothing
            }`;
      },
    )}
      ${preview.problems.map(
        ({ line, text, rule }) =>
          html`<p class="problem">${ADD_BILL.problem(formatNumber(line), rule)} <code>${text}</code></p>`,
      )}`;
  }

  #typed(csv: string): void {
    this.csv = csv;
    this.preview = undefined;
    this.problem = '';
    this.#readSoon();
  }

  #readSoon(): void {
    clearTimeout(this.#timer);
    if (this.csv.trim()) this.#timer = setTimeout(() => void this.#read(), TYPED_MS);
  }

  get #body() {
    const usdPerUnit = rateOf(this.rate);
    return {
      csv: this.csv,
      ...(this.provider !== '' && { provider: this.provider }),
      ...(usdPerUnit !== undefined && { usdPerUnit }),
    };
  }

  async #read(): Promise<void> {
    clearTimeout(this.#timer);
    const body = this.#body;
    this.isReading = true;
    try {
      const preview = await this.desk.api.send<DeskBillPreview>('POST', `/bills/${this.month}/read`, body);
      // Other lines were typed meanwhile.
      if (this.csv !== body.csv) return;
      this.preview = preview;
      this.previewOf = JSON.stringify(body);
      this.problem = '';
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.isReading = false;
    }
  }

  readonly #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!this.csv.trim()) return this.#refuse(ADD_BILL.nothing);
    const wasShown = this.#isShown;
    if (!wasShown) await this.#read();
    const { preview } = this;
    if (this.problem || !preview || preview.problems.length > 0) return this.#refuse(this.problem);
    if (preview.bills.every(({ lines }) => lines === 0)) return this.#refuse(ADD_BILL.noPictures);
    if (preview.bills.some(({ lines, usdPerUnit }) => lines > 0 && usdPerUnit === undefined)) {
      await this.updateComplete;
      this.querySelector<HTMLElement>('#bill-rate')?.focus();
      return;
    }
    if (!wasShown) return;
    try {
      const bill = await this.desk.api.send<DeskBill>('PUT', `/bills/${this.month}`, this.#body);
      this.csv = '';
      this.preview = undefined;
      this.desk.toast(ADD_BILL.kept);
      this.dispatchEvent(new CustomEvent('bill-kept', { detail: bill }));
    } catch (error) {
      this.#refuse(problemOf(error));
    }
  };

  #refuse(problem: string): void {
    this.problem = problem;
    this.querySelector<HTMLElement>('textarea')?.focus();
  }

  readonly #drop = (event: DragEvent): void => {
    this.isOver = false;
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    event.preventDefault();
    void this.#take(file);
  };

  readonly #choose = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    if (file) void this.#take(file);
    input.value = '';
  };

  async #take(file: File): Promise<void> {
    if (file.size > MAX_BYTES) return this.#refuse(ADD_BILL.tooLarge);
    const text = await file.text();
    // A spreadsheet's own file, and not the CSV that it exports.
    if (text.includes('\0') || text.startsWith('PK')) return this.#refuse(ADD_BILL.notText);
    this.#typed(text);
    await this.#read();
  }
}

customElements.define('desk-add-bill', DeskAddBill);
