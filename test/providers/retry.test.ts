import { describe, expect, it } from 'vitest';
import type { ProviderName } from '../../worker/catalog/model.ts';
import type { ErrorClass } from '../../worker/providers/failure-policies.ts';
import { type Verdict, verdictOf } from '../../worker/providers/provider.ts';
import { type Attempt, MAX_WAIT_MS, nextAttempt, type RetryKey } from '../../worker/providers/retry.ts';
import type { Failure } from '../../worker/shared/failure.ts';

const NOW = 1_000_000;
const DEADLINE = NOW + 300_000;

const quota: Failure = { reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 30 };
const down: Failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' };
const unknown: Failure = { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' };

const busy = verdictOf('overloaded', down);
const spent = verdictOf('rate', quota, { retryMs: 30_000 });
const invalid = verdictOf('key-invalid', down);
const elsewhere = verdictOf('region', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'region' });
const over = verdictOf('lost', unknown);
const denied = verdictOf('denied', down);
const failed = verdictOf('failed', down);

const rests = (provider: ProviderName, forMs: number, errorClass: ErrorClass = 'rate', isGuess = false): RetryKey => ({
  provider,
  rest: { until: NOW + forMs, errorClass, isGuess },
});
const open = (provider: ProviderName, forMs: number): RetryKey => rests(provider, forMs, 'overloaded', true);
const probed = (provider: ProviderName): RetryKey => ({
  provider,
  rest: { until: NOW + 60_000, errorClass: 'overloaded', isGuess: true, isProbed: true },
});
const google: RetryKey = { provider: 'google' };
const apiyi: RetryKey = { provider: 'apiyi' };

interface Case {
  name: string;
  keys: RetryKey[];
  history?: [key: number, verdict: Verdict][];
  waitedMs?: number;
  mayRetry?: boolean;
  deadline?: number;
  random?: number;
  expected: object;
}

const asks = (ask: number, afterMs = 0, isRetry = false) => ({ ask, afterMs, isRetry });

const firstAttempts: Case[] = [
  { name: 'asks the first key first', keys: [google, google, apiyi], expected: asks(0) },
  { name: 'passes over a resting key', keys: [rests('google', 9_000), google], expected: asks(1) },
  {
    name: 'waits for a key that is fit again within the wait, and a little more',
    keys: [rests('google', 90_000), rests('google', 3_000)],
    random: 0.5,
    expected: asks(1, 3_250),
  },
  {
    name: 'asks no key where all rest at their providers’ word, and says when the first comes back',
    keys: [rests('google', 90_000), rests('google', 60_000, 'day-quota'), rests('apiyi', 70_000, 'key-invalid')],
    expected: { giveUp: expect.objectContaining({ reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 60 }) },
  },
  {
    name: 'does not tell strangers of a limit where it is the owner’s trouble',
    keys: [rests('google', 600_000, 'depleted')],
    expected: {
      giveUp: expect.objectContaining({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 600 }),
    },
  },
  {
    name: 'has the caller back after a while where no key ever comes back: there may be another by then',
    keys: [rests('google', Number.POSITIVE_INFINITY, 'key-leaked')],
    expected: {
      giveUp: {
        reason: 'UPSTREAM_UNAVAILABLE',
        ran: 'no',
        cause: 'all keys rest, the first of them for key-leaked',
        retryAfterSeconds: 600,
      },
    },
  },
  {
    name: 'tells of an unknown model as such',
    keys: [rests('google', 600_000, 'model-missing')],
    expected: { giveUp: expect.objectContaining({ reason: 'NOT_FOUND', ran: 'no' }) },
  },
  {
    name: 'asks the key that is fit soonest where its rest is our own guess',
    keys: [rests('google', 20_000), open('google', 60_000), open('apiyi', 50_000)],
    expected: asks(2),
  },
  {
    name: 'asks no key during a probe, and has the caller back soon',
    keys: [probed('google')],
    expected: { giveUp: expect.objectContaining({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 5 }) },
  },
];

const laterAttempts: Case[] = [
  {
    name: 'asks the next key at once when one is spent',
    keys: [rests('google', 30_000), google, apiyi],
    history: [[0, spent]],
    expected: asks(1),
  },
  {
    name: 'asks another provider at once, not another key, when one is busy',
    keys: [google, google, apiyi],
    history: [[0, busy]],
    mayRetry: false,
    expected: asks(2),
  },
  {
    name: 'asks the same provider again after a while where there is no other',
    keys: [google],
    history: [[0, busy]],
    random: 0.5,
    expected: asks(0, 250, true),
  },
  {
    name: 'doubles the span of the jitter',
    keys: [google],
    history: [
      [0, busy],
      [0, busy],
    ],
    random: 0.5,
    expected: asks(0, 500, true),
  },
  {
    name: 'does not ask the same provider again without a retry to spend',
    keys: [google, google],
    history: [[0, busy]],
    mayRetry: false,
    expected: { giveUp: down },
  },
  {
    name: 'waits out a short rest, and a little more',
    keys: [rests('google', 3_000)],
    history: [[0, spent]],
    random: 0.5,
    expected: asks(0, 3_250, true),
  },
  {
    name: 'waits no longer in all than once',
    keys: [rests('google', 3_000)],
    history: [[0, spent]],
    waitedMs: MAX_WAIT_MS - 3_000,
    expected: { giveUp: { ...quota, retryAfterSeconds: 3 } },
  },
  {
    name: 'does not wait out a long rest, and says how long it is',
    keys: [rests('google', MAX_WAIT_MS + 1)],
    history: [[0, spent]],
    expected: { giveUp: { ...quota, retryAfterSeconds: 9 } },
  },
  {
    name: 'does not ask a second key that rests for long, but has the caller back for it',
    keys: [rests('google', 30_000), rests('google', 20_000)],
    history: [[0, spent]],
    expected: { giveUp: { ...quota, retryAfterSeconds: 20 } },
  },
  {
    name: 'asks a key that rests on a guess before it gives up',
    keys: [rests('google', 600_000, 'key-invalid'), open('apiyi', 30_000)],
    history: [[0, invalid]],
    expected: asks(1),
  },
  {
    name: 'does not ask a key again whose breaker has just opened',
    keys: [open('google', 15_000)],
    history: [[0, busy]],
    expected: { giveUp: { ...down, retryAfterSeconds: 10 } },
  },
  {
    name: 'tells the request that finds a bad key what later ones hear',
    keys: [rests('google', 600_000, 'key-invalid')],
    history: [[0, invalid]],
    expected: { giveUp: { ...down, retryAfterSeconds: 600 } },
  },
  {
    name: 'does not ask the same key again that refused without resting for it',
    keys: [google],
    history: [[0, denied]],
    expected: { giveUp: down },
  },
  {
    name: 'asks the next key where one refused without resting for it',
    keys: [google, google],
    history: [[0, denied]],
    expected: asks(1),
  },
  {
    name: 'asks the same key at once under the model’s other name',
    keys: [google],
    history: [[0, { ...verdictOf('model-missing', down), next: 'renamed' }]],
    expected: asks(0),
  },
  {
    name: 'asks a provider again that says itself that it failed',
    keys: [google],
    history: [[0, failed]],
    random: 0.5,
    expected: asks(0, 250, true),
  },
  {
    name: 'does not ask it a third time, but another',
    keys: [google, google, apiyi],
    history: [
      [0, failed],
      [1, failed],
    ],
    expected: asks(2),
  },
  {
    name: 'does not ask it again without a retry to spend',
    keys: [google],
    history: [[0, failed]],
    mayRetry: false,
    expected: { giveUp: down },
  },
  {
    name: 'has the caller back soon for a rest that is a guess, and no sooner than a quota’s own',
    keys: [rests('google', 600_000, 'denied', true)],
    history: [[0, denied]],
    expected: { giveUp: { ...down, retryAfterSeconds: 10 } },
  },
  {
    name: 'asks no key of a provider that will not, but the next provider',
    keys: [google, google, apiyi],
    history: [[0, elsewhere]],
    expected: asks(2),
  },
  {
    name: 'gives up where no other key would help',
    keys: [google, google],
    history: [[0, elsewhere]],
    expected: { giveUp: elsewhere.failure },
  },
  {
    name: 'tells when the capable provider is back, and not the refusal of an unsuited one',
    keys: [rests('google', 30_000), apiyi],
    history: [[1, verdictOf('unsuited', { reason: 'INVALID_FIELD', ran: 'no' })]],
    expected: { giveUp: expect.objectContaining({ reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 30 }) },
  },
  {
    name: 'asks no key after an attempt that may have run',
    keys: [google, google, apiyi],
    history: [[0, over]],
    expected: { giveUp: unknown },
  },
  {
    name: 'tells the doubt and not an earlier quota',
    keys: [rests('google', 30_000), apiyi],
    history: [
      [0, spent],
      [1, over],
    ],
    expected: { giveUp: unknown },
  },
  {
    name: 'stops after three attempts',
    keys: [google, apiyi],
    history: [
      [0, busy],
      [1, busy],
      [0, busy],
    ],
    expected: { giveUp: down },
  },
  {
    name: 'tells the quota, which says when to come back, and not the trouble after it',
    keys: [rests('google', 30_000), apiyi],
    history: [
      [0, spent],
      [1, busy],
      [1, busy],
    ],
    expected: { giveUp: quota },
  },
  {
    name: 'does not wait past the deadline',
    keys: [google],
    history: [[0, busy]],
    random: 0.5,
    deadline: NOW + 250,
    expected: { giveUp: down },
  },
];

describe('nextAttempt', () => {
  it.each([...firstAttempts, ...laterAttempts])('$name', (each) => {
    const { keys, history = [], waitedMs = 0, mayRetry = true, deadline = DEADLINE, random = 0, expected } = each;
    const attempts: Attempt[] = history.map(([index, verdict]) => ({ key: index, verdict }));

    const decision = nextAttempt({ keys, history: attempts, waitedMs, mayRetry, deadline }, NOW, () => random);

    expect(decision).toEqual(expected);
  });
});
