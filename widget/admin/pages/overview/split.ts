/** Days of the series as columns of a chart: what is shown, and by what it is split. */
import type { DeskSeriesDay } from '../../../../worker/desk-protocol.ts';
import type { ColumnDay, ColumnPart, ColumnSeries } from '../../parts/columns.ts';
import { nameOfSite } from '../../parts/format.ts';
import { DAYS } from '../../words/overview.ts';
import { CHART } from '../../words/parts.ts';
import { wordsOfRefusal } from '../../words/refusals.ts';

export const SHOWS = ['spend', 'pictures', 'free', 'refused', 'errors', 'wait'] as const;
export type Show = (typeof SHOWS)[number];
export const BYS = ['model', 'size', 'site', 'provider'] as const;
export type By = (typeof BYS)[number];

/** What is shown of a day, told apart by the ids of parts. */
type Parts = ReadonlyMap<string, number>;

const OTHERS = 'others';
const MOST_SERIES = 5;

export interface Split {
  days: ColumnDay[];
  series: ColumnSeries[];
}

function partsOf(day: DeskSeriesDay, show: Show, by: By): Parts {
  switch (show) {
    case 'free':
      return new Map([
        ['kept', day.kept],
        ['joined', day.joined],
      ]);
    case 'wait':
      return new Map([['median', day.medianWaitMs ?? 0]]);
    case 'refused':
      return new Map(Object.entries(day.refusals));
    case 'errors':
      return new Map(Object.entries(day.errors));
    default: {
      const parts = new Map<string, number>();
      for (const row of day.rows) {
        const value = show === 'spend' ? row.costMicros : row.pictures;
        parts.set(row[by], (parts.get(row[by]) ?? 0) + value);
      }
      return parts;
    }
  }
}

export interface SplitOptions {
  show: Show;
  by: By;
  today: string;
  /** Micro-dollars that are expected for the rest of today. */
  restMicros: number;
  /** What a model is called. */
  nameOfModel: (model: string) => string;
}

/**
 * At most five series, the largest at the bottom; smaller ones are together. Colours go by the ids' order and not by
 * size, so that a series keeps its colour from one day to the next.
 */
export function splitDays(days: readonly DeskSeriesDay[], options: SplitOptions): Split {
  const { show, by, today, restMicros } = options;
  const parts = days.map((day) => partsOf(day, show, by));
  const sums = new Map<string, number>();
  for (const [id, value] of parts.flatMap((each) => [...each])) sums.set(id, (sums.get(id) ?? 0) + value);
  const ranked = [...sums].filter(([, sum]) => sum > 0).toSorted(([a, x], [b, y]) => y - x || a.localeCompare(b));
  const isMany = ranked.length > MOST_SERIES;
  const own = ranked.slice(0, isMany ? MOST_SERIES - 1 : MOST_SERIES).map(([id]) => id);
  const colours = new Map(own.toSorted(byColour).map((id, at) => [id, (at + 1) as ColumnSeries['colour']]));
  const series = own.map((id) => ({ id, label: labelOf(id, options), colour: colours.get(id)! }));
  if (isMany) series.push({ id: OTHERS, label: CHART.others, colour: MOST_SERIES });
  return {
    series,
    days: days.map(({ day }, at) => ({
      day,
      parts: gather(parts[at]!, own),
      ...(day === today && { isToday: true }),
      ...(day === today && show === 'spend' && restMicros > 0 && { rest: restMicros }),
    })),
  };
}

/** These take the first colours, in this order. */
const FIRST = ['gemini-nano-banana-2.1', 'gemini-3.1-flash-image', 'gemini-3-pro-image', 'gemini-2.5-flash-image'];

const byColour = (a: string, b: string): number => placeOf(a) - placeOf(b) || a.localeCompare(b);
const placeOf = (id: string): number => (FIRST.includes(id) ? FIRST.indexOf(id) : FIRST.length);

function gather(parts: Parts, own: readonly string[]): ColumnPart[] {
  const others = [...parts].filter(([id]) => !own.includes(id)).reduce((sum, [, value]) => sum + value, 0);
  return [
    ...own.map((id) => ({ id, value: parts.get(id) ?? 0 })),
    ...(others > 0 ? [{ id: OTHERS, value: others }] : []),
  ];
}

function labelOf(id: string, { show, by, nameOfModel }: SplitOptions): string {
  if (show === 'refused' || show === 'errors') return wordsOfRefusal(id).title;
  if (show === 'free') return id === 'kept' ? DAYS.kept : DAYS.joined;
  if (show === 'wait') return DAYS.median;
  if (by === 'model') return nameOfModel(id);
  return by === 'site' ? nameOfSite(id) : id;
}
