import { expect, it } from 'vitest';
import { createRefusalMemo } from '../../worker/ledger/visitor-refusals.ts';

it('remembers a visitor without attempts until there are some again, and no one else', () => {
  let now = 1000;
  const memo = createRefusalMemo(() => now);

  memo.note('a', { reason: 'VISITOR_ATTEMPTS', retryAfterSeconds: 60, limit: 15 });
  now += 30_500;

  expect(memo.recall('a')).toEqual({ reason: 'VISITOR_ATTEMPTS', retryAfterSeconds: 30 });
  expect(memo.recall('b')).toBeUndefined();
  now += 29_500;
  expect(memo.recall('a')).toBeUndefined();
});

it('remembers no refusal that may be taken back', () => {
  const memo = createRefusalMemo(() => 0);

  memo.note('a', { reason: 'VISITOR_MINUTE', retryAfterSeconds: 60 });

  expect(memo.recall('a')).toBeUndefined();
});
