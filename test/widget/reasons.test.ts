import { expect, expectTypeOf, it } from 'vitest';
import { chargedOf, type Problem, toProblem } from '../../widget/problem.ts';
import { MEANINGS, type Reason } from '../../widget/reasons.ts';
import { ENGLISH } from '../../widget/words.ts';
import type { Failure } from '../../worker/domain/failure.ts';

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

it('does not offer the same request again where it cannot help', () => {
  expect(MEANINGS.OUTCOME_UNKNOWN.action).toBe('take');
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
