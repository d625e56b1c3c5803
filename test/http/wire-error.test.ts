import { describe, expect, it } from 'vitest';
import { toWire } from '../../worker/http/wire-error.ts';
import type { Failure } from '../../worker/shared/failure.ts';

const accepted = ['1K', '2K'];
const table: [Failure, number, string][] = [
  [{ reason: 'INVALID_FIELD', field: 'contents', rule: 'must not be empty.' }, 400, 'INVALID_ARGUMENT'],
  [{ reason: 'UNKNOWN_FIELD', field: 'negativePrompt', accepted }, 400, 'INVALID_ARGUMENT'],
  [{ reason: 'UNSUPPORTED_VALUE', field: 'imageSize', value: '8K', accepted }, 400, 'INVALID_ARGUMENT'],
  [{ reason: 'URI_NOT_ALLOWED', field: 'fileUri' }, 400, 'INVALID_ARGUMENT'],
  [{ reason: 'TICKET_MISSING' }, 401, 'UNAUTHENTICATED'],
  [{ reason: 'TICKET_EXPIRED' }, 401, 'UNAUTHENTICATED'],
  [{ reason: 'TICKET_MISMATCH' }, 401, 'UNAUTHENTICATED'],
  [{ reason: 'KEY_INVALID' }, 401, 'UNAUTHENTICATED'],
  [{ reason: 'ORIGIN_DENIED' }, 403, 'PERMISSION_DENIED'],
  [{ reason: 'MODEL_NOT_ALLOWED', model: 'x', accepted }, 403, 'PERMISSION_DENIED'],
  [{ reason: 'NOT_FOUND', what: 'This path' }, 404, 'NOT_FOUND'],
  [{ reason: 'SITE_UNKNOWN' }, 404, 'NOT_FOUND'],
  [{ reason: 'METHOD_NOT_ALLOWED', allowed: ['GET'] }, 405, 'INVALID_ARGUMENT'],
  [{ reason: 'BODY_TIMEOUT', afterSeconds: 60 }, 408, 'DEADLINE_EXCEEDED'],
  [{ reason: 'BODY_TOO_LARGE', maxBytes: 1 }, 413, 'INVALID_ARGUMENT'],
  [{ reason: 'TYPE_NOT_ALLOWED', type: 'text/plain', accepted }, 415, 'INVALID_ARGUMENT'],
  [{ reason: 'BURST', retryAfterSeconds: 10 }, 429, 'RESOURCE_EXHAUSTED'],
  [{ reason: 'VISITOR_MINUTE', retryAfterSeconds: 10, limit: 3 }, 429, 'RESOURCE_EXHAUSTED'],
  [{ reason: 'VISITOR_DAY', retryAfterSeconds: 10 }, 429, 'RESOURCE_EXHAUSTED'],
  [{ reason: 'VISITOR_ATTEMPTS', retryAfterSeconds: 10 }, 429, 'RESOURCE_EXHAUSTED'],
  [{ reason: 'SESSION_SPENT', retryAfterSeconds: 10 }, 429, 'RESOURCE_EXHAUSTED'],
  [{ reason: 'SITE_MINUTE', retryAfterSeconds: 10 }, 429, 'RESOURCE_EXHAUSTED'],
  [{ reason: 'CLIENT_LIMIT', retryAfterSeconds: 10 }, 429, 'RESOURCE_EXHAUSTED'],
  [{ reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: 10 }, 429, 'RESOURCE_EXHAUSTED'],
  [{ reason: 'MONTHLY_BUDGET_SPENT', retryAfterSeconds: 10 }, 429, 'RESOURCE_EXHAUSTED'],
  [{ reason: 'DEPLOYMENT_BUDGET_SPENT', retryAfterSeconds: 10 }, 429, 'RESOURCE_EXHAUSTED'],
  [{ reason: 'BUDGET_HELD', retryAfterSeconds: 10 }, 429, 'RESOURCE_EXHAUSTED'],
  [{ reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 30 }, 429, 'RESOURCE_EXHAUSTED'],
  [{ reason: 'UPSTREAM_BROKEN', ran: 'unknown' }, 502, 'INTERNAL'],
  [{ reason: 'OUTCOME_UNKNOWN', ran: 'unknown' }, 502, 'INTERNAL'],
  [{ reason: 'BUSY', retryAfterSeconds: 5 }, 503, 'UNAVAILABLE'],
  [{ reason: 'SITE_PAUSED' }, 503, 'UNAVAILABLE'],
  [{ reason: 'CONFIG_BROKEN', problem: 'PEEL_SECRET must be set' }, 503, 'UNAVAILABLE'],
  [{ reason: 'PRICE_UNKNOWN', model: 'x' }, 503, 'UNAVAILABLE'],
  [{ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, 503, 'UNAVAILABLE'],
  [{ reason: 'DEADLINE', afterSeconds: 300 }, 504, 'DEADLINE_EXCEEDED'],
];

describe('toWire', () => {
  it.each(table)('$reason goes out in Gemini’s envelope with its own status', (failure, code, status) => {
    const { status: http, body } = toWire(failure);

    expect(http).toBe(code);
    expect(body.error).toMatchObject({ code, status });
    expect(body.error.message).not.toBe('');
    expect(body.error.details[0]).toEqual({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: failure.reason,
      domain: 'peel',
    });
  });

  it('tells a refused proof with a challenge that can be solved next', () => {
    const challenge = { nonce: 'v1.a.b', algorithm: 'SHA-256', difficulty: 13, expiresAt: '2026-12-01T00:15:00.000Z' };

    const { status, body } = toWire({ reason: 'PROOF_INVALID', why: 'expired', challenge });

    expect([status, body.error.status]).toEqual([400, 'INVALID_ARGUMENT']);
    expect(body.error.details).toEqual([
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        ...{ reason: 'PROOF_INVALID', domain: 'peel' },
        metadata: { kind: 'pow', ...challenge, difficulty: '13', why: 'expired' },
      },
    ]);
  });

  it('tells field, rule and accepted values of a bad request', () => {
    const { body } = toWire({ reason: 'UNSUPPORTED_VALUE', field: 'imageSize', value: '8K', accepted });

    expect(body.error.message).toBe('imageSize must not be "8K". Accepted: 1K, 2K.');
    expect(body.error.details[1]).toMatchObject({ fieldViolations: [{ field: 'imageSize' }] });
  });

  it('says when to try again in the header, in RetryInfo and in words', () => {
    const wire = toWire({ reason: 'VISITOR_MINUTE', retryAfterSeconds: 42, limit: 3 });

    expect(wire.retryAfterSeconds).toBe(42);
    expect(wire.body.error.details).toContainEqual({
      '@type': 'type.googleapis.com/google.rpc.RetryInfo',
      retryDelay: '42s',
    });
    expect(wire.body.error.message).toContain('42 seconds');
  });

  it.each([
    ['INVALID_FIELD', 400, 'INVALID_ARGUMENT'],
    ['NOT_FOUND', 404, 'NOT_FOUND'],
    ['UPSTREAM_QUOTA', 429, 'RESOURCE_EXHAUSTED'],
    ['UPSTREAM_UNAVAILABLE', 503, 'UNAVAILABLE'],
    ['OUTCOME_UNKNOWN', 502, 'INTERNAL'],
    ['UPSTREAM_BROKEN', 502, 'INTERNAL'],
  ] as const)('never makes a provider’s number the status of %s', (reason, expected, name) => {
    for (const code of [200, 400, 401, 405, 407, 413, 421, 425, 426, 500, 599]) {
      const upstream = { code, status: 'DATA_LOSS', message: 'Bad argument.', details: [] };

      const { status, body } = toWire({ reason, ran: 'no', upstream });

      expect(status).toBe(expected);
      expect(body.error).toMatchObject({ code: expected, status: name });
    }
  });

  it('keeps a provider’s own name of a status', () => {
    const upstream = { code: 400, status: 'FAILED_PRECONDITION', message: 'Bad argument.', details: [] };

    expect(toWire({ reason: 'INVALID_FIELD', ran: 'no', upstream }).body.error).toMatchObject({
      ...{ code: 400, status: 'FAILED_PRECONDITION', message: 'Bad argument.' },
    });
  });

  it('keeps the message of a provider about the request, and one RetryInfo', () => {
    const upstream = {
      code: 413,
      status: 'INVALID_ARGUMENT',
      message: 'The picture is too large.',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' }],
    };

    const { status, body } = toWire({ reason: 'INVALID_FIELD', ran: 'no', upstream, retryAfterSeconds: 35 });

    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT', message: upstream.message });
    expect(body.error.details.filter((detail) => detail['@type'].endsWith('RetryInfo'))).toEqual([
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '35s' },
    ]);
  });

  it.each([
    ['VISITOR_BUDGET_SPENT', 'than one visitor may spend here in a day'],
    ['CLIENT_LIMIT', 'than this key may spend in a day'],
    ['MONTHLY_BUDGET_SPENT', 'than this site may spend in a month'],
  ] as const)('promises no better day to a request that never fits: %s', (reason, words) => {
    const { body } = toWire({ reason, retryAfterSeconds: 72_000, isTooDear: true });

    expect(body.error.message).toContain(words);
    expect(body.error.message).not.toContain('Try again');
  });

  it('says of every service that is not available when to try again', () => {
    expect(toWire({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }).retryAfterSeconds).toBe(10);
    expect(toWire({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 600 }).retryAfterSeconds).toBe(600);
  });

  it.each(['UPSTREAM_QUOTA', 'UPSTREAM_UNAVAILABLE', 'INVALID_FIELD', 'NOT_FOUND', 'UPSTREAM_BROKEN'] as const)(
    'keeps what a provider says of an account: %s',
    (reason) => {
      const upstream = {
        ...{ code: 400, status: 'INVALID_ARGUMENT', message: 'Group gold of account 77 has no balance.' },
        details: [{ '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId: 'PerProject' }] }],
      };

      const { body } = toWire({ reason, ran: 'no', upstream });

      expect(JSON.stringify(body)).not.toMatch(/gold|77|balance|PerProject/);
    },
  );
});
