import { html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { TABLE } from '../words/parts.ts';

export interface Column<Row> {
  /** Unique among the columns. */
  id: string;
  /** The heading, with the unit where all figures have one. */
  label: string;
  /** The heading is for screen readers alone, as over buttons. */
  isLabelHidden?: boolean;
  /** Text or a template. The first column's cells are the rows' headings, and usually links. */
  cell: (row: Row) => unknown;
  /** Figures stand at the right. */
  isNumber?: boolean;
  /** Absent: the table is not sorted by this column. */
  sortBy?: (row: Row) => number | string;
  /** In the last row. */
  total?: unknown;
  /** Where it stands on phones: in the row's first line, or in its second, which reads as a sentence. Default: second. */
  onPhone?: 'first' | 'second' | 'no';
  /** After the figure on phones, where there is no heading: `pictures`. */
  unit?: string;
  /** After a single one: `picture`. */
  unitOfOne?: string;
}

export interface TableOptions<Row> {
  caption: string;
  /** The heading of the panel says what the caption says. Default: true. */
  isCaptionHidden?: boolean;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** Tells rows apart. */
  keyOf: (row: Row) => string;
  /** Whether the last row has totals. */
  hasTotals?: boolean;
  /** The one wide table of the desk may scroll on phones. */
  isWide?: boolean;
}

interface Order {
  id: string;
  isDescending: boolean;
}

/** Rows in the order of a column, or as they came. */
function sortRows<Row>(rows: readonly Row[], column: Column<Row> | undefined, isDescending: boolean): readonly Row[] {
  const { sortBy } = column ?? {};
  if (!sortBy) return rows;
  const sorted = rows.toSorted((a, b) => {
    const [x, y] = [sortBy(a), sortBy(b)];
    if (typeof x === 'string' || typeof y === 'string') return String(x).localeCompare(String(y));
    return x - y;
  });
  return isDescending ? sorted.reverse() : sorted;
}

/** A table that sorts by one column. On phones each row is two lines. */
class DeskTable extends LitElement {
  static override properties = { options: { attribute: false }, order: { state: true } };

  declare options: TableOptions<unknown>;
  /** undefined: as the rows came. */
  declare order: Order | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  // Where rows are blocks, browsers forget that they are a table's, so roles are said.
  protected override render() {
    const { caption, isCaptionHidden = true, columns, rows, keyOf, hasTotals = false, isWide = false } = this.options;
    const { order } = this;
    const sorted = sortRows(
      rows,
      columns.find(({ id }) => id === order?.id),
      order?.isDescending ?? false,
    );
    return html`<table role="table" class=${isWide ? 'wide' : nothing}>
      <caption class=${isCaptionHidden ? 'unseen' : nothing}>${caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((column) => this.#heading(column))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${repeat(sorted, keyOf, (row) => html`<tr role="row">${columns.map((column, at) => cell(column, at, row))}</tr>`)}
      </tbody>
      ${
        hasTotals
          ? html`<tfoot role="rowgroup">
              <tr role="row">
                ${columns.map((column, at) => total(column, at))}
              </tr>
            </tfoot>`
          : nothing
      }
    </table>`;
  }

  #heading({ id, label, isLabelHidden = false, isNumber = false, sortBy }: Column<unknown>) {
    const isOrder = this.order?.id === id;
    const sort = isOrder ? (this.order?.isDescending ? 'descending' : 'ascending') : nothing;
    return html`<th role="columnheader" scope="col" class=${isNumber ? 'number' : nothing} aria-sort=${sort}>
      ${
        sortBy
          ? html`<button type="button" class="sort" @click=${() => this.#sort(id, isNumber)}>${label}</button>`
          : html`<span class=${isLabelHidden ? 'unseen' : nothing}>${label}</span>`
      }
    </th>`;
  }

  /** Figures begin with the largest. The third press brings the order back in which the rows came. */
  #sort(id: string, isNumber: boolean): void {
    const { order } = this;
    if (order?.id !== id) this.order = { id, isDescending: isNumber };
    else this.order = order.isDescending === isNumber ? { id, isDescending: !isNumber } : undefined;
  }
}

customElements.define('desk-table', DeskTable);

const classOf = ({ isNumber = false, onPhone = 'second' }: Column<never>, at: number): string =>
  `${isNumber ? 'number ' : ''}${at === 0 ? 'first' : onPhone}`;

function cell<Row>(column: Column<Row>, at: number, row: Row) {
  const classes = classOf(column as Column<never>, at);
  if (at === 0) return html`<th role="rowheader" scope="row" class=${classes}>${column.cell(row)}</th>`;
  const text = column.cell(row);
  return html`<td role="cell" class=${classes} data-unit=${unitOf(column, text)}>${text}</td>`;
}

const unitOf = <Row>({ unit, unitOfOne = unit }: Column<Row>, text: unknown) =>
  (text === '1' ? unitOfOne : unit) ?? nothing;

function total<Row>(column: Column<Row>, at: number) {
  const classes = classOf(column as Column<never>, at);
  if (at === 0) return html`<th role="rowheader" scope="row" class=${classes}>${column.total ?? TABLE.total}</th>`;
  const { total: text } = column;
  return html`<td role="cell" class=${text === undefined ? 'no' : classes} data-unit=${unitOf(column, text)}>
    ${text ?? nothing}
  </td>`;
}

/** A table whose last row has totals where `hasTotals` is set. */
export const table = <Row>(options: TableOptions<Row>) =>
  html`<desk-table .options=${options as unknown as TableOptions<unknown>}></desk-table>`;
