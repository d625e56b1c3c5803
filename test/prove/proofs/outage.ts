/**
 * Cloudflare's siteverify fails: every visitor gets a ticket by a proof of work instead, all of them together spend a
 * tenth of the site's day, and Turnstile is asked for again soon after it works.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { powOf } from '../../proofs/solve.ts';
import { stayInOneDay } from '../../stay-in-one-day.ts';
import { bodyOf, MODEL, newPrompt } from '../ask.ts';
import { dollars, type Effort, type Figure, many } from '../figures.ts';
import { awaitNothingOpen } from '../owner.ts';
import { ORIGIN, type Peel } from '../peel.ts';
import { readPrices } from '../prices.ts';
import { type Condition, createFakeSiteverify, type FakeSiteverify, TURNSTILE, tokenFor } from '../siteverify.ts';
import { paidCalls, type Stage } from '../stage.ts';

const OUTAGES: Record<Effort, readonly Condition[]> = {
  full: ['hangs', 'resets', 'errors', 'garbage', 'internal-error'],
  short: ['hangs'],
};
/** Pictures at the worst price that a tenth of the day is for, and visitors during the outage. */
const CROWD: Record<Effort, { pictures: number; visitors: number }> = {
  full: { pictures: 10, visitors: 60 },
  short: { pictures: 3, visitors: 12 },
};
const IN_FLIGHT = 6;
const SHARE = 0.1;
const WORDS = '[[size:tiny]]';
const PROOF_MS = 300_000;
const RECOVERY_MS = 60_000;
/** The worker waits for siteverify for two seconds. What comes on top is this machine, which a test may share. */
const MOST_WAIT_MS: Record<Effort, number> = { full: 3_500, short: 60_000 };
/** Longer than a request needs that asks nobody. */
const WAITED_MS = 1_000;

interface Crowd {
  visitors: number;
  /** What the lower rung may spend of the day, and the worst price of a picture. */
  shareMicros: number;
  worst: number;
}

interface Outcome {
  condition: Condition;
  spentMicros: number;
  shareMicros: number;
  /** Visitors during the outage, and those of them without a ticket. */
  visitors: number;
  withoutTicket: number;
  pictures: number;
  /** Paid calls that gave no picture, or the reverse. */
  odd: number;
  /** What is left of the share is for no further picture. */
  isUsedUp: boolean;
  /** Longest wait for the word that a token cannot be checked. */
  longestWaitMs: number;
  /** Those who waited for siteverify themselves. */
  heldUp: number;
  recoveryMs: number;
  /** Visitors after the outage without a picture, although the lower rung has spent its share. */
  unservedAfter: number;
}

export async function proveOutage(stage: Stage, effort: Effort): Promise<Figure[]> {
  await stayInOneDay(PROOF_MS);
  const { worst } = await readPrices(stage, WORDS);
  const { pictures, visitors } = CROWD[effort];
  const dayMicros = Math.ceil((worst * pictures) / SHARE);
  const crowd = { visitors, worst, shareMicros: Math.floor(dayMicros * SHARE) };
  const siteverify = await createFakeSiteverify();
  const outcomes: Outcome[] = [];
  try {
    for (const condition of OUTAGES[effort]) {
      const variables = {
        ...TURNSTILE,
        TURNSTILE_VERIFY_URL: siteverify.url,
        SITE_PROOF: 'turnstile',
        SITE_DAILY_BUDGET_USD: (dayMicros / 1e6).toFixed(6),
      };
      siteverify.condition = condition;
      const outcome = await stage.withPeel(variables, (peel) => passThrough(stage, peel, siteverify, crowd));
      stage.say(`outage: ${JSON.stringify(outcome)}`);
      outcomes.push(outcome);
    }
  } finally {
    siteverify.close();
  }
  return figuresOf(outcomes, MOST_WAIT_MS[effort]);
}

async function passThrough(stage: Stage, peel: Peel, siteverify: FakeSiteverify, crowd: Crowd): Promise<Outcome> {
  const { condition } = siteverify;
  stage.upstream.reset();
  let next = 0;
  const during: Visit[] = [];
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (next < crowd.visitors) during.push(await visit(peel, next++));
    }),
  );
  await awaitNothingOpen(peel);
  // In a crowd money is held that is free a moment later. Then the rest of the share is spent, one after another.
  const end = performance.now() + RECOVERY_MS;
  while (during.at(-1)?.refusal !== 'DAILY_BUDGET_SPENT' && performance.now() < end) {
    const last = await visit(peel, next++);
    during.push(last);
    if (last.refusal === 'BUDGET_HELD') await sleep(1000);
  }
  const { site } = await awaitNothingOpen(peel);
  const spentMicros = site.settledMicros + site.heldMicros + site.overrunMicros;
  const pictures = during.filter(({ hasPicture }) => hasPicture).length;
  const calls = paidCalls(stage, '').length;

  siteverify.condition = 'works';
  const worksSince = performance.now();
  let recoveryMs = Number.POSITIVE_INFINITY;
  while (recoveryMs > RECOVERY_MS && performance.now() - worksSince < RECOVERY_MS) {
    const { rung } = await visit(peel, next++);
    if (rung === 'turnstile') recoveryMs = performance.now() - worksSince;
    else await sleep(250);
  }
  const after = [await visit(peel, next++), await visit(peel, next++), await visit(peel, next++)];
  const waits = during.map(({ waitMs }) => waitMs);
  return {
    ...{ condition, spentMicros, shareMicros: crowd.shareMicros, recoveryMs, pictures },
    visitors: during.length,
    withoutTicket: during.filter(({ rung }) => rung !== 'pow').length,
    odd: Math.abs(calls - pictures),
    isUsedUp: crowd.shareMicros - spentMicros < crowd.worst,
    longestWaitMs: Math.max(...waits),
    heldUp: waits.filter((waitMs) => waitMs > WAITED_MS).length,
    unservedAfter: after.filter(({ rung, hasPicture }) => rung !== 'turnstile' || !hasPicture).length,
  };
}

interface Visit {
  /** Of its ticket; undefined for a visitor that got none. */
  rung?: 'turnstile' | 'pow';
  hasPicture: boolean;
  /** Why there is no picture. */
  refusal?: string;
  /** Until the first answer of `POST /peel/session`. */
  waitMs: number;
}

/** What the widget does for a visitor, each from a network of its own. */
async function visit({ url }: Peel, n: number): Promise<Visit> {
  const headers = {
    ...{ 'Content-Type': 'application/json', Origin: ORIGIN },
    'CF-Connecting-IP': `10.${n >> 8}.${n & 255}.1`,
  };
  const facts = (await (await fetch(`${url}/peel/site`, { headers })).json()) as { proof: { nonce: string } };
  const post = async (proof: object) => {
    const answer = await fetch(`${url}/peel/session`, { method: 'POST', headers, body: JSON.stringify({ proof }) });
    return (await answer.json()) as SessionAnswer;
  };
  const startedAt = performance.now();
  const first = await post({ turnstile: tokenFor(facts.proof.nonce, new URL(ORIGIN).hostname) });
  const waitMs = performance.now() - startedAt;
  const { nonce = '', difficulty } = first.error?.details[0]?.metadata ?? {};
  const { token } = first.token ? first : await post(await powOf({ nonce, difficulty: Number(difficulty) }));
  if (token === undefined) return { hasPicture: false, waitMs };
  const drawn = await fetch(`${url}/v1beta/models/${MODEL}:generateContent`, {
    ...{ method: 'POST', body: bodyOf(newPrompt(WORDS)) },
    headers: { ...headers, Authorization: `Bearer ${token}` },
  });
  const refusal = /"reason":"([A-Z_]+)"/.exec(await drawn.text())?.[1];
  return { rung: first.token ? 'turnstile' : 'pow', hasPicture: drawn.ok, ...(refusal && { refusal }), waitMs };
}

interface SessionAnswer {
  token?: string;
  error?: { details: { metadata?: Record<string, string> }[] };
}

const IN_WORDS: Record<Condition, string> = {
  works: 'works',
  hangs: 'hangs',
  resets: 'resets connections',
  errors: 'fails with 500',
  garbage: 'answers HTML',
  'internal-error': 'says `internal-error`',
};

function figuresOf(outcomes: readonly Outcome[], mostWaitMs: number): Figure[] {
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const most = (of: (outcome: Outcome) => number) => Math.max(...outcomes.map(of));
  const visitors = sum((outcome) => outcome.visitors);
  const measuredOn = `${many(visitors, 'visitor')} while siteverify ${outcomes.map(({ condition }) => IN_WORDS[condition]).join(', ')}`;
  const share = most(({ spentMicros, shareMicros }) => (spentMicros / shareMicros) * SHARE);
  const recovery = most(({ recoveryMs }) => recoveryMs);
  const wait = most(({ longestWaitMs }) => longestWaitMs);
  return [
    {
      promise: 'Part of the day that visitors spend while siteverify fails (bar 10 %)',
      figure: `${(share * 100).toFixed(2)} %`,
      measuredOn: `${measuredOn}; ${many(
        sum((outcome) => outcome.pictures),
        'picture',
      )}, ${dollars(most((outcome) => outcome.spentMicros))} of ${dollars(most((outcome) => outcome.shareMicros))}`,
      holds: share <= SHARE && sum(({ odd }) => odd) === 0,
    },
    {
      promise: 'Visitors without a ticket, or without a picture while a tenth of the day is not spent',
      figure: `${sum((outcome) => outcome.withoutTicket)}`,
      measuredOn,
      holds: sum((outcome) => outcome.withoutTicket) === 0 && outcomes.every(({ isUsedUp }) => isUsedUp),
    },
    {
      promise: 'Longest wait for a siteverify that does not answer (bar 3.5 s)',
      figure: `${(wait / 1000).toFixed(2)} s`,
      measuredOn: `${measuredOn}; ${many(
        sum((outcome) => outcome.heldUp),
        'visitor',
      )} waited longer than ${WAITED_MS} ms`,
      holds: wait <= mostWaitMs,
    },
    {
      promise: 'From the moment that siteverify works to the next Turnstile ticket (bar 60 s)',
      figure: `${(recovery / 1000).toFixed(1)} s`,
      measuredOn: `${many(outcomes.length, 'outage')}, slowest`,
      holds: recovery <= RECOVERY_MS,
    },
    {
      promise: 'Visitors after it without a picture, though the tenth is spent',
      figure: `${sum((outcome) => outcome.unservedAfter)}`,
      measuredOn: `3 visitors after each outage`,
      holds: sum((outcome) => outcome.unservedAfter) === 0,
    },
  ];
}
