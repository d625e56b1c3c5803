import { describe, expect, it } from 'vitest';
import type { ProviderName } from '../../worker/domain/catalog.ts';
import type { Failure } from '../../worker/domain/failure.ts';
import { type Attempt, type Lane, MAX_WAIT_MS, nextAttempt } from '../../worker/providers/retry.ts';
import type { Verdict } from '../../worker/providers/supplier.ts';

const NOW = 1_000_000;
const DEADLINE = NOW + 300_000;

const quota: Failure = { reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 30 };
const down: Failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' };
const unknown: Failure = { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' };

const busy: Verdict = { failure: down, next: 'again' };
const spent = (restMs: number): Verdict => ({ failure: quota, next: 'other-key', restMs });
const elsewhere: Verdict = { failure: { reason: 'NOT_FOUND', ran: 'no' }, next: 'elsewhere' };
const over: Verdict = { failure: unknown, next: 'never' };

const lane = (provider: ProviderName, restsForMs = 0): Lane => ({ provider, restsUntil: NOW + restsForMs });
const google = lane('google');
const apiyi = lane('apiyi');

interface Case {
  name: string;
  lanes: Lane[];
  history?: [lane: number, verdict: Verdict][];
  deadline?: number;
  random?: number;
  expected: object;
}

const cases: Case[] = [
  { name: 'asks the first key first', lanes: [google, google, apiyi], expected: { ask: 0, afterMs: 0 } },
  { name: 'passes over a resting key', lanes: [lane('google', 9_000), google], expected: { ask: 1, afterMs: 0 } },
  {
    name: 'asks the key that is fit soonest where all rest, because a rest is a guess',
    lanes: [lane('google', 90_000), lane('google', 60_000), lane('apiyi', 70_000)],
    expected: { ask: 1, afterMs: 0 },
  },
  {
    name: 'asks the next key at once when one is spent',
    lanes: [lane('google', 60_000), google, apiyi],
    history: [[0, spent(60_000)]],
    expected: { ask: 1, afterMs: 0 },
  },
  {
    name: 'asks another supplier at once, not another key, when one is busy',
    lanes: [google, google, apiyi],
    history: [[0, busy]],
    expected: { ask: 2, afterMs: 0 },
  },
  {
    name: 'asks the same supplier again after a while where there is no other',
    lanes: [google],
    history: [[0, busy]],
    random: 0.5,
    expected: { ask: 0, afterMs: 250 },
  },
  {
    name: 'doubles the span of the jitter',
    lanes: [google],
    history: [
      [0, busy],
      [0, busy],
    ],
    random: 0.5,
    expected: { ask: 0, afterMs: 500 },
  },
  {
    name: 'waits out a short rest, and a little more',
    lanes: [lane('google', 3_000)],
    history: [[0, spent(3_000)]],
    random: 0.5,
    expected: { ask: 0, afterMs: 3_250 },
  },
  {
    name: 'does not wait out a long rest',
    lanes: [lane('google', MAX_WAIT_MS + 1)],
    history: [[0, spent(MAX_WAIT_MS + 1)]],
    expected: { giveUp: quota },
  },
  {
    name: 'does not ask a second key that rests for long',
    lanes: [lane('google', 30_000), lane('google', 30_000)],
    history: [[0, spent(30_000)]],
    expected: { giveUp: quota },
  },
  {
    name: 'asks no key of a supplier that will not, but the next supplier',
    lanes: [google, google, apiyi],
    history: [[0, elsewhere]],
    expected: { ask: 2, afterMs: 0 },
  },
  {
    name: 'gives up where nobody else would',
    lanes: [google, google],
    history: [[0, elsewhere]],
    expected: { giveUp: elsewhere.failure },
  },
  {
    name: 'asks nobody after an attempt that may have run',
    lanes: [google, google, apiyi],
    history: [[0, over]],
    expected: { giveUp: unknown },
  },
  {
    name: 'tells the doubt and not an earlier quota',
    lanes: [lane('google', 30_000), apiyi],
    history: [
      [0, spent(30_000)],
      [1, over],
    ],
    expected: { giveUp: unknown },
  },
  {
    name: 'stops after three attempts',
    lanes: [google, apiyi],
    history: [
      [0, busy],
      [1, busy],
      [0, busy],
    ],
    expected: { giveUp: down },
  },
  {
    name: 'tells the quota, which says when to come back, and not the trouble after it',
    lanes: [lane('google', 30_000), apiyi],
    history: [
      [0, spent(30_000)],
      [1, busy],
      [1, busy],
    ],
    expected: { giveUp: quota },
  },
  {
    name: 'does not wait past the deadline',
    lanes: [google],
    history: [[0, busy]],
    random: 0.5,
    deadline: NOW + 250,
    expected: { giveUp: down },
  },
];

describe('nextAttempt', () => {
  it.each(cases)('$name', ({ lanes, history = [], deadline = DEADLINE, random = 0, expected }) => {
    const attempts: Attempt[] = history.map(([index, verdict]) => ({ lane: index, verdict }));

    expect(nextAttempt({ lanes, history: attempts, deadline }, NOW, () => random)).toEqual(expected);
  });
});
