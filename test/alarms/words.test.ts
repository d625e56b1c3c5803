/** Every alarm says what happened, what Peel does by itself, and what the owner can do. */
import { describe, expect, it } from 'vitest';
import type { AlarmFacts } from '../../worker/alarms/signal.ts';
import { dollars, GRAVITY, textOf } from '../../worker/alarms/words.ts';
import type { AlarmName } from '../../worker/desk-protocol.ts';

const at = (hours: number, minutes = 0) => Date.UTC(2026, 10, 29, hours, minutes);
const day = { period: 'day', capMicros: 3_500_000, endsAt: Date.UTC(2026, 10, 30) };

const CASES: [AlarmName, string | undefined, AlarmFacts, string][] = [
  [
    ...(['budget_80', 'shop', { ...day, spentMicros: 2_800_000, percent: 80, reachedAt: at(20, 10) }] as const),
    'Site shop has spent $2.80 of its $3.50 for today, 80 %. If it goes on as since midnight, the cap is reached at about 20:10 UTC. New prompts are then refused until 00:00 UTC; kept pictures go on. Nothing is spent past it. Change the cap where it is too low.',
  ],
  [
    ...([
      ...(['budget_50', undefined] as const),
      { period: 'month', capMicros: 200_000_000, spentMicros: 100_000_000, percent: 50, endsAt: Date.UTC(2026, 11, 1) },
    ] as const),
    'The deployment has spent $100.00 of its $200.00 for this month, 50 %. If it goes on as since the month began, the cap is not reached before 1 December, 00:00 UTC. New prompts are then refused until 1 December, 00:00 UTC; kept pictures go on. Nothing is spent past it. Change the cap where it is too low.',
  ],
  [
    ...(['budget_100', 'shop', { ...day, spentMicros: 3_500_000, heldMicros: 95_000 }] as const),
    'Site shop has spent $3.50 of its $3.50 for today. New prompts are refused until 00:00 UTC; kept pictures go on. Change the cap to draw on sooner.',
  ],
  [
    ...(['budget_100', 'cards', { ...day, capMicros: 150_000, spentMicros: 69_515, heldMicros: 95_000 }] as const),
    'Site cards has spent $0.07 of its $0.15 for today; the rest is less than a picture holds, $0.095. New prompts are refused until 00:00 UTC; kept pictures go on. Change the cap to draw on sooner.',
  ],
  [
    ...(['spend_unusual', 'posters', { spentMicros: 1_200_000, usualMicros: 300_000, since: at(17) }] as const),
    'Site posters spent $1.20 since 17:00 UTC, 4 times its usual $0.30. The caps of the day, of a visitor and of a network hold. Look at what was drawn, and pause the site if it is not yours.',
  ],
  [
    ...([
      ...(['key_rests', undefined] as const),
      { provider: 'google', key: 2, until: at(8), why: 'its day’s quota is used up', keysLeft: 1 },
    ] as const),
    'Google key 2 rests until 08:00 UTC: its day’s quota is used up. Another key carries on. A key of another project, or a higher quota, helps.',
  ],
  [
    ...(['price_stale', undefined, { provider: 'apiyi', model: 'gemini-3-pro-image', days: 63 }] as const),
    'APIYI’s price of gemini-3-pro-image was last confirmed 63 days ago. Peel counts on with it. If it rose, caps hold in Peel’s dollars and not in the provider’s. Compare it with its source.',
  ],
  [
    ...(['price_ends', undefined, { provider: 'fal', model: 'm', state: 'ends', until: '2026-12-07' }] as const),
    'fal’s price of m ends on 7 December. From then on Peel refuses this model there, because it does not draw at a guess. Enter the price that follows.',
  ],
  [
    ...(['model_ends', undefined, { model: 'm', end: '2027-01-31', sites: 3, successor: 'n' }] as const),
    'm is retired after 31 January. 3 sites offer it. n takes its place by itself. Look whether its pictures and its price suit you.',
  ],
  [
    ...(['overrun', 'shop', { overrunMicros: 50_000, pictures: 2, model: 'gemini-3-pro-image' }] as const),
    'Site shop paid $0.05 more than was held for 2 pictures of gemini-3-pro-image. It counts in today’s spend, and what today cannot pay is taken off tomorrow. If it goes on, correct the price table.',
  ],
  [
    ...(['outcome_unknown', 'shop', { calls: 1, micros: 160_000 }] as const),
    'A call of site shop may have been charged, and no picture came. $0.16 is counted as spent. Compare it with the provider’s bill.',
  ],
  [
    ...(['picture_lost', 'shop', { calls: 2, micros: 70_000 }] as const),
    '2 pictures of site shop were charged and never came whole. $0.07 is counted as spent. The same request draws anew. Ask the provider for the money if it goes on.',
  ],
  [
    ...(['picture_reported', 'shop', { picture: 'b1', reportedAt: at(16, 59) }] as const),
    'A picture of site shop was reported at 16:59 UTC. It is still at its address until you decide. Delete it or keep it.',
  ],
  [
    ...(['proof_none', 'shop', { capMicros: 3_500_000 }] as const),
    'Site shop has no bot check. Any script that copies a page’s address can spend its $3.50 a day, and no more. Choose proof of work or Turnstile.',
  ],
  [
    ...(['proof_down', undefined, { since: at(14, 2) }] as const),
    'Turnstile does not answer since 14:02 UTC. Visitors are let in by proof of work, for at most 10 % of a site’s cap. Check the secret key; if it is right, wait for Cloudflare.',
  ],
  [
    ...(['config_broken', 'gifts', { field: 'adultsDeclared', state: 'closed' }] as const),
    'Site gifts could not be read: the field adultsDeclared breaks a rule. It has no good rules to go on with, so its visitors read that it is closed. Mend the field, or save the site again.',
  ],
  [
    ...(['config_broken', 'gifts', { field: 'budgets.dailyUsd', state: 'kept' }] as const),
    'Site gifts could not be read: the field budgets.dailyUsd breaks a rule. Its last good rules are in force. Mend the field, or save the site again.',
  ],
];

describe('an alarm', () => {
  it.each(CASES)('%s of %s', (name, site, facts, expected) => {
    expect(textOf({ name, facts, ...(site !== undefined && { site }) })).toBe(expected);
  });

  it('each has its place, once', () => {
    expect(new Set(GRAVITY).size).toBe(GRAVITY.length);
    const told = new Set([...CASES.map(([name]) => name), 'key_refused']);
    expect([...GRAVITY].toSorted()).toEqual([...told].toSorted());
  });
});

it.each([
  [0, '$0.00'],
  [5_360_000, '$5.36'],
  [34_722, '$0.03'],
  [4_200, '$0.004200'],
])('%i micro-dollars are %s', (micros, told) => {
  expect(dollars(micros)).toBe(told);
});
