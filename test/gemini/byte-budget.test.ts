import { describe, expect, it } from 'vitest';
import { createByteBudget } from '../../worker/gemini/byte-budget.ts';

describe('a byte budget', () => {
  it('is shared by all, refused past its end, and given back', () => {
    const budget = createByteBudget(() => 0, 100);
    const one = budget.open();
    const two = budget.open();

    expect([one.take(60), two.take(60), two.take(40)]).toEqual([true, false, true]);
    one.release();

    expect(two.take(60)).toBe(true);
  });

  it('comes back by itself from who was cut off, and not from who is still sending', () => {
    const clock = { now: 0 };
    const budget = createByteBudget(() => clock.now, 100);
    const lost = budget.open();
    const busy = budget.open();
    lost.take(50);
    busy.take(10);

    clock.now = 59_000;
    busy.take(10);
    clock.now = 61_000;

    expect([budget.open().take(81), budget.open().take(80)]).toEqual([false, true]);
  });

  it('is held longer by who is being answered', () => {
    const clock = { now: 0 };
    const budget = createByteBudget(() => clock.now, 100);
    const running = budget.open();
    running.take(100);
    running.extend(360_000);

    clock.now = 300_000;

    expect(budget.open().take(1)).toBe(false);
  });
});
