import { html, LitElement, nothing } from 'lit';
import type { DeskChoices, DeskHours, DeskSeries, DeskSeriesDay } from '../../../../worker/desk-protocol.ts';
import type { Desk } from '../../page.ts';
import { columns } from '../../parts/columns.ts';
import { saveFile, toCsv } from '../../parts/csv.ts';
import {
  formatDay,
  formatMoney,
  formatNumber,
  formatRoundMoney,
  formatWait,
  listOf,
  nameOfSite,
  UNKNOWN,
} from '../../parts/format.ts';
import { problemOf } from '../../parts/problem.ts';
import { type Column, table } from '../../parts/table.ts';
import { DAYS, NEWS, SITES } from '../../words/overview.ts';
import { CHART } from '../../words/parts.ts';
import { BYS, type By, SHOWS, type Show, type Split, splitDays } from './split.ts';

const DAYS_SHOWN = 30;
/** The days ask every site's ledger, so they follow the figures at a distance. */
const LEAST_AGE_MS = 30_000;

/** A day of the table beneath the chart. */
interface DayRow {
  day: string;
  parts: ReadonlyMap<string, number>;
  total: number;
}

/** Thirty days as columns, with their table and CSV, and today by hour on asking. */
class DeskDays extends LitElement {
  static override properties = {
    desk: { attribute: false },
    query: { attribute: false },
    version: { attribute: false },
    series: { state: true },
    hours: { state: true },
    problem: { state: true },
    isTable: { state: true },
    names: { state: true },
  };

  declare desk: Desk;
  declare query: URLSearchParams;
  /** What the figures of today have come to. Where it changes, the days are asked for again. */
  declare version: string;
  declare series: DeskSeries | undefined;
  declare hours: DeskHours | undefined;
  declare problem: string;
  declare isTable: boolean;
  /** Names of models by their ids. */
  declare names: ReadonlyMap<string, string>;
  #readAt = Number.NEGATIVE_INFINITY;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.problem = '';
    this.isTable = false;
    this.names = new Map();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#later);
  }

  protected override firstUpdated(): void {
    void this.#readNames();
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('version')) return;
    clearTimeout(this.#later);
    const wait = this.#readAt + LEAST_AGE_MS - this.desk.now();
    if (wait <= 0) void this.#read();
    else this.#later = setTimeout(() => void this.#read(), wait);
  }

  /** Without names the ids are shown. */
  async #readNames(): Promise<void> {
    const choices = await this.desk.api.get<DeskChoices>('/choices').catch(() => undefined);
    if (choices) this.names = new Map(choices.models.map(({ id, displayName }) => [id, displayName]));
  }

  async #read(): Promise<void> {
    this.#readAt = this.desk.now();
    try {
      this.series = await this.desk.api.get<DeskSeries>(`/series?days=${DAYS_SHOWN}`);
      this.problem = '';
      if (this.hours) await this.#readHours();
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  async #readHours(): Promise<void> {
    try {
      this.hours = await this.desk.api.get<DeskHours>('/hours');
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  get #show(): Show {
    return SHOWS.find((show) => show === this.query.get('show')) ?? 'spend';
  }

  get #by(): By {
    return BYS.find((by) => by === this.query.get('by')) ?? 'model';
  }

  protected override render() {
    const show = this.#show;
    return html`<section class="panel days" id="days">
      <div class="head">
        <h2>${DAYS.titles[show]}</h2>
        <div class="buttons">
          <div class="segments" role="group" aria-label=${DAYS.show}>
            ${SHOWS.map(
              (each) => html`<button
                type="button"
                aria-pressed=${each === show}
                @click=${() => this.#choose('show', each, 'spend')}
              >
                ${DAYS.shows[each]}
              </button>`,
            )}
          </div>
          ${
            show === 'spend' || show === 'pictures'
              ? html`<select
                  aria-label=${DAYS.by}
                  @change=${(event: Event) => this.#choose('by', (event.target as HTMLSelectElement).value, 'model')}
                >
                  ${BYS.map((by) => html`<option value=${by} ?selected=${by === this.#by}>${DAYS.bys[by]}</option>`)}
                </select>`
              : nothing
          }
        </div>
      </div>
      ${
        this.problem
          ? html`<p class="note sun">
              ${DAYS.failed(this.problem)}
              <button type="button" class="link" @click=${() => this.#read()}>${NEWS.again}</button>
            </p>`
          : nothing
      }
      ${unreadNote(this.series?.unread ?? [])} ${this.series ? this.#chart(this.series.days) : html`<p class="chart-space">${UNKNOWN}</p>`}
    </section>`;
  }

  /** The choice stands in the address, so that back and reload keep it. */
  #choose(name: 'show' | 'by', value: string, usual: string): void {
    const query = new URLSearchParams(this.query);
    if (value === usual) query.delete(name);
    else query.set(name, value);
    this.desk.go(`/peel/admin${query.size > 0 ? `?${query}` : ''}`);
  }

  get #format(): (value: number) => string {
    const formats = {
      spend: formatMoney,
      pictures: formatNumber,
      free: formatNumber,
      refused: formatNumber,
      errors: formatNumber,
      wait: formatWait,
    };
    return formats[this.#show];
  }

  #chart(days: readonly DeskSeriesDay[]) {
    const show = this.#show;
    const overview = this.desk.overview;
    const { expectedMicros = null, spentMicros = 0, capMicros } = overview?.today ?? {};
    const split = splitDays(days, {
      ...{ show, by: this.#by, today: overview?.day ?? days.at(-1)?.day ?? '' },
      restMicros: overview?.paused || expectedMicros === null ? 0 : Math.max(0, expectedMicros - spentMicros),
      nameOfModel: (model) => this.names.get(model) ?? model,
    });
    if (split.series.length === 0) return html`<p class="soft chart-space">${DAYS.none}</p>`;
    return html`${columns({
      ...{ what: DAYS.titles[show], ...split, format: this.#format },
      ...(show === 'spend' && { formatScale: formatRoundMoney, ...(capMicros !== undefined && { cap: capMicros }) }),
    })}
      <p class="buttons under">
        <button type="button" class="link" aria-expanded=${this.isTable} @click=${this.#toggleTable}>
          ${this.isTable ? CHART.hideTable : CHART.showTable}
        </button>
        <button type="button" class="link" aria-expanded=${this.hours !== undefined} @click=${this.#toggleHours}>
          ${this.hours ? DAYS.hoursHide : DAYS.hoursShow}
        </button>
        ${
          show === 'spend' || show === 'pictures'
            ? html`<a class="link" href=${`/peel/admin/api/series?days=${DAYS_SHOWN}&format=csv`} download>${DAYS.csv}</a>`
            : html`<button type="button" class="link" @click=${() => saveCsv(show, split)}>${DAYS.csv}</button>`
        }
      </p>
      ${this.isTable ? this.#table(split) : nothing} ${this.hours ? this.#hoursTable(this.hours) : nothing}`;
  }

  #toggleTable(): void {
    this.isTable = !this.isTable;
  }

  #toggleHours(): void {
    if (this.hours) this.hours = undefined;
    else void this.#readHours();
  }

  #table({ days, series }: Split) {
    const format = this.#format;
    const rows: DayRow[] = days.toReversed().map(({ day, parts }) => ({
      day,
      parts: new Map(parts.map(({ id, value }) => [id, value])),
      total: parts.reduce((sum, { value }) => sum + value, 0),
    }));
    /** Medians are not added up. */
    const hasSums = this.#show !== 'wait';
    const sumOf = (value: (row: DayRow) => number) =>
      hasSums ? { total: format(rows.reduce((sum, row) => sum + value(row), 0)) } : {};
    const total = (row: DayRow) => row.total;
    const columnsOf: Column<DayRow>[] = [
      { id: 'day', label: CHART.day, cell: ({ day }) => formatDay(day), sortBy: ({ day }) => day },
      ...(series.length > 1
        ? series.map(({ id, label }) => {
            const value = ({ parts }: DayRow) => parts.get(id) ?? 0;
            return {
              ...{ id, label, unit: label, isNumber: true, sortBy: value, ...sumOf(value) },
              cell: (row: DayRow) => format(value(row)),
            };
          })
        : []),
      {
        ...{ id: ' total', label: CHART.total, isNumber: true, onPhone: 'first', sortBy: total, ...sumOf(total) },
        cell: (row) => format(row.total),
      },
    ];
    return table<DayRow>({
      ...{ caption: DAYS.titles[this.#show], columns: columnsOf, rows, keyOf: ({ day }) => day, hasTotals: hasSums },
    });
  }

  #hoursTable({ hours }: DeskHours) {
    const sum = (value: (hour: DeskHours['hours'][number]) => number) =>
      hours.reduce((all, hour) => all + value(hour), 0);
    return table<DeskHours['hours'][number]>({
      ...{ caption: DAYS.hours, isCaptionHidden: false, rows: hours, keyOf: ({ hour }) => hour, hasTotals: true },
      columns: [
        { id: 'hour', label: DAYS.hour, cell: ({ hour }) => `${hour.slice(-2)}:00` },
        {
          ...{ id: 'spent', label: DAYS.spent, isNumber: true, onPhone: 'first' },
          cell: ({ spentMicros }) => formatMoney(spentMicros),
          total: formatMoney(sum(({ spentMicros }) => spentMicros)),
        },
        {
          ...{ id: 'made', label: DAYS.shows.pictures, isNumber: true },
          ...{ unit: SITES.units.pictures, unitOfOne: SITES.units.picture },
          cell: ({ made }) => formatNumber(made),
          total: formatNumber(sum(({ made }) => made)),
        },
        {
          ...{ id: 'free', label: DAYS.shows.free, unit: DAYS.shows.free.toLowerCase(), isNumber: true },
          cell: ({ kept, joined }) => formatNumber(kept + joined),
          total: formatNumber(sum(({ kept, joined }) => kept + joined)),
        },
        {
          ...{ id: 'refused', label: DAYS.shows.refused, unit: DAYS.shows.refused.toLowerCase(), isNumber: true },
          cell: ({ refused }) => formatNumber(refused),
          total: formatNumber(sum(({ refused }) => refused)),
        },
      ],
    });
  }
}

customElements.define('desk-days', DeskDays);

/** A sum that lacks a site says so. */
const unreadNote = (unread: readonly string[]) =>
  unread.length > 0 ? html`<p class="note sun">${SITES.unread(listOf(unread.map(nameOfSite)))}</p>` : nothing;

/** What the chart shows, by day. Of spend and pictures the API has a file with every row. */
function saveCsv(show: Show, { days, series }: Split): void {
  const rows = days.map(({ day, parts }) => [
    day,
    ...series.map(({ id }) => parts.find((part) => part.id === id)?.value ?? 0),
  ]);
  saveFile(`peel-${show}-${days.at(-1)?.day ?? ''}.csv`, toCsv(['day', ...series.map(({ id }) => id)], rows));
}
