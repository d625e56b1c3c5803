import { describe, expect, it } from 'vitest';
import { type BudgetUse, budgetSignal, isOutgrown, steadyReachedAt, unusual } from '../../worker/alarms/budgets.ts';
import { idOf } from '../../worker/alarms/signal.ts';

/** Monday noon, UTC. */
const NOON = Date.UTC(2026, 10, 23, 12);
const MIDNIGHT = Date.UTC(2026, 10, 24);
const stand = (spentMicros: number, change: Partial<BudgetUse> = {}): BudgetUse => ({
  ...{ site: 'shop', period: 'day', day: '2026-11-23', capMicros: 3_500_000, spentMicros },
  ...change,
});

describe('a budget', () => {
  it.each([
    [0, undefined],
    [1_749_999, undefined],
    [1_750_000, 'budget_50'],
    [2_799_999, 'budget_50'],
    [2_800_000, 'budget_80'],
    [3_499_999, 'budget_80'],
    [3_500_000, 'budget_100'],
    [4_000_000, 'budget_100'],
  ])('of $3.50 with %i spent rings %s', (spentMicros, name) => {
    expect(budgetSignal(stand(spentMicros), NOON)?.name).toBe(name);
  });

  it('is spent where less is left than a picture costs', () => {
    const signal = budgetSignal(stand(3_400_000, { refusedMicros: 134_000 }), NOON);

    expect(signal).toMatchObject({ name: 'budget_100', facts: { percent: 97, heldMicros: 134_000 } });
    // It is reached already.
    expect(signal?.facts).not.toHaveProperty('reachedAt');
  });

  it('of nothing rings once something is refused, and not before', () => {
    expect(budgetSignal(stand(0, { capMicros: 0 }), NOON)).toBeUndefined();
    expect(budgetSignal(stand(0, { capMicros: 0, refusedMicros: 95_000 }), NOON)?.facts).toMatchObject({
      percent: 100,
    });
  });

  it('rings once in its period and cap, and is over with the period', () => {
    const first = budgetSignal(stand(1_800_000), NOON)!;

    expect(idOf(budgetSignal(stand(2_000_000), NOON + 1)!)).toBe(idOf(first));
    expect(idOf(budgetSignal(stand(1_800_000, { day: '2026-11-24' }), MIDNIGHT)!)).not.toBe(idOf(first));
    expect(idOf(budgetSignal(stand(1_800_000, { capMicros: 3_600_000 }), NOON)!)).not.toBe(idOf(first));
    expect(first.closesAt).toBe(MIDNIGHT);
    expect(budgetSignal(stand(1_800_000, { period: 'month' }), NOON)?.closesAt).toBe(Date.UTC(2026, 11, 1));
  });

  it('names its steps, the highest first', () => {
    expect(budgetSignal(stand(2_900_000), NOON)?.steps).toEqual(['budget_100', 'budget_80', 'budget_50']);
  });

  it('tells when it is reached at the pace so far, and nothing where that is after its end', () => {
    // $2 in twelve hours: the other $1.50 takes nine.
    expect(steadyReachedAt(stand(2_000_000), NOON)).toBe(NOON + 9 * 3_600_000);
    expect(steadyReachedAt(stand(1_700_000), NOON)).toBeUndefined();
    expect(steadyReachedAt(stand(0), NOON)).toBeUndefined();
    expect(steadyReachedAt(stand(1, { day: '2026-11-23' }), Date.UTC(2026, 10, 23))).toBeUndefined();
  });

  it('is over once its cap is raised far enough', () => {
    const { name, facts } = budgetSignal(stand(1_800_000), NOON)!;

    expect(isOutgrown({ name, facts }, 3_500_000)).toBe(false);
    expect(isOutgrown({ name, facts }, 3_600_000)).toBe(false);
    expect(isOutgrown({ name, facts }, 3_700_000)).toBe(true);
    expect(isOutgrown({ name, facts }, 1_000_000)).toBe(false);
  });
});

describe('an hour', () => {
  const usual = (same: number, dearest: number) => Array.from({ length: 7 }, () => ({ same, dearest }));

  it.each([
    { name: 'four times its usual rings', spent: 1_200_000, days: usual(300_000, 600_000), expected: 300_000 },
    { name: 'less than that does not', spent: 1_190_000, days: usual(300_000, 600_000), expected: undefined },
    { name: 'a quiet one rings from nothing', spent: 600_000, days: usual(0, 100_000), expected: 0 },
    {
      name: 'no more than the dearest hour of a day is usual',
      spent: 600_000,
      days: usual(0, 600_000),
      expected: undefined,
    },
    { name: 'a little money is no danger', spent: 490_000, days: usual(0, 0), expected: undefined },
    { name: 'of a young site nothing is usual', spent: 4_000_000, days: usual(0, 0).slice(5), expected: undefined },
  ])('$name', ({ spent, days, expected }) => {
    expect(unusual(spent, days, 5_000_000)).toBe(expected);
  });

  it('of one wild day among quiet ones stays unusual', () => {
    const days = [...usual(100_000, 200_000), { same: 4_000_000, dearest: 4_000_000 }];

    expect(unusual(1_000_000, days, 5_000_000)).toBe(100_000);
  });
});
