import { expect, it } from 'vitest';
import { actionsFor, chargedOf, errorOf, type Problem, silenceOf, toProblem } from '../../../widget/api/problem.ts';
import { MEANINGS, type Reason } from '../../../widget/api/reasons.ts';

const REASONS = Object.keys(MEANINGS) as Reason[];
const LOST: Problem = { reason: 'CONNECTION_LOST', message: '' };

it('says of what never left the browser that nothing was charged', () => {
  expect(chargedOf(LOST)).toBe('maybe');
  expect(chargedOf({ ...LOST, unsent: true })).toBe('no');
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

it.each(REASONS)('offers no other take of what was never sent: %s', (reason) => {
  expect(actionsFor({ reason, message: '', unsent: true })).not.toContain('take');
});

it.each(['UNREACHABLE', 'CONNECTION_LOST'] as const)('calls a %s without a network offline', (reason) => {
  expect(silenceOf('x', reason, () => true).reason).toBe(reason);
  expect(silenceOf('x', reason, () => false).reason).toBe('OFFLINE');
  expect(silenceOf('x', reason, () => false).unsent).toBe(reason === 'UNREACHABLE' ? true : undefined);
});

it('gives methods an error that says whether to try again', () => {
  const broken = errorOf({ reason: 'UPSTREAM_BROKEN', message: 'M', requestId: 'req-1' });
  const denied = errorOf({ reason: 'ORIGIN_DENIED', message: 'M' });

  expect(broken).toMatchObject({ name: 'PeelError', code: 'UPSTREAM_BROKEN', retryable: true, requestId: 'req-1' });
  expect(denied).toMatchObject({ code: 'ORIGIN_DENIED', retryable: false });
});
