import { expect, it } from 'vitest';
import { dollars, many, renderFigures } from './figures.ts';

it('is a table with a line for each figure, and says which promise is broken', () => {
  const good = { promise: 'Overshoot', figure: '$0.000000', measuredOn: '150 rounds', holds: true };

  const table = renderFigures([good, { ...good, figure: '$0.000001', holds: false }]);

  expect(table.split('\n')).toEqual([
    '| Promise | Figure | Measured on |',
    '|---|--:|---|',
    '| Overshoot | $0.000000 | 150 rounds |',
    '| Overshoot | $0.000001 **broken** | 150 rounds |',
  ]);
});

it('shows every micro-dollar', () => {
  expect(dollars(1_000_001)).toBe('$1.000001');
});

it('counts in words', () => {
  expect(many(1, 'round')).toBe('1 round');
  expect(many(1000, 'request')).toBe('1,000 requests');
});
