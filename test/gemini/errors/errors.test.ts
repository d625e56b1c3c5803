import { describe, expect, it } from 'vitest';
import { parseUpstreamError, retryDelayMs } from '../../../worker/gemini/errors/errors.ts';

const redact = (text: string) => text.replaceAll('AIzaSecret', '[redacted]');
const parse = (status: number, body: unknown) =>
  parseUpstreamError(status, typeof body === 'string' ? body : JSON.stringify(body), redact);
const TYPE = 'type.googleapis.com/google.rpc.';

describe('parseUpstreamError', () => {
  const error = { code: 400, status: 'FAILED_PRECONDITION', message: 'User location is not supported.' };

  it.each([
    { name: "Gemini's envelope", status: 400, body: { error }, expected: error },
    { name: 'a list of it', status: 400, body: [{ error }], expected: error },
    {
      name: "OpenAI's shape",
      status: 429,
      body: { error: { message: 'Too many', type: 'rate_limit', code: 'rate_limit_exceeded' } },
      expected: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Too many' },
    },
    {
      name: 'an error that is a string',
      status: 401,
      body: { error: 'no' },
      expected: { code: 401, status: 'UNAUTHENTICATED', message: 'no' },
    },
    {
      name: 'a code that is no HTTP status',
      status: 503,
      body: { error: { code: 14, message: 'overloaded' } },
      expected: { code: 503, status: 'UNAVAILABLE', message: 'overloaded' },
    },
    {
      name: 'a status that is no gRPC name',
      status: 418,
      body: { error: { status: '<b>', message: 'tea' } },
      expected: { code: 418, status: 'INVALID_ARGUMENT', message: 'tea' },
    },
  ])('understands $name', ({ status, body, expected }) => {
    expect(parse(status, body)).toEqual({ ...expected, details: [] });
  });

  it.each([
    '<html>nginx says AIzaSecret</html>',
    '',
    '[]',
    'null',
    '"AIzaSecret"',
    '{"error":{}}',
    '{"error":{"message":7}}',
  ])('never echoes a body that is no error: %s', (body) => {
    expect(parse(502, body)).toEqual({
      code: 502,
      status: 'INTERNAL',
      message: 'The image service answered with status 502.',
      details: [],
    });
  });

  it('redacts the message before it cuts it, so that no half of a key stays', () => {
    const { message } = parse(400, { error: { message: `${'a'.repeat(1995)}AIzaSecret` } });

    expect(message).toBe(`${'a'.repeat(1995)}[reda`);
  });

  it('lets only harmless details pass, cut to the fields that help', () => {
    const { details } = parse(429, {
      error: {
        message: 'quota',
        details: [
          { '@type': `${TYPE}Help`, links: [{ url: 'https://x' }] },
          { '@type': `${TYPE}DebugInfo`, detail: 'AIzaSecret' },
          { '@type': `${TYPE}ErrorInfo`, metadata: { consumer: 'projects/1' } },
          { '@type': `${TYPE}LocalizedMessage`, message: 'x' },
          { '@type': `${TYPE}RetryInfo`, retryDelay: '34s', more: 1 },
          {
            '@type': `${TYPE}BadRequest`,
            fieldViolations: [{ field: 'a.b', description: 'AIzaSecret', reason: 'r' }, 7],
          },
          {
            '@type': `${TYPE}QuotaFailure`,
            violations: [{ quotaId: 'PerDay', quotaValue: '5', quotaMetric: 'm', quotaDimensions: { model: 'x' } }],
          },
          'nonsense',
        ],
      },
    });

    expect(details).toEqual([
      { '@type': `${TYPE}RetryInfo`, retryDelay: '34s' },
      { '@type': `${TYPE}BadRequest`, fieldViolations: [{ field: 'a.b', description: '[redacted]' }, {}] },
      { '@type': `${TYPE}QuotaFailure`, violations: [{ quotaId: 'PerDay', quotaValue: '5', quotaMetric: 'm' }] },
    ]);
  });

  it('bounds what it lets pass', () => {
    const violation = { field: 'f'.repeat(9_999), description: 'd' };
    const detail = { '@type': `${TYPE}BadRequest`, fieldViolations: Array(100).fill(violation) };

    const { details } = parse(400, { error: { message: 'm', details: Array(100).fill(detail) } });

    expect(details).toHaveLength(8);
    expect(JSON.stringify(details).length).toBeLessThan(100_000);
  });
});

describe('retryDelayMs', () => {
  it.each([
    ['34s', 34_000],
    ['34.4s', 34_400],
    ['0.0001s', 1],
    ['99999999s', 604_800_000],
    ['-1s', undefined],
    ['soon', undefined],
  ])('reads %s from RetryInfo', (retryDelay, expected) => {
    expect(retryDelayMs({ details: [{ '@type': `${TYPE}RetryInfo`, retryDelay }], message: '' })).toBe(expected);
  });

  it('reads the message where there is no RetryInfo', () => {
    expect(retryDelayMs({ details: [], message: 'Quota. Please retry in 34.286670503s.' })).toBe(34_287);
    expect(retryDelayMs({ details: [], message: 'overloaded' })).toBeUndefined();
  });
});
