import { expect, it } from 'vitest';
import { createQueue } from '../../worker/ledger/queue.ts';

it('tasks run one after the other in the order in which they came, and one that fails holds up no other', async () => {
  const queue = createQueue();
  const first = Promise.withResolvers<void>();
  const done: string[] = [];
  const results = ['first', 'second', 'third'].map((name) =>
    queue.run(async () => {
      if (name === 'first') await first.promise;
      if (name === 'second') throw new Error('broken');
      done.push(name);
    }),
  );

  await Promise.resolve();
  expect([done, queue.isEmpty]).toEqual([[], false]);
  first.resolve();
  const settled = await Promise.allSettled(results);

  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect([done, queue.isEmpty]).toEqual([['first', 'third'], true]);
});
