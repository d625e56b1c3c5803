/** Formats what was measured of the element. */
import type { Bar } from '../bars.ts';
import { renderBars } from '../report.ts';
import { median } from '../stats.ts';
import type { WidgetFigures } from './figures.ts';
import type { Shift } from './shift.ts';
import type { Start } from './start.ts';

export interface WidgetCircumstances {
  /** ISO date. */
  date: string;
  machine: string;
  chromium: string;
  isQuick: boolean;
}

const ROWS: readonly (readonly [string, keyof Start])[] = [
  ['usable after the first statement of the script', 'usableMs'],
  ['total blocking time until it has settled', 'blockingMs'],
  ['longest task until it has settled', 'longestMs'],
  ['blocking while the visitor focuses the field and types', 'typingBlockingMs'],
  ['slowest key press', 'keyMs'],
];

export function renderWidgetReport(figures: WidgetFigures, bars: readonly Bar[], about: WidgetCircumstances): string {
  const { starts, arrivals } = figures;
  const runs = starts.studio.length;
  return [
    `Measured on ${about.date} on ${about.machine}; Chromium ${about.chromium}. Times at a quarter of the processor's speed, in milliseconds: median of ${runs} visits in turn with the floor${about.isQuick ? ' (quick run)' : ''}, least and most in brackets. Tasks under 50 ms count as 0.`,
    [
      '| | `<peel-studio>` | a Lit element of 20 lines |',
      '|---|--:|--:|',
      ...ROWS.map(([label, name]) => `| ${label} | ${spanOf(starts.studio, name)} | ${spanOf(starts.floor, name)} |`),
    ].join('\n'),
    renderBars(bars),
    `Layout shift when it comes, by the way in: the rule of the snippet ${shiftsOf(arrivals.snippet)} (a column of 280 pixels needs 42em instead); \`embed.js\`, which makes the element when it arrives, ${shiftsOf(arrivals.embed)}. All shifts of a page are added up, which is stricter than CLS.`,
  ].join('\n\n');
}

const shiftsOf = (shifts: readonly Shift[]): string =>
  shifts.map(({ place, sum }) => `${place} ${sum.toFixed(3)}`).join(', ');

function spanOf(starts: readonly Start[], name: keyof Start): string {
  const values = starts.map((start) => start[name]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(0)} (${least.toFixed(0)} to ${most.toFixed(0)})`;
}
