import { expect, it } from 'vitest';
import { picturesFor } from '../../../../widget/admin/sites/affordable.ts';

/** As the ledger lends: each picture holds the most that it can cost, and is settled at its price. */
function drawn(amount: number, price: number, held: number): number {
  let [spent, pictures] = [0, 0];
  while (spent + held <= amount) {
    spent += price;
    pictures++;
  }
  return pictures;
}

it.each([
  [350_000, 33_600, 95_000, 8],
  [95_000, 33_600, 95_000, 1],
  [94_999, 33_600, 95_000, 0],
  [5_000_000, 33_600, 95_000, 146],
])('of %i, at %i and %i held, are %i pictures', (amount, price, held, pictures) => {
  expect(picturesFor(amount, price, held)).toBe(pictures);
  expect(pictures).toBe(drawn(amount, price, held));
});

it('are counted by the price alone where no hold is known', () => {
  expect(picturesFor(100, 30)).toBe(3);
});
