import { describe, expect, it } from 'vitest';
import { toWire } from '../../worker/http/wire-error.ts';
import { classifyStatus, classifyThrown, classifyUnreadable } from '../../worker/providers/classify.ts';
import type { ErrorClass } from '../../worker/providers/failure-policies.ts';
import type { ErrorDetail, UpstreamError } from '../../worker/shared/failure.ts';

const error = (code: number, status: string, message: string, details: ErrorDetail[] = []): UpstreamError => ({
  code,
  status,
  message,
  details,
});

const retryInfo = (retryDelay: string): ErrorDetail => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay,
});

const quotaFailure = (quotaId: string): ErrorDetail => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ quotaId, quotaValue: '500' }],
});

const exhausted = (message: string, details: ErrorDetail[] = []) => error(429, 'RESOURCE_EXHAUSTED', message, details);

/** Status, error and reasons, with the expected verdict. Messages are Google's (`docs/wire-facts.md#google-errors`). */
const statuses: {
  name: string;
  status: number;
  error?: UpstreamError;
  reasons?: string[];
  expected: { failure: object; errorClass: string; next: string; retryMs?: number };
}[] = [
  {
    name: 'a rate limit says how long in RetryInfo',
    status: 429,
    error: exhausted('You exceeded your current quota, please check your plan and billing details.', [
      quotaFailure('GenerateRequestsPerMinutePerProjectPerModel'),
      retryInfo('34.4s'),
    ]),
    expected: {
      failure: {
        reason: 'UPSTREAM_QUOTA',
        ran: 'no',
        retryAfterSeconds: 35,
      },
      errorClass: 'rate',
      next: 'other-key',
      retryMs: 34_400,
    },
  },
  {
    name: 'a rate limit that does not say how long is told as half a minute',
    status: 429,
    expected: {
      failure: { reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 30 },
      errorClass: 'rate-vague',
      next: 'other-key',
    },
  },
  {
    name: 'a day’s quota is one, whatever RetryInfo says',
    status: 429,
    error: exhausted('You exceeded your current quota, please check your plan and billing details.', [
      quotaFailure('GenerateRequestsPerDayPerProjectPerModel'),
      retryInfo('3s'),
    ]),
    expected: {
      failure: { reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 3 },
      errorClass: 'day-quota',
      next: 'other-key',
      retryMs: 3_000,
    },
  },
  {
    name: 'a quota of the free tier is none',
    status: 429,
    error: exhausted('You exceeded your current quota.', [
      quotaFailure('GenerateRequestsPerMinutePerProjectPerModel-FreeTier'),
      retryInfo('3s'),
    ]),
    expected: { failure: { reason: 'UPSTREAM_UNAVAILABLE' }, errorClass: 'no-quota', next: 'other-key' },
  },
  {
    name: 'of several quotas the worst counts',
    status: 429,
    error: exhausted('You exceeded your current quota.', [
      quotaFailure('GenerateRequestsPerMinutePerProjectPerModel'),
      quotaFailure('GenerateRequestsPerDayPerProjectPerModel'),
    ]),
    expected: { failure: { reason: 'UPSTREAM_QUOTA' }, errorClass: 'day-quota', next: 'other-key' },
  },
  ...[
    'Image part is missing a thought_signature in content position 2, part position 1. Please refer to …',
    'Text part is missing a thought_signature in content position 2, part position 1',
    'Corrupted thought signature.',
    'Request contains an invalid thought signature for content at index 1',
    'THOUGHT SIGNATURE IS NOT VALID',
  ].map((message) => ({
    name: `"${message.slice(0, 40)}" is a signature that is not taken back`,
    status: 400,
    error: error(400, 'INVALID_ARGUMENT', message),
    expected: {
      failure: { reason: 'INVALID_FIELD', ran: 'no', upstream: { message } },
      errorClass: 'signature',
      next: 'never',
    },
  })),
  {
    name: 'an argument that merely names signatures is an argument',
    status: 400,
    error: error(400, 'INVALID_ARGUMENT', 'Unknown name "thoughtSignature" at \'contents[0]\': Cannot find field.'),
    expected: { failure: { reason: 'INVALID_FIELD', ran: 'no' }, errorClass: 'request', next: 'never' },
  },
  {
    name: 'a bad argument is reported to the caller and no other provider is asked',
    status: 400,
    error: error(400, 'INVALID_ARGUMENT', 'Aspect ratio 1:4 is not supported for this model'),
    expected: {
      failure: {
        reason: 'INVALID_FIELD',
        ran: 'no',
        upstream: { code: 400, message: 'Aspect ratio 1:4 is not supported for this model' },
      },
      errorClass: 'request',
      next: 'never',
    },
  },
  {
    name: 'an argument that merely mentions keys is still the caller’s',
    status: 400,
    error: error(400, 'INVALID_ARGUMENT', 'Unknown name "apiKey": Cannot find field.'),
    expected: { failure: { reason: 'INVALID_FIELD', ran: 'no' }, errorClass: 'request', next: 'never' },
  },
  {
    name: 'a model that a provider does not know is looked for elsewhere',
    status: 404,
    error: error(404, 'NOT_FOUND', 'models/x is not found for API version v1beta'),
    expected: {
      failure: { reason: 'NOT_FOUND', ran: 'no', upstream: { code: 404 } },
      errorClass: 'model-missing',
      next: 'elsewhere',
    },
  },
  {
    name: 'an overload is retried',
    status: 503,
    error: error(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'),
    expected: {
      failure: {
        reason: 'UPSTREAM_UNAVAILABLE',
        ran: 'no',
        upstream: { code: 503 },
        cause: expect.stringContaining('overloaded'),
      },
      errorClass: 'overloaded',
      next: 'again',
    },
  },
  {
    name: 'a 503 that ran into its deadline may have run',
    status: 503,
    error: error(503, 'UNAVAILABLE', 'Deadline expired before operation could complete.'),
    expected: { failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' }, errorClass: 'lost', next: 'never' },
  },
  ...[408, 521, 523, 525, 526, 530].map((status) => ({
    name: `${status} never reached the provider and is retried`,
    status,
    expected: { failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, errorClass: 'unreachable', next: 'again' },
  })),
  ...[500, 501, 502, 504, 520, 522, 524, 529, 499].map((status) => ({
    name: `${status} may have run`,
    status,
    error: error(status, 'INTERNAL', 'An internal error has occurred.'),
    expected: { failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' }, errorClass: 'lost', next: 'never' },
  })),
  ...[400, 409, 413, 422].map((status) => ({
    name: `${status} is a refusal of the request`,
    status,
    expected: { failure: { reason: 'INVALID_FIELD', ran: 'no' }, errorClass: 'request', next: 'never' },
  })),
  ...[301, 302, 307, 308].map((status) => ({
    name: `${status} is not followed`,
    status,
    expected: { failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, errorClass: 'moved', next: 'elsewhere' },
  })),
  ...[405, 406, 407, 411, 414, 415, 417, 421, 425, 426, 428, 431].map((status) => ({
    name: `${status} concerns the way to the provider, whatever its words`,
    status,
    error: error(status, 'INVALID_ARGUMENT', 'Bad text: "my secret wish"'),
    expected: {
      failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: expect.not.stringContaining('wish') },
      errorClass: 'gateway',
      next: 'elsewhere',
    },
  })),
  ...[201, 204, 300, 303].map((status) => ({
    name: `${status} is no answer, but something may have run`,
    status,
    expected: { failure: { reason: 'UPSTREAM_BROKEN', ran: 'unknown' }, errorClass: 'lost', next: 'never' },
  })),
];

/** Failures that only the owner can fix: the provider's words stay in the log. */
const ownersTrouble: {
  name: string;
  status: number;
  error?: UpstreamError;
  reasons?: string[];
  errorClass: ErrorClass;
  next?: string;
}[] = [
  {
    name: 'a wrong key',
    errorClass: 'key-invalid',
    status: 400,
    error: error(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'),
  },
  {
    name: 'an expired key',
    errorClass: 'key-invalid',
    status: 400,
    error: error(400, 'INVALID_ARGUMENT', 'API key expired. Please renew the API key.'),
  },
  {
    name: 'a wrong key in other words',
    errorClass: 'key-invalid',
    status: 400,
    error: error(400, 'INVALID_ARGUMENT', 'Secret words.'),
    reasons: ['API_KEY_INVALID'],
  },
  { name: 'a 401', errorClass: 'denied', status: 401, error: error(401, 'UNAUTHENTICATED', 'Secret words.') },
  { name: 'a 402', errorClass: 'denied', status: 402, error: error(402, 'RESOURCE_EXHAUSTED', 'Secret words.') },
  { name: 'a 403', errorClass: 'denied', status: 403, error: error(403, 'PERMISSION_DENIED', 'Secret words.') },
  {
    name: 'a leaked key',
    errorClass: 'key-leaked',
    status: 403,
    error: error(403, 'PERMISSION_DENIED', 'Your API key was reported as leaked. Please use another API key.'),
  },
  {
    name: 'a disabled service',
    errorClass: 'service-disabled',
    status: 403,
    error: error(
      403,
      'PERMISSION_DENIED',
      'Generative Language API has not been used in project 123 before or it is disabled.',
    ),
  },
  {
    name: 'a depleted prepayment',
    errorClass: 'depleted',
    status: 429,
    error: exhausted('Your prepayment credits are depleted. Please go to AI Studio.'),
  },
  {
    name: 'a free tier without pictures',
    errorClass: 'no-quota',
    status: 429,
    error: exhausted('Quota exceeded for metric: x, limit: 0, model: y', [retryInfo('3s')]),
  },
  {
    name: 'a reseller’s empty balance',
    errorClass: 'depleted',
    status: 429,
    error: exhausted('Insufficient balance, please recharge'),
  },
  {
    name: 'a reseller’s empty balance as a 403',
    errorClass: 'depleted',
    status: 403,
    error: error(403, 'PERMISSION_DENIED', 'User quota is not enough.'),
  },
  {
    name: 'a service that is disabled in other words',
    errorClass: 'service-disabled',
    status: 403,
    error: error(403, 'PERMISSION_DENIED', 'Secret words.'),
    reasons: ['SERVICE_DISABLED'],
  },
  {
    name: 'a free tier that a country has not',
    errorClass: 'no-quota',
    status: 400,
    error: error(400, 'FAILED_PRECONDITION', 'Gemini API free tier is not available in your country.'),
  },
  { name: 'a refusal without a body', errorClass: 'denied', status: 403 },
  {
    name: 'a region',
    errorClass: 'region',
    status: 400,
    error: error(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'),
    next: 'elsewhere',
  },
];

describe('classifyStatus', () => {
  it.each(statuses)('$name', ({ status, error: upstream, reasons, expected }) => {
    const verdict = classifyStatus(status, upstream, reasons);

    expect(verdict).toMatchObject(expected);
    expect('retryMs' in verdict).toBe('retryMs' in expected);
  });

  it.each(ownersTrouble)(
    'keeps $name from strangers and tells the log',
    ({ status, error: upstream, reasons, errorClass, next = 'other-key' }) => {
      const verdict = classifyStatus(status, upstream, reasons);

      expect(verdict).toMatchObject({
        failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' },
        errorClass,
        next,
        status,
      });
      expect(verdict.failure).toHaveProperty('cause', expect.stringContaining(upstream?.message ?? `HTTP ${status}`));
      const { status: told, body } = toWire(verdict.failure);
      expect(told).toBe(503);
      if (upstream) expect(JSON.stringify(body)).not.toContain(upstream.message);
    },
  );

  it.each([400, 404, 413, 422, 500, 504])(
    'keeps the words of a %i, which may quote a prompt, out of the log',
    (status) => {
      const { failure } = classifyStatus(status, error(status, 'INVALID_ARGUMENT', 'Bad text: "my secret wish"'));

      expect(failure).toHaveProperty('cause', `HTTP ${status} INVALID_ARGUMENT`);
    },
  );
});

describe('a 4xx that is empty or a page', () => {
  it.each([400, 404, 407, 409, 410, 418, 422, 451])('is the gateway’s trouble: %i', (status) => {
    expect(classifyStatus(status, undefined, [], undefined, { isWordless: true })).toMatchObject({
      failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' },
      errorClass: 'gateway',
      next: 'elsewhere',
    });
  });

  it.each([
    [408, 'unreachable'],
    [413, 'request'],
    [429, 'rate-vague'],
    [401, 'denied'],
    [499, 'lost'],
    [500, 'lost'],
  ])('%i keeps its own class', (status, errorClass) => {
    expect(classifyStatus(status, undefined, [], undefined, { isWordless: true })).toMatchObject({ errorClass });
  });
});

describe('classifyThrown', () => {
  const lost = new Error('Network connection lost.');

  it.each([
    {
      name: 'knows that nothing ran when the last byte was not handed over',
      dispatch: { handedOver: false, aborted: false },
      expected: {
        failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'Error: Network connection lost.' },
        errorClass: 'unreachable',
        next: 'again',
      },
    },
    {
      name: 'does not know what became of a whole request, whatever the error says',
      dispatch: { handedOver: true, aborted: false },
      expected: {
        failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause: 'Error: Network connection lost.' },
        errorClass: 'lost',
        next: 'never',
      },
    },
    {
      name: 'tells the deadline when it was what ended the call',
      dispatch: { handedOver: true, aborted: true },
      expected: { failure: { reason: 'DEADLINE', afterSeconds: 300 }, errorClass: 'lost', next: 'never' },
    },
  ])('$name', ({ dispatch, expected }) => {
    expect(classifyThrown(lost, { ...dispatch, deadlineSeconds: 300 })).toEqual(expected);
  });
});

it('does not know what became of a 200 that cannot be read', () => {
  expect(classifyUnreadable('200 with content type "text/html"')).toEqual({
    failure: { reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause: '200 with content type "text/html"' },
    errorClass: 'lost',
    next: 'never',
    status: 200,
  });
});
