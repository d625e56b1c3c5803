/**
 * Recorded words of Google and relays about the owner's account, and their consequences: the error class, the caller's
 * error, the alarm, and the next key. No caller ever reads these words.
 */
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../worker/gemini/redact/redact.ts';
import { toWire } from '../../worker/http/wire-error.ts';
import type { ErrorClass } from '../../worker/providers/failure-policies.ts';
import { createProviders } from '../../worker/providers/index.ts';
import { forVisitor } from '../../worker/shared/told.ts';
import { request } from '../request/requests.ts';
import { callOf, createFakeFetch, envelope, json } from './fake-provider.ts';

const picture = json({ candidates: [] });

function setUp(answers: Parameters<typeof createFakeFetch>, baseUrl = 'https://relay.example', keys = ['g1', 'g2']) {
  const fake = createFakeFetch(...answers);
  const logged: Record<string, unknown>[] = [];
  const clock = { ms: 0 };
  const pool = createProviders([{ name: 'google', keys, baseUrl, billing: 'per-token' }], {
    now: () => clock.ms,
    random: () => 0.5,
    pause: async (ms) => {
      clock.ms += ms;
    },
    log: (event, facts) => void logged.push({ event, ...facts }),
    redactor: createRedactor([]),
    fetch: fake.fetch,
  });
  return { pool, logged, clock, asked: () => fake.sent.map(({ headers }) => headers['x-goog-api-key']) };
}

const page =
  (status: number, html: string, headers: Record<string, string> = {}) =>
  () =>
    new Response(html, { status, headers: { 'Content-Type': 'text/html; charset=UTF-8', ...headers } });

const text = (status: number, words: string) => () => new Response(words, { status });

const details = (reason: string) => [
  {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    ...{ reason, domain: 'googleapis.com', metadata: { consumer: 'projects/4711', containerInfo: 'GENERIC' } },
  },
];
const quotas = (violation: Record<string, string>) => [
  { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [violation] },
];
const relay = (message: string, type: string, code: unknown = null) => ({
  error: { message: `${message} (request id: 4711)`, type, param: '', code },
});

type Row = [errorClass: ErrorClass, status: number, body: unknown];

const KNOWN: Row[] = [
  [
    'depleted',
    429,
    envelope(
      429,
      'RESOURCE_EXHAUSTED',
      'Your project has exceeded its monthly spending cap. Please go to AI Studio to manage your project spend cap.',
    ),
  ],
  [
    'depleted',
    429,
    envelope(
      429,
      'RESOURCE_EXHAUSTED',
      'Your billing account has exceeded its monthly spending cap. Please go to https://ai.studio/billing.',
    ),
  ],
  [
    'depleted',
    429,
    envelope(429, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted. Please go to AI Studio.'),
  ],
  [
    'depleted',
    402,
    envelope(402, 'RESOURCE_EXHAUSTED', 'Your prepaid credits are used up. Please add credits to continue.'),
  ],
  [
    'depleted',
    429,
    envelope(429, 'RESOURCE_EXHAUSTED', 'Quota.', quotas({ quotaId: 'MonthlySpendLimitPerBillingAccount' })),
  ],
  ['depleted', 403, relay('用户额度不足, 剩余额度: $0.000000', 'new_api_error', 'insufficient_user_quota')],
  [
    'depleted',
    403,
    relay(
      "User's credit limit is insufficient, remaining credit limit: $0.000000",
      'new_api_error',
      'insufficient_user_quota',
    ),
  ],
  ['depleted', 403, relay('user quota is not enough', 'one_api_error')],
  ['depleted', 401, relay('该令牌额度已用尽 !token.UnlimitedQuota && token.RemainQuota = -1204', 'new_api_error')],
  ['depleted', 401, relay('令牌 (17) 额度已用尽', 'one_api_error')],
  [
    'depleted',
    403,
    relay('token quota is not enough, token remain quota: $0.1', 'new_api_error', 'pre_consume_token_quota_failed'),
  ],
  ['depleted', 403, relay('预扣费额度失败, 用户剩余额度: $0.01, 需要预扣费额度: $0.09', 'new_api_error')],
  ['depleted', 429, relay('token quota exhausted', 'new_api_error')],
  [
    'depleted',
    429,
    relay(
      'You exceeded your current quota, please check your plan and billing details.',
      'insufficient_quota',
      'insufficient_quota',
    ),
  ],
  ['depleted', 400, relay('Budget has been exceeded! Current cost: 10.2, Max budget: 10.0', 'budget_exceeded', '400')],
  [
    'depleted',
    403,
    { detail: 'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.' },
  ],
  ['depleted', 403, { code: 403, msg: '账户余额不足，请充值' }],
  ['no-quota', 429, envelope(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for metric: x, limit: 0, model: y')],
  [
    'no-quota',
    429,
    envelope(
      429,
      'RESOURCE_EXHAUSTED',
      'Quota.',
      quotas({ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }),
    ),
  ],
  [
    'no-quota',
    400,
    envelope(
      400,
      'FAILED_PRECONDITION',
      'Gemini API free tier is not available in your country. Please enable the plan.',
    ),
  ],
  [
    'unbilled',
    400,
    envelope(
      400,
      'FAILED_PRECONDITION',
      'User location is not supported for the API use without a billing account linked.',
    ),
  ],
  [
    'unbilled',
    403,
    envelope(
      403,
      'PERMISSION_DENIED',
      'This API method requires billing to be enabled. Please enable billing on project #4711.',
      details('BILLING_DISABLED'),
    ),
  ],
  [
    'suspended',
    403,
    envelope(
      403,
      'PERMISSION_DENIED',
      "Permission denied: Consumer 'projects/4711' has been suspended.",
      details('CONSUMER_SUSPENDED'),
    ),
  ],
  [
    'suspended',
    403,
    envelope(403, 'PERMISSION_DENIED', 'Your project has been denied access. Please contact support.'),
  ],
  ['suspended', 403, relay('该用户已被封禁', 'new_api_error')],
  [
    'service-disabled',
    403,
    envelope(
      403,
      'PERMISSION_DENIED',
      'Generative Language API has not been used in project 4711 before or it is disabled.',
      details('SERVICE_DISABLED'),
    ),
  ],
  [
    'service-disabled',
    403,
    envelope(403, 'PERMISSION_DENIED', 'Requests to this API are blocked.', details('API_KEY_SERVICE_BLOCKED')),
  ],
  [
    'key-leaked',
    403,
    envelope(403, 'PERMISSION_DENIED', 'Your API key was reported as leaked. Please use another API key.'),
  ],
  [
    'key-invalid',
    400,
    envelope(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', details('API_KEY_INVALID')),
  ],
  ['key-invalid', 400, envelope(400, 'INVALID_ARGUMENT', 'API key expired. Please renew the API key.')],
  [
    'key-invalid',
    403,
    envelope(
      403,
      'PERMISSION_DENIED',
      'Requests from referer <empty> are blocked.',
      details('API_KEY_HTTP_REFERRER_BLOCKED'),
    ),
  ],
  ['key-invalid', 401, relay('Invalid token', 'new_api_error')],
  ['key-invalid', 401, relay('无效的令牌', 'one_api_error')],
  ['key-invalid', 401, relay('Incorrect API key provided: sk-ab***yz.', 'invalid_request_error', 'invalid_api_key')],
  [
    'no-channel',
    503,
    relay(
      'No available channel for model gemini-3-pro-image under group default (distributor)',
      'new_api_error',
      'model_not_found',
    ),
  ],
  ['no-channel', 503, relay('当前分组 default 下对于模型 gemini-3-pro-image 无可用渠道', 'one_api_error')],
  ['no-channel', 503, relay('分组 纯AZ、官转 下模型 gemini-3-pro-image 无可用渠道（distributor）', 'new_api_error')],
  ['no-channel', 403, relay('该令牌无权访问模型 gemini-3-pro-image', 'new_api_error')],
];

const localized = [
  { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'zh', message: '账户余额不足' },
];
const MORE: Row[] = [
  ['depleted', 400, envelope(400, 'INVALID_ARGUMENT', 'Rejected.', localized)],
  [
    'depleted',
    429,
    envelope(
      429,
      'RESOURCE_EXHAUSTED',
      'Quota.',
      quotas({ subject: 'project:4711', description: 'Monthly spending cap' }),
    ),
  ],
  ['depleted', 400, '余额不足 4711'],
  ['unbilled', 400, envelope(400, 'FAILED_PRECONDITION', 'Precondition check failed.', details('BILLING_DISABLED'))],
];
KNOWN.push(...MORE);

/** Unknown words, or words without meaning: nothing rests after one such answer. */
const DOUBTFUL: Row[] = [
  ['denied', 401, envelope(401, 'UNAUTHENTICATED', 'bad')],
  ['denied', 402, envelope(402, 'RESOURCE_EXHAUSTED', 'bad')],
  ['denied', 403, envelope(403, 'PERMISSION_DENIED', 'bad')],
  ['denied', 403, 'the customer 4711 may not do this'],
  ['denied', 400, relay('Your plan does not include this model', 'upstream_error')],
  ['denied', 404, relay('This model is not enabled for organization org-4711', 'invalid_request_error')],
  ['denied', 422, relay('请联系管理员检查您的账户 4711', 'new_api_error')],
];

const answerOf = (status: number, body: unknown) =>
  typeof body === 'string' ? text(status, body) : json(body, status);

/** Everything that visitors and clients read of a failure, headers included. */
function toldOf(answer: { ok: boolean; failure?: Parameters<typeof toWire>[0] }) {
  if (!answer.failure) throw new Error('it was answered');
  const { status, body, retryAfterSeconds } = toWire(answer.failure);
  const visitor = toWire(forVisitor(answer.failure));
  return {
    status,
    retryAfterSeconds,
    reason: body.error.details[0]?.reason,
    all: JSON.stringify([body, visitor.body]),
  };
}

const SECRET_WORDS =
  /4711|project|account|billing|balance|quota|credit|plan\b|group|channel|distributor|spend|prepa|token|api key|organi|suspend|[\u4e00-\u9fff]/i;

describe('words about the owner’s account', () => {
  it.each(KNOWN)('tell of the error %s with a %i: %j', async (errorClass, status, body) => {
    const { pool, logged, asked } = setUp([answerOf(status, body), picture]);

    const answer = await pool.generate(callOf());

    expect(answer).toMatchObject({ ok: true });
    expect(asked()).toEqual(['g1', 'g2']);
    expect(logged.find(({ event }) => event === 'key_rests')).toMatchObject({ errorClass, status, alarm: true });
    expect(logged.find(({ event }) => event === 'provider_failed')).toMatchObject({ errorClass, alarm: true });
  });

  it.each([...KNOWN, ...DOUBTFUL])(
    'reach no caller, and all callers hear the same: %s with a %i: %j',
    async (errorClass, status, body) => {
      const refusal = answerOf(status, body);
      const { pool, logged } = setUp([refusal, refusal, refusal, refusal], undefined, ['g1']);

      const first = toldOf(await pool.generate(callOf()));
      const second = toldOf(await pool.generate(callOf()));

      expect(first).toMatchObject({ status: 503, reason: 'UPSTREAM_UNAVAILABLE' });
      expect(first.all).not.toMatch(SECRET_WORDS);
      expect(second).toEqual(first);
      expect(first.retryAfterSeconds).toBeGreaterThan(0);
      expect(logged.find(({ event }) => event === 'provider_failed')).toMatchObject({ errorClass, status });
    },
  );

  it.each([
    'Imagen API is only accessible to billed users at this time.',
    'Model x is not found for project_id 8345.',
    'gen-lang-client-0834512345 has no such model.',
    'Permission denied on resource project_number:8345',
    'This endpoint is deprecated for your account_type',
    'tenantId=1 is not known',
    'Your wallet is empty',
    'Please upgrade to a paid version',
    'Access is limited to whitelisted customers',
    'Your token is restricted to models a, b',
    'channel_id 12 failed',
    'used 5.00 of 5.00 USD this month',
    'Remaining $0.02 is not enough',
    'owner@shop.example may not use it',
    '用户组 vip 无权限',
    '当前通道不可用',
    '积分不足',
    '账单逾期',
  ])('reach no caller, however they are put: %s', async (message) => {
    const refusal = json(envelope(400, 'INVALID_ARGUMENT', message), 400);
    const { pool } = setUp([refusal, refusal], undefined, ['g1']);

    expect(toldOf(await pool.generate(callOf())).all).not.toContain(JSON.stringify(message));
  });

  it.each([
    'Input image is too small, 64 pixels or more are accepted.',
    'The input token count (40000) exceeds the maximum number of tokens allowed (32768).',
    'Field wish of template mugs-17 failed.',
    'Refund and projection are not known.',
    'Invalid value at generation_config.image_config: "4:3:2"',
  ])('are not found in words about a request: %s', async (message) => {
    const { pool } = setUp([json(envelope(400, 'INVALID_ARGUMENT', message), 400)], undefined, ['g1']);

    const { upstream } = ((await pool.generate(callOf())) as { failure: { upstream?: { message: string } } }).failure;
    expect(upstream?.message).toBe(message);
  });

  it('are in the log', async () => {
    const { pool, logged } = setUp([json(KNOWN[0]![2], 429), picture]);

    await pool.generate(callOf());

    expect(logged.find(({ event }) => event === 'provider_failed')).toMatchObject({
      cause: expect.stringContaining('monthly spending cap'),
    });
  });

  it.each([
    [400, 'Budget 0 is invalid. This model only works in thinking mode.'],
    [400, 'The image must have 3 or 4 channels.'],
    [400, 'Group the parts by role.'],
    [404, 'The model `x` does not exist or you do not have access to it.'],
  ])('are not seen where a request alone is meant: %i %s', async (status, message) => {
    const { pool } = setUp(
      Array.from({ length: 3 }, () => json(envelope(status, 'INVALID_ARGUMENT', message), status)),
    );

    const reason = status === 404 ? 'NOT_FOUND' : 'INVALID_FIELD';
    expect(await pool.generate(callOf())).toMatchObject({ ok: false, failure: { reason, ran: 'no' } });
  });

  it.each([
    'Invalid value at \'contents[0]\': "insufficient balance, API key expired, reported as leaked"',
    'Invalid value at \'contents[0]\': "x", reported as leaked, "y"',
  ])('that a caller wrote are no trouble of the owner’s: %s', async (quoted) => {
    const { pool, logged } = setUp([json(envelope(400, 'INVALID_ARGUMENT', quoted), 400), picture]);

    const refused = await pool.generate(callOf());
    const next = await pool.generate(callOf());

    expect(refused).toMatchObject({ ok: false, failure: { reason: 'INVALID_FIELD', ran: 'no' } });
    expect(next).toMatchObject({ ok: true });
    expect(logged.filter(({ event }) => event === 'key_rests')).toEqual([]);
  });
});

describe('a refusal that may be about one request', () => {
  const everybodys: Row[] = [...DOUBTFUL, ['model-missing', 404, envelope(404, 'NOT_FOUND', 'bad')]];

  it.each(everybodys)('lets nothing rest: %s with a %i: %j, then an innocent request', async (_, status, body) => {
    // Every id of the model is tried.
    const refusals = Array.from({ length: status === 404 ? 3 : 1 }, () => answerOf(status, body));
    const { pool, asked } = setUp([...refusals, picture, picture, picture], undefined, ['g1']);
    let refused = 0;
    while (!(await pool.generate(callOf())).ok && refused < 3) refused += 1;
    const before = asked().length;

    const innocent = await pool.generate(callOf());

    expect(innocent).toMatchObject({ ok: true });
    expect(asked().length).toBe(before + 1);
  });

  it('lets the key rest when another request hears the same, and the next one finds out', async () => {
    const refusal = json(envelope(403, 'PERMISSION_DENIED', 'bad'), 403);
    const { pool, asked, logged } = setUp([refusal, picture, refusal, picture, picture, picture]);

    await pool.generate(callOf());
    expect(logged.filter(({ event }) => event === 'key_rests')).toEqual([]);
    await pool.generate(callOf());
    await pool.generate(callOf());

    expect(asked()).toEqual(['g1', 'g2', 'g1', 'g2', 'g2']);
    expect(logged.filter(({ event }) => event === 'key_rests')).toMatchObject([
      { key: 1, errorClass: 'denied', alarm: true },
    ]);
  });

  it('is forgotten where the key answers another', async () => {
    const refusal = json(envelope(403, 'PERMISSION_DENIED', 'bad'), 403);
    const { pool, asked } = setUp([refusal, picture, refusal, picture], undefined, ['g1']);

    for (let n = 0; n < 4; n += 1) await pool.generate(callOf());

    expect(asked()).toEqual(['g1', 'g1', 'g1', 'g1']);
  });
});

describe('a page in place of an answer', () => {
  const moment = '<!DOCTYPE html><title>Just a moment...</title>';

  it.each([
    {
      name: 'a challenge that Cloudflare marks',
      answer: page(403, moment, { 'cf-mitigated': 'challenge' }),
      errorClass: 'wall',
    },
    { name: 'a challenge that is not marked', answer: page(503, moment), errorClass: 'wall' },
    { name: 'a firewall’s refusal', answer: page(403, '<html><body>Blocked</body></html>'), errorClass: 'wall' },
    {
      name: 'an overload behind a gateway',
      answer: page(503, '<html><h1>503 Service Unavailable</h1></html>'),
      errorClass: 'overloaded',
    },
  ])('$name is $errorClass', async ({ answer, errorClass }) => {
    const { pool, logged } = setUp([answer, answer, answer], undefined, ['g1']);

    const told = toldOf(await pool.generate(callOf()));

    expect(told).toMatchObject({ status: 503, reason: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: 10 });
    expect(logged.find(({ event }) => event === 'provider_failed')).toMatchObject({ errorClass });
    expect(pool.keyHealth().some((key) => key.trouble === errorClass)).toBe(true);
    expect(pool.keyHealth().some((key) => key.trouble === 'key-invalid')).toBe(false);
  });

  it('of a call that may have run proves nothing, whatever scripts stand in it', async () => {
    const script = '<html><script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>captcha</html>';
    const { pool } = setUp([page(524, script)]);

    expect(await pool.generate(callOf())).toMatchObject({ failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' } });
  });
});

describe('Google’s own failures', () => {
  const GOOGLE = 'https://generativelanguage.googleapis.com';
  const internal = envelope(500, 'INTERNAL', 'An internal error has occurred.');

  it.each([
    [500, internal],
    [500, [internal]],
    [502, envelope(502, 'UNAVAILABLE', 'Bad gateway.')],
    [504, envelope(504, 'DEADLINE_EXCEEDED', 'Deadline exceeded.')],
    [503, envelope(503, 'UNAVAILABLE', 'Deadline expired before operation could complete.')],
  ])('are free: %i %j', async (status, body) => {
    const failure = json(body, status);
    const { pool, asked } = setUp([failure, failure, failure], GOOGLE, ['g1']);

    const answer = await pool.generate(callOf());

    expect(answer).toMatchObject({ ok: false, failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' } });
    expect(toldOf(answer)).toMatchObject({ status: 503, retryAfterSeconds: 10 });
    // One retry, because the provider may have recovered.
    expect(asked().length).toBe(status === 503 ? 3 : 2);
  });

  it('are asked once more, and the picture comes', async () => {
    const { pool, asked } = setUp([json(internal, 500), picture], GOOGLE, ['g1']);

    expect(await pool.generate(callOf())).toMatchObject({ ok: true });
    expect(asked()).toEqual(['g1', 'g1']);
  });

  it.each([
    ['a relay', 'https://relay.example', json(internal, 500)],
    ['another scheme', 'http://generativelanguage.googleapis.com', json(internal, 500)],
    ['a look-alike host', 'https://generativelanguage.googleapis.com.example', json(internal, 500)],
    ['a page', GOOGLE, page(502, '<html><h1>502 Bad Gateway</h1></html>')],
    ['nothing', GOOGLE, text(500, '')],
    ['another code than its status', GOOGLE, json(envelope(503, 'UNAVAILABLE', 'sorry'), 500)],
    ['another name than its status', GOOGLE, json(envelope(500, 'NOT_FOUND', 'sorry'), 500)],
    ['OpenAI’s shape', GOOGLE, json(relay('sorry', 'server_error', 500), 500)],
    ['Cloudflare’s own 520', GOOGLE, json(envelope(520, 'INTERNAL', 'sorry'), 520)],
    ['Cloudflare’s own 524', GOOGLE, json(envelope(524, 'INTERNAL', 'sorry'), 524)],
  ])('told by %s may have run', async (_, baseUrl, failure) => {
    const { pool, asked } = setUp([failure], baseUrl);

    expect(await pool.generate(callOf())).toMatchObject({
      ok: false,
      failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' },
    });
    expect(asked()).toEqual(['g1']);
  });
});

describe('what visitors read of an error about their request', () => {
  it.each([
    ['Aspect ratio 1:4 is not supported for this model', true],
    [
      'Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
      true,
    ],
    ['Unknown name "slots" at \'contents[0]\': the template says "draw a {{mug}}"', false],
    ['Request failed on internal-host-17.', false],
  ])('%s: %s', async (message, isTold) => {
    const violations = [{ field: 'contents', description: 'internal-host-17' }];
    const more = [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: violations }];
    const { pool } = setUp([json(envelope(400, 'INVALID_ARGUMENT', message, more), 400)]);
    const answer = await pool.generate(callOf());
    if (answer.ok) throw new Error('it was answered');

    const client = JSON.stringify(toWire(answer.failure).body);
    const visitor = toWire(forVisitor(answer.failure)).body.error;

    expect(client).toContain(JSON.stringify(message).slice(1, -1));
    expect(visitor.message).toBe(isTold ? message : 'The image service refused the request.');
    expect(JSON.stringify(visitor)).not.toContain('internal-host-17');
  });
});

it('no words that quote the prompt are logged', async () => {
  const { pool, logged } = setUp([json(relay('Not allowed: a lighthouse at dusk, cut from paper', 'x'), 403)]);
  const prompt = 'A card with a lighthouse at dusk, cut from paper.';
  const turns = [{ role: 'user' as const, parts: [{ kind: 'text' as const, text: prompt }] }];

  const outcome = await pool.generate(callOf({ request: request({ turns }) }));

  expect(logged.map(({ event }) => event)).toContain('provider_failed');
  expect(JSON.stringify([logged, outcome])).not.toContain('lighthouse');
});
