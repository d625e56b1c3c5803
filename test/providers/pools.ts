/** A pool of providers that answer from a list, with a clock that only pauses move. */
import { findModel, type ProviderName } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import type { KeyHealth } from '../../worker/providers/key-health.ts';
import { createProviderPool, type PoolOptions } from '../../worker/providers/pool.ts';
import { type Provider, type Verdict, verdictOf } from '../../worker/providers/provider.ts';

export const model = findModel(SEED_CATALOG, 'gemini-nano-banana-2.1')!;

export const busy = verdictOf('overloaded', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'HTTP 503' });
export const invalidKey = verdictOf(
  'key-invalid',
  { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'HTTP 400' },
  { status: 400 },
);
export const lost = verdictOf('lost', { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause: 'reset' });

/** A provider's next result: a verdict, or a promise of one; undefined is a good answer. */
export type Turn = Verdict | undefined | Promise<Verdict | undefined>;

/** A provider that plays its turns in order, and then answers. */
function scripted(name: ProviderName, label: string, turns: Turn[], asked: string[]): Provider {
  const turn = async <Good>(good: Good) => {
    asked.push(label);
    const verdict = await turns.shift();
    return verdict ? ({ ok: false, provider: name, verdict } as const) : good;
  };
  return {
    name,
    serves: (candidate) => candidate.offers[name] !== undefined,
    generate: ({ form }) => turn({ ok: true, provider: name, form, body: new Response(label).body! } as const),
    countTokens: () => turn({ ok: true, value: { totalTokens: 7 } } as const),
  };
}

export type Plan = [name: ProviderName, label: string, turns: Turn[]][];

/** 21 January 2026, noon UTC: 04:00 in California. */
export const NOON = Date.UTC(2026, 0, 21, 12);

export function setUp(plan: Plan, change: Partial<PoolOptions> = {}) {
  const asked: string[] = [];
  const pauses: number[] = [];
  const logged: Record<string, unknown>[] = [];
  const told: KeyHealth[] = [];
  const clock = { ms: NOON };
  const places = new Map<string, number>();
  const [first, ...others] = plan.map(([name, label, turns]) => {
    const place = (places.get(name) ?? 0) + 1;
    places.set(name, place);
    return { provider: scripted(name, label, turns, asked), place, tag: `tag-${label}` };
  });
  const pool = createProviderPool([first!, ...others], {
    now: () => clock.ms,
    random: () => 0.5,
    pause: async (ms) => {
      pauses.push(ms);
      clock.ms += ms;
    },
    log: (event, facts) => void logged.push({ event, ...facts }),
    reportHealth: (health) => void told.push(health),
    ...change,
  });
  return { pool, asked, pauses, logged, told, clock };
}
