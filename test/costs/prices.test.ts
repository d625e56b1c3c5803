import { expect, it } from 'vitest';
import { countOf } from './counts.ts';
import type { Operation } from './operation.ts';
import { dollarsPerThousand, wallsOf } from './prices.ts';

const miss: Operation[] = [
  { name: 'generation.ask', phase: 'before', trip: 1 },
  { name: 'provider.fetch', phase: 'beside' },
  { name: 'R2.put', phase: 'after', trip: 1 },
];

it('adds up requests, operations and the time in which an object waits for the provider', () => {
  // 0.3 for the request, 0.15 for the object, 32 for 2.56 GB-s, 4.5 for the put, all per million.
  expect(dollarsPerThousand(countOf(miss, 1))).toBeCloseTo(0.03695, 10);
});

it('bills no object where the worker itself waits, nor a second time for a joiner', () => {
  expect(dollarsPerThousand(countOf([{ name: 'provider.fetch', phase: 'before' }], 1))).toBeCloseTo(0.0003, 10);
  expect(dollarsPerThousand(countOf([{ name: 'generation.ask', phase: 'before' }], 1))).toBeCloseTo(0.00045, 10);
});

it('names the quota that ends first', () => {
  const put: Operation = { name: 'KV.put', phase: 'later', keys: 1 };

  const walls = wallsOf([countOf([...miss, put, put], 1), countOf([put], 1)]);

  expect(walls[0]).toEqual({ name: 'KV keys written', quota: 1000, used: 3, fits: 333 });
  expect(walls.map(({ name }) => name)).not.toContain('rows written');
});
