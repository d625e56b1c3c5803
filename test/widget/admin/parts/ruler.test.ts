import { describe, expect, it } from 'vitest';
import { rulerShares } from '../../../../widget/admin/parts/ruler.ts';

const money = (more: object = {}) => ({
  ...{ spentMicros: 5, heldMicros: 1, capMicros: 20, owedMicros: 0, expectedMicros: 8, endsAt: 0 },
  ...more,
});

describe('the parts of a ruler', () => {
  it('follow one another from 0', () => {
    expect(rulerShares(money({ owedMicros: 2 }))).toEqual({ owed: 0.1, spent: 0.25, held: 0.05, expected: 0.1 });
  });

  it.each([
    ['spent beyond the cap', { spentMicros: 25 }],
    ['held up to the cap', { spentMicros: 18, heldMicros: 9 }],
    ['expected beyond the cap', { expectedMicros: 90 }],
    ['owed more than the cap', { owedMicros: 30 }],
    ['a cap of nothing', { capMicros: 0 }],
  ])('are never drawn past the cap: %s', (_, more) => {
    const { owed, spent, held, expected } = rulerShares(money(more));
    expect(owed + spent + held + expected).toBeCloseTo(1);
    for (const share of [owed, spent, held, expected]) expect(share).toBeGreaterThanOrEqual(0);
  });

  it('have nothing expected where it is too early to say, or less than there is', () => {
    expect(rulerShares(money({ expectedMicros: null })).expected).toBe(0);
    expect(rulerShares(money({ expectedMicros: 3 })).expected).toBe(0);
  });
});
