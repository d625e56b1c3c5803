import { expect, it } from 'vitest';
import { askLedgers } from '../../worker/ledger/ask-ledgers.ts';

it('ledgers are asked side by side, and one that fails is named and keeps no other from being heard', async () => {
  const first = Promise.withResolvers<number>();
  const failed: string[] = [];
  const ask = async (name: string): Promise<number> => {
    if (name === 'broken') throw new Error('lost');
    if (name === 'first') return first.promise;
    first.resolve(1);
    return 2;
  };

  const { answers, unread } = await askLedgers(['first', 'broken', 'second'], ask, (name, error) =>
    failed.push(`${name}: ${error}`),
  );

  expect([...answers]).toEqual([
    ['first', 1],
    ['second', 2],
  ]);
  expect(unread).toEqual(['broken']);
  expect(failed).toEqual(['broken: Error: lost']);
});
