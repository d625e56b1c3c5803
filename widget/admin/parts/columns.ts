import { html, LitElement, nothing, svg } from 'lit';
import { CHART } from '../words/parts.ts';
import { formatDay, formatShortDay } from './format.ts';

export interface ColumnPart {
  /** Of {@link ColumnsOptions.series}. */
  id: string;
  value: number;
}

export interface ColumnDay {
  /** `2026-11-22` */
  day: string;
  parts: readonly ColumnPart[];
  /** What is expected for the rest of today, above what is there. */
  rest?: number;
  isToday?: boolean;
}

/** A part of the columns, with the number of its colour. */
export interface ColumnSeries {
  id: string;
  label: string;
  colour: 1 | 2 | 3 | 4 | 5;
}

export interface ColumnsOptions {
  /** What the chart is of, such as `Spent by day`. */
  what: string;
  days: readonly ColumnDay[];
  /** At most five, from the bottom up. */
  series: readonly ColumnSeries[];
  /** A value as it is read. */
  format: (value: number) => string;
  /** A value of the scale. Default: {@link format}. */
  formatScale?: (value: number) => string;
  /** Drawn if it is within twice the highest day, else said. */
  cap?: number;
}

const HEIGHT = 176;
const TOP = 10;
const BOTTOM = 22;
const PLOT = HEIGHT - TOP - BOTTOM;
const ANNOUNCED_AFTER_MS = 250;
/** On phones the last two weeks are shown. */
const NARROW_PX = 520;
const NARROW_DAYS = 14;

const sumOf = (day: ColumnDay): number => day.parts.reduce((sum, { value }) => sum + value, 0);

/** A round step, so that about four lines reach the highest value. */
export function scaleStep(highest: number): number {
  if (highest <= 0) return 1;
  const rough = highest / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 3, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? 10 * power;
  return step;
}

/** Stacked columns by day. Arrow keys go from day to day and say each. */
class DeskColumns extends LitElement {
  static override properties = {
    options: { attribute: false },
    width: { state: true },
    chosen: { state: true },
    said: { state: true },
  };

  declare options: ColumnsOptions;
  declare width: number;
  /** The day whose sentence is shown. */
  declare chosen: string | undefined;
  /** For screen readers. */
  declare said: string;
  #observer: ResizeObserver | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.width = 640;
    this.said = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width > 0) this.width = width;
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    clearTimeout(this.#timer);
  }

  get #days(): readonly ColumnDay[] {
    const { days } = this.options;
    return this.width < NARROW_PX ? days.slice(-NARROW_DAYS) : days;
  }

  protected override render() {
    const { series, what, cap, format, formatScale = format } = this.options;
    const days = this.#days;
    const highestDay = Math.max(0, ...days.map((day) => sumOf(day) + (day.rest ?? 0)));
    const isCapShown = cap !== undefined && cap <= highestDay * 2;
    const step = scaleStep(Math.max(highestDay, isCapShown ? cap : 0));
    const top = Math.max(step, Math.ceil(Math.max(highestDay, isCapShown ? cap : 0) / step) * step);
    const yOf = (value: number): number => TOP + PLOT * (1 - value / top);
    const lines = Array.from({ length: Math.round(top / step) + 1 }, (_, at) => at * step);
    const left = 10 + 7 * Math.max(...lines.map((line) => formatScale(line).length));
    const slot = (this.width - left) / Math.max(1, days.length);
    const chosen = days.find(({ day }) => day === this.chosen);
    return html`<svg
        class="columns"
        role="img"
        tabindex="0"
        width=${this.width}
        height=${HEIGHT}
        aria-label=${`${this.#nameOf(what)} ${CHART.keys}`}
        @keydown=${this.#onKey}
        @pointerleave=${() => this.#choose(undefined)}
        @blur=${() => this.#choose(undefined)}
      >
        ${lines.map(
          (line) => svg`<line class="grid" x1=${left} x2=${this.width} y1=${yOf(line)} y2=${yOf(line)} />
            <text x=${left - 8} y=${yOf(line) + 4} text-anchor="end">${formatScale(line)}</text>`,
        )}
        ${days.map((day, at) => this.#column(day, left + at * slot, slot, yOf))}
        ${days.map((day, at) => (isLabelled(days, at, slot) ? label(day, left + at * slot, slot) : nothing))}
        ${isCapShown ? svg`<line class="cap" x1=${left} x2=${this.width} y1=${yOf(cap)} y2=${yOf(cap)} />` : nothing}
      </svg>
      <ul class="legend">
        ${series.map(({ label: text, colour }) => html`<li><span class=${`key series-${colour}`}></span>${text}</li>`)}
        ${days.some(({ rest }) => rest) ? html`<li><span class="key expected"></span>${CHART.rest}</li>` : nothing}
        ${isCapShown ? html`<li><span class="key post"></span>${CHART.cap(format(cap))}</li>` : nothing}
      </ul>
      <p class="said">${chosen ? this.#sentence(chosen) : cap !== undefined && !isCapShown ? CHART.capAbove(format(cap)) : ' '}</p>
      <p class="unseen" role="status">${this.said}</p>`;
  }

  #column(day: ColumnDay, x: number, slot: number, yOf: (value: number) => number) {
    const gap = Math.min(6, slot * 0.2);
    const [left, width] = [x + gap / 2, Math.max(1, slot - gap)];
    let from = 0;
    const parts = this.options.series.map(({ id, colour }) => {
      const value = day.parts.find((part) => part.id === id)?.value ?? 0;
      if (value <= 0) return nothing;
      const [y, end] = [yOf(from + value), yOf(from)];
      from += value;
      return svg`<rect class=${`series-${colour}`} x=${left} y=${y} width=${width} height=${Math.max(0.5, end - y - 0.5)} />`;
    });
    const rest = day.rest ?? 0;
    return svg`<g class=${day.isToday ? 'today' : nothing} @pointerenter=${() => this.#choose(day.day)}>
      <rect class=${day.day === this.chosen ? 'target chosen' : 'target'} x=${x} y=${TOP} width=${slot} height=${PLOT} />
      ${parts}
      ${
        rest > 0
          ? svg`<rect class="expected" x=${left + 0.5} y=${yOf(from + rest)} width=${Math.max(0, width - 1)} height=${Math.max(0, yOf(from) - yOf(from + rest) - 1)} />`
          : nothing
      }
    </g>`;
  }

  /** `22 November: $8.23. 2.1 $7.61, Pro $0.62.` */
  #sentence(day: ColumnDay): string {
    const { series, format } = this.options;
    const parts = series
      .map(({ id, label: text }) => ({ text, value: day.parts.find((part) => part.id === id)?.value ?? 0 }))
      .filter(({ value }) => value > 0)
      .map(({ text, value }) => `${text} ${format(value)}`);
    const listed = parts.length > 0 && series.length > 1 ? ` ${parts.join(', ')}.` : '';
    return `${day.isToday ? CHART.today : formatDay(day.day)}: ${format(sumOf(day))}.${listed}`;
  }

  #nameOf(what: string): string {
    const days = this.#days;
    const sorted = days.toSorted((a, b) => sumOf(b) - sumOf(a));
    const [highest, lowest] = [sorted[0], sorted.at(-1)];
    if (!highest || !lowest) return what;
    const told = (day: ColumnDay) => `${formatDay(day.day)}, ${this.options.format(sumOf(day))}`;
    return CHART.name(what, formatDay(days[0]!.day), formatDay(days.at(-1)!.day), told(highest), told(lowest));
  }

  #choose(day: string | undefined): void {
    this.chosen = day;
  }

  #onKey(event: KeyboardEvent): void {
    const days = this.#days;
    const at = days.findIndex(({ day }) => day === this.chosen);
    const next = new Map([
      ['ArrowLeft', at < 0 ? days.length - 1 : Math.max(0, at - 1)],
      ['ArrowRight', at < 0 ? 0 : Math.min(days.length - 1, at + 1)],
      ['Home', 0],
      ['End', days.length - 1],
    ]).get(event.key);
    const day = next === undefined ? undefined : days[next];
    if (!day) return;
    event.preventDefault();
    this.#choose(day.day);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.said = this.#sentence(day);
    }, ANNOUNCED_AFTER_MS);
  }
}

customElements.define('desk-columns', DeskColumns);

/** Every seventh day back from today, and the first of a month. */
function isLabelled(days: readonly ColumnDay[], at: number, slot: number): boolean {
  const back = days.length - 1 - at;
  return back % (slot * 7 > 60 ? 7 : 14) === 0;
}

/** Today's word ends with its column, which is the last. */
const label = ({ day, isToday }: ColumnDay, x: number, slot: number) =>
  isToday
    ? svg`<text class="today" x=${x + slot} y=${HEIGHT - 6} text-anchor="end">${CHART.today}</text>`
    : svg`<text x=${x + slot / 2} y=${HEIGHT - 6} text-anchor="middle">${formatShortDay(day)}</text>`;

/** Columns by day with their legend. The page puts the table beneath. */
export const columns = (options: ColumnsOptions) => html`<desk-columns .options=${options}></desk-columns>`;
