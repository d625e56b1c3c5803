import { describe, expect, it } from 'vitest';
import { type SplitOptions, splitDays } from '../../../../widget/admin/pages/overview/split.ts';
import { scaleStep } from '../../../../widget/admin/parts/columns.ts';
import type { DeskSeriesDay } from '../../../../worker/desk-protocol.ts';
import { SERIES, TODAY } from '../figures.ts';

const OPTIONS: SplitOptions = {
  show: 'spend',
  by: 'model',
  today: TODAY,
  restMicros: 2_000_000,
  nameOfModel: (id) => id,
};
const sum = (parts: readonly { value: number }[]) => parts.reduce((all, { value }) => all + value, 0);

/** A day whose rows are of many sites. */
const day = (at: number): DeskSeriesDay => ({
  ...SERIES.days[at]!,
  spentMicros: 1000 * 36,
  rows: Array.from({ length: 8 }, (_, site) => ({
    ...{
      site: `site-${site}`,
      model: 'm',
      size: '1K',
      provider: 'google',
      pictures: site + 1,
      costMicros: 1000 * (site + 1),
    },
  })),
});

describe('days', () => {
  it('have columns as high as what was spent, to the micro-dollar', () => {
    for (const by of ['model', 'size', 'site', 'provider'] as const) {
      const { days } = splitDays(SERIES.days, { ...OPTIONS, by });
      expect(days.map(({ parts }) => sum(parts))).toEqual(SERIES.days.map(({ spentMicros }) => spentMicros));
    }
  });

  it('have five series at most, the largest first, and nothing is lost', () => {
    const { days, series } = splitDays([day(0), day(1)], { ...OPTIONS, by: 'site' });

    expect(series.map(({ label }) => label)).toEqual(['Site 7', 'Site 6', 'Site 5', 'Site 4', 'others']);
    expect(days.map(({ parts }) => sum(parts))).toEqual([36_000, 36_000]);
  });

  it('have errors by reason', () => {
    const { days, series } = splitDays(SERIES.days, { ...OPTIONS, show: 'errors' });

    expect(series.map(({ label }) => label)).toEqual(['Provider not available']);
    expect(days.slice(0, 3).map(({ parts }) => sum(parts))).toEqual([0, 1, 2]);
  });

  it('keep a model’s colour whatever the others cost', () => {
    const colourOf = (days: readonly DeskSeriesDay[]) =>
      splitDays(days, OPTIONS).series.find(({ id }) => id === 'gemini-nano-banana-2.1')?.colour;
    const dear = SERIES.days.map((each) => ({
      ...each,
      rows: each.rows.map((row) => (row.model === 'gemini-3-pro-image' ? { ...row, costMicros: 9e9 } : row)),
    }));

    expect([colourOf(SERIES.days), colourOf(dear)]).toEqual([1, 1]);
  });

  it('have the rest of today above it, of money alone', () => {
    expect(splitDays(SERIES.days, OPTIONS).days.at(-1)).toMatchObject({ isToday: true, rest: 2_000_000 });
    expect(splitDays(SERIES.days, { ...OPTIONS, show: 'pictures' }).days.at(-1)?.rest).toBeUndefined();
  });

  it('can be of refusals, by their titles', () => {
    const { series } = splitDays(SERIES.days, { ...OPTIONS, show: 'refused' });
    expect(series.map(({ label }) => label)).toEqual(['Too fast', 'Page not on a list']);
  });
});

it.each([
  [8_730_000, 3_000_000],
  [0.4, 0.2],
  [0, 1],
  [133, 50],
])('a scale up to %s goes by %s', (highest, step) => {
  expect(scaleStep(highest)).toBeCloseTo(step);
});
