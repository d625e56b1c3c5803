import { expect, it } from 'vitest';
import { createVisitorRefusals } from '../../worker/ledger/visitor-refusals.ts';

it('remembers a visitor without attempts until there are some again, and no one else', () => {
  let now = 1000;
  const refusals = createVisitorRefusals(() => now);

  refusals.note('a', { reason: 'VISITOR_ATTEMPTS', retryAfterSeconds: 60, limit: 15 });
  now += 30_500;

  expect(refusals.recall('a')).toEqual({ reason: 'VISITOR_ATTEMPTS', retryAfterSeconds: 30 });
  expect(refusals.recall('b')).toBeUndefined();
  now += 29_500;
  expect(refusals.recall('a')).toBeUndefined();
});

it('remembers no refusal that may be taken back', () => {
  const refusals = createVisitorRefusals(() => 0);

  refusals.note('a', { reason: 'VISITOR_MINUTE', retryAfterSeconds: 60 });

  expect(refusals.recall('a')).toBeUndefined();
});
