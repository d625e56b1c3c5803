import { expect, expectTypeOf, it } from 'vitest';
import { MEANINGS, type Meaning, type Reason } from '../../../widget/api/reasons.ts';
import type { Failure } from '../../../worker/shared/failure.ts';

const LOCAL = ['OFFLINE', 'UNREACHABLE', 'CONNECTION_LOST', 'ANSWER_UNREADABLE', 'PICTURE_UNREACHABLE'] as const;
const REASONS = Object.keys(MEANINGS) as Reason[];

it('knows every reason of the worker, and no other', () => {
  expectTypeOf<Exclude<Reason, (typeof LOCAL)[number]>>().toEqualTypeOf<Failure['reason']>();
  expect(REASONS).toEqual(expect.arrayContaining([...LOCAL]));
});

it.each([
  { reason: 'VISITOR_MINUTE', status: 'limited', charged: 'no' },
  { reason: 'BUDGET_HELD', status: 'limited', charged: 'no' },
  { reason: 'VISITOR_DAY', status: 'exhausted', charged: 'no' },
  { reason: 'DAILY_BUDGET_SPENT', status: 'exhausted', charged: 'no' },
  { reason: 'SITE_PAUSED', status: 'exhausted', charged: 'no' },
  { reason: 'OUTCOME_UNKNOWN', status: 'error', charged: 'maybe' },
  { reason: 'UPSTREAM_UNAVAILABLE', status: 'error', charged: 'no' },
  { reason: 'DEADLINE', status: 'error', charged: 'maybe' },
  { reason: 'OFFLINE', status: 'offline', charged: 'maybe' },
] as const)('leads $reason to $status, charged: $charged', ({ reason, status, charged }) => {
  expect(MEANINGS[reason]).toMatchObject({ status, charged });
});

it.each([
  { reason: 'OUTCOME_UNKNOWN', actions: ['take'] },
  { reason: 'UPSTREAM_BROKEN', actions: ['retry', 'take'] },
  { reason: 'PICTURE_UNREACHABLE', actions: ['retry', 'take'] },
  { reason: 'ANSWER_UNREADABLE', actions: ['retry', 'take'] },
  { reason: 'CONNECTION_LOST', actions: ['retry'] },
  { reason: 'UPSTREAM_UNAVAILABLE', actions: ['retry'] },
  { reason: 'ORIGIN_DENIED', actions: [] },
] as const)('leads on from $reason by $actions', ({ reason, actions }) => {
  expect(MEANINGS[reason].actions).toEqual(actions);
});

/** A failure that may have been charged has a button; only free ones may end in waiting or a changed request. */
it.each(REASONS)('leaves no visitor of %s without a way on', (reason) => {
  const { status, charged, actions }: Meaning = MEANINGS[reason];

  expect(charged === 'no' || actions.length > 0).toBe(true);
  expect(status === 'error' || status === 'offline' || actions.length === 0).toBe(true);
});
