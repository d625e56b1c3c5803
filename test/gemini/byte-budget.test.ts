import { describe, expect, it } from 'vitest';
import { type ByteBudget, createByteBudget, type Room } from '../../worker/gemini/byte-budget.ts';

describe('a byte budget', () => {
  it('is shared by all, refused past its end, and given back', () => {
    const budget = createByteBudget(() => 0, 100);
    const one = budget.open();
    const two = budget.open();

    expect([one.take(60), two.take(60), two.take(40)]).toEqual(['taken', 'full', 'taken']);
    one.release();

    expect(two.take(60)).toBe('taken');
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

    expect([budget.open().take(81), budget.open().take(80)]).toEqual(['full', 'taken']);
  });

  it('is held longer by who is being answered', () => {
    const clock = { now: 0 };
    const budget = createByteBudget(() => clock.now, 100);
    const running = budget.open();
    running.take(100);
    running.extend(360_000);

    clock.now = 300_000;

    expect(budget.open().take(1)).toBe('full');
  });

  it('takes back what is no longer needed', () => {
    const budget = createByteBudget(() => 0, 100);
    const reading = budget.open();
    reading.take(100);

    reading.giveBack(40);

    expect([budget.open().take(41), budget.open().take(40)]).toEqual(['full', 'taken']);
  });
});

describe('one owner of a byte budget', () => {
  const MIB = 1024 * 1024;
  const take = (budget: ByteBudget, owner: string | undefined, mib: number): Room => budget.open(owner).take(mib * MIB);

  it.each<[string, [string | undefined, number][], Room]>([
    [
      'has two large bodies in hand',
      [
        ['a', 2],
        ['a', 2],
      ],
      'taken',
    ],
    [
      'and no third',
      [
        ['a', 2],
        ['a', 2],
        ['a', 2],
      ],
      'too many',
    ],
    [
      'has small ones beside them',
      [
        ['a', 2],
        ['a', 2],
        ['a', 0.5],
      ],
      'taken',
    ],
    ['has one body as large as may be', [['a', 32]], 'taken'],
    [
      'and no second that would take more than half of all',
      [
        ['a', 20],
        ['a', 5],
      ],
      'too many',
    ],
    [
      'does not stand in another’s way',
      [
        ['a', 12],
        ['a', 12],
        ['b', 20],
      ],
      'taken',
    ],
    [
      'is no client',
      [
        [undefined, 9],
        [undefined, 9],
        [undefined, 9],
        [undefined, 9],
      ],
      'taken',
    ],
  ])('%s', (_, bodies, last) => {
    const budget = createByteBudget(() => 0);

    expect(bodies.map(([owner, mib]) => take(budget, owner, mib)).at(-1)).toBe(last);
  });

  it('has its share again when a body is done', () => {
    const budget = createByteBudget(() => 0);
    const [first] = [budget.open('a'), budget.open('a')].map((holding) => {
      holding.take(2 * MIB);
      return holding;
    });

    first?.release();

    expect(take(budget, 'a', 2)).toBe('taken');
  });
});
