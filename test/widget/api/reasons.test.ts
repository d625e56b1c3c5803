import { describe, expect, expectTypeOf, it } from 'vitest';
import { actionsFor, chargedOf, type Problem, toProblem } from '../../../widget/api/problem.ts';
import { MEANINGS, type Meaning, type Reason } from '../../../widget/api/reasons.ts';
import { costOf } from '../../../widget/describe.ts';
import { ENGLISH } from '../../../widget/words.ts';
import type { Failure } from '../../../worker/shared/failure.ts';

const LOCAL = ['OFFLINE', 'UNREACHABLE', 'CONNECTION_LOST', 'ANSWER_UNREADABLE', 'PICTURE_UNREACHABLE'] as const;
const REASONS = Object.keys(MEANINGS) as Reason[];

it('knows every reason of the worker, and no other', () => {
  expectTypeOf<Exclude<Reason, (typeof LOCAL)[number]>>().toEqualTypeOf<Failure['reason']>();
  expect(REASONS).toEqual(expect.arrayContaining([...LOCAL]));
});

it.each(REASONS)('says %s in the visitor’s words', (reason) => {
  const { title, text } = ENGLISH.reasons[reason];

  expect(title).toMatch(/^[A-Z][^.]*$/);
  expect(text).toMatch(/[.]$/);
  expect(`${title} ${text}`).not.toMatch(/[A-Z]{2,}_|HTTP|\b[45]\d\d\b|null|undefined/);
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

describe('what is said of money', () => {
  const cost = (reason: Reason, unsent?: true) => costOf({ reason, message: '', ...(unsent && { unsent }) }, ENGLISH);

  it.each(REASONS.filter((reason) => MEANINGS[reason].charged === 'no'))(
    'is that %s was free, and no more',
    (reason) => {
      expect(cost(reason)).toBe('Nothing was charged.');
    },
  );

  it.each([
    { reason: 'OFFLINE', next: 'Trying again does not charge it twice.' },
    { reason: 'UNREACHABLE', next: 'Trying again does not charge it twice.' },
    { reason: 'CONNECTION_LOST', next: 'Trying again does not charge it twice.' },
    { reason: 'DEADLINE', next: 'Trying again costs nothing more; another take does.' },
    { reason: 'ANSWER_UNREADABLE', next: 'Trying again costs nothing more; another take does.' },
    { reason: 'PICTURE_UNREACHABLE', next: 'Trying again costs nothing more; another take does.' },
    { reason: 'UPSTREAM_BROKEN', next: 'A new attempt may be charged too.' },
    { reason: 'OUTCOME_UNKNOWN', next: 'The new one is charged too.' },
  ] as const)('of $reason is what its buttons do', ({ reason, next }) => {
    expect(cost(reason)).toBe(`It may have been charged. ${next}`);
  });

  it('covers every reason that may have been charged', () => {
    const maybe = REASONS.filter((reason) => MEANINGS[reason].charged === 'maybe');

    expect(maybe).toHaveLength(8);
  });

  it.each(REASONS)('never promises beside another take of %s what only trying again keeps', (reason) => {
    const offersTake = (MEANINGS[reason].actions as readonly string[]).includes('take');

    expect(offersTake && /does not charge it twice/.test(cost(reason))).toBe(false);
  });

  it.each(REASONS)('is nothing but "free" of %s before anything was sent', (reason) => {
    expect(cost(reason, true)).toBe('Nothing was charged.');
    expect(actionsFor({ reason, message: '', unsent: true })).not.toContain('take');
  });
});

it('says of what never left the browser that nothing was charged', () => {
  const problem: Problem = { reason: 'OFFLINE', message: '' };

  expect(chargedOf(problem)).toBe('maybe');
  expect(chargedOf({ ...problem, unsent: true })).toBe('no');
});

const envelope = (code: number, details: object[]) => ({ error: { code, status: 'S', message: 'M', details } });
const info = (reason: string) => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'peel' });
const retry = (retryDelay: string) => ({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay });

it.each([
  {
    name: 'reason and delay of the details',
    body: envelope(429, [info('VISITOR_MINUTE'), retry('30s')]),
    expected: { reason: 'VISITOR_MINUTE', message: 'M', retryAfterMs: 30_000 },
  },
  {
    name: 'a delay with a fraction',
    body: envelope(429, [retry('1.5s'), info('BURST')]),
    expected: { reason: 'BURST', retryAfterMs: 1500 },
  },
  { name: 'a limit without a delay', body: envelope(429, [info('BURST')]), expected: { retryAfterMs: 30_000 } },
  { name: 'a reason it does not know', body: envelope(429, [info('NEW')]), expected: { reason: 'UPSTREAM_QUOTA' } },
  {
    name: 'the status where there is no envelope',
    body: undefined,
    status: 503,
    expected: { reason: 'UPSTREAM_UNAVAILABLE' },
  },
  { name: 'an envelope of another kind', body: { error: 'not_found' }, status: 404, expected: { reason: 'NOT_FOUND' } },
  { name: 'a page of HTML', body: '<html>', status: 502, expected: { reason: 'UPSTREAM_BROKEN' } },
])('reads $name', ({ body, status = 429, expected }) => {
  expect(toProblem(body, status)).toMatchObject(expected);
});

it('takes delay and request id of the headers where the body has none', () => {
  const headers = new Headers({ 'Retry-After': '7', 'X-Request-Id': 'req-9' });

  expect(toProblem(envelope(429, [info('SITE_MINUTE')]), 429, headers)).toMatchObject({
    retryAfterMs: 7000,
    requestId: 'req-9',
  });
});
