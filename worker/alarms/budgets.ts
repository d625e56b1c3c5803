/** Which budgets ring. Plain functions: money is integer micro-dollars, times are Unix milliseconds. */
import type { AlarmName } from '../desk-protocol.ts';
import { firstDayOf, type Period, periodOf, secondsToNext } from '../ledger/periods.ts';
import type { AlarmSignal } from './signal.ts';

/** A cap and what was spent of it. Held money is left out: it may be given back, and must ring nothing. */
export interface BudgetUse {
  /** Absent: the deployment's. */
  site?: string;
  period: Period;
  /** UTC, `YYYY-MM-DD`. */
  day: string;
  capMicros: number;
  spentMicros: number;
  /** What a picture would have held that was refused because of this cap: less is left. */
  refusedMicros?: number;
}

export const BUDGET_ALARMS = ['budget_100', 'budget_80', 'budget_50'] as const satisfies readonly AlarmName[];

const STEPS = [
  { name: 'budget_100', part: 1 },
  { name: 'budget_80', part: 0.8 },
  { name: 'budget_50', part: 0.5 },
] as const;

/** The beginning of a period, Unix milliseconds. */
const beginOf = (period: Period, day: string): number => Date.parse(firstDayOf(periodOf(period, day)));

/**
 * When a cap is reached if spending goes on as it did on average since the period began. The desk's forecast
 * (`ledger/figures/expected.ts`) is another: it follows the last hours, moves with them, and needs a history, where an
 * alarm is written once.
 *
 * @returns undefined where that is after its end, or nothing was spent.
 */
export function steadyReachedAt({ period, day, capMicros, spentMicros }: BudgetUse, now: number): number | undefined {
  const elapsed = now - beginOf(period, day);
  if (spentMicros <= 0 || elapsed <= 0) return undefined;
  const at = now + Math.max(0, ((capMicros - spentMicros) * elapsed) / spentMicros);
  return at < endOf(period, now) ? Math.round(at) : undefined;
}

const endOf = (period: Period, now: number): number =>
  Math.floor(now / 1000) * 1000 + secondsToNext(period, now) * 1000;

/** @returns The highest step that is reached; undefined below the lowest. */
export function budgetSignal(use: BudgetUse, now: number): AlarmSignal | undefined {
  const { site, period, day, capMicros, spentMicros, refusedMicros } = use;
  const isRefusing = refusedMicros !== undefined;
  const step = isRefusing ? STEPS[0] : STEPS.find(({ part }) => capMicros > 0 && spentMicros >= capMicros * part);
  if (!step) return undefined;
  const endsAt = endOf(period, now);
  // A cap that refuses is reached, whatever is left of it.
  const reached = isRefusing ? undefined : steadyReachedAt(use, now);
  return {
    name: step.name,
    ...(site !== undefined && { site }),
    subject: period,
    // After a raise the steps ring anew, so the cap is part of the period.
    period: `${periodOf(period, day)} of ${capMicros}`,
    facts: {
      ...{ period, spentMicros, capMicros, percent: capMicros > 0 ? Math.floor((spentMicros * 100) / capMicros) : 100 },
      ...{ endsAt, ...(reached !== undefined && { reachedAt: reached }) },
      ...(isRefusing && { heldMicros: refusedMicros }),
    },
    closesAt: endsAt,
    steps: BUDGET_ALARMS,
  };
}

/** Whether a budget alarm is over because its cap was raised. @param capMicros The cap in force. */
export function isOutgrown({ name, facts }: Pick<AlarmSignal, 'name' | 'facts'>, capMicros: number): boolean {
  const step = STEPS.find((each) => each.name === name);
  if (!step || capMicros <= Number(facts.capMicros)) return false;
  return Number(facts.spentMicros) < capMicros * step.part;
}

/** Part of the day's cap that an hour must have spent to ring: an hour of little money is no danger. */
const LEAST_PART = 0.1;
/** Times what this hour of the day usually spends, and times what the dearest hour of a day usually does. */
const TIMES = 4;
const TIMES_DEAREST = 1.5;
const LEAST_DAYS = 3;

/** Whether an hour has spent enough to be looked at: whether it is unusual. */
export const isMuch = (spentMicros: number, dayCapMicros: number): boolean =>
  dayCapMicros > 0 && spentMicros >= dayCapMicros * LEAST_PART;

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/**
 * Whether an hour spends unusually much: a tenth of the day's cap, four times what this hour of the day usually spends,
 * and half again what the dearest hour of a day does, because a small site draws at another hour each day.
 *
 * @param days Days before on which the site has drawn: what the same hour spent, and the dearest one.
 * @returns What is usual for this hour; undefined where the hour is usual, or too few days are known.
 */
export function unusual(
  spentMicros: number,
  days: readonly { same: number; dearest: number }[],
  dayCapMicros: number,
): number | undefined {
  if (days.length < LEAST_DAYS || !isMuch(spentMicros, dayCapMicros)) return undefined;
  const usual = medianOf(days.map(({ same }) => same));
  const dearest = medianOf(days.map((day) => day.dearest));
  return spentMicros >= usual * TIMES && spentMicros >= dearest * TIMES_DEAREST ? usual : undefined;
}
