import { expect, it } from 'vitest';
import { lazy } from '../../worker/shared/lazy.ts';

it('loads once, and tries again after a load that failed', async () => {
  const outcomes = [new Error('the module did not load'), 'first', 'second'];
  const get = lazy(async () => {
    const outcome = outcomes.shift();
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });

  await expect(Promise.all([get(), get()])).rejects.toThrow('the module did not load');

  expect(await Promise.all([get(), get(), get()])).toEqual(['first', 'first', 'first']);
});
