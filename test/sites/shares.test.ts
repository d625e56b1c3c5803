import { expect, it } from 'vitest';
import { networkShareOf, visitorShareOf } from '../../worker/sites/shares.ts';

it.each([
  ['a large budget', 20_000_000, 2_000_000, 6_000_000],
  ['the usual budget', 5_000_000, 500_000, 1_500_000],
  ['a new site’s dollar', 1_000_000, 300_000, 600_000],
  ['less than the least part', 200_000, 200_000, 200_000],
  ['nothing', 0, 0, 0],
])('a visitor and a network have a part of %s', (_, budget, visitor, network) => {
  expect([visitorShareOf(budget), networkShareOf(budget)]).toEqual([visitor, network]);
});
