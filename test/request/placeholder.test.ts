import fc from 'fast-check';
import { expect, it } from 'vitest';
import { placeholderFor, readPlaceholder } from '../../worker/request/placeholder.ts';

it('names every input there is, and no other', () => {
  fc.assert(
    fc.property(fc.nat(200_000), fc.nat(200_000), (index, count) => {
      expect(readPlaceholder(placeholderFor(index), count)).toBe(index < count ? index : undefined);
    }),
  );
});

it('is nothing that base64 could say', () => {
  expect(placeholderFor(7)).not.toMatch(/^[A-Za-z0-9+/_=-]*$/);
});

it.each([
  '',
  'input:',
  'input:01',
  'input:-1',
  'input:1.0',
  'input:1e3',
  'INPUT:1',
  ' input:1',
  'input:1\n',
  'input:9999999',
])('does not read %j as one', (text) => {
  expect(readPlaceholder(text, 1_000_000)).toBeUndefined();
});
