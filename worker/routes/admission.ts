/** The cheap refusals in front of everything that is paid. None of them is the exact word, which is the ledger's. */
import type { Context } from 'hono';
import { type Failure, fail, type Result, succeed } from '../domain/failure.ts';
import { rateLimitFields } from '../domain/rate-limit-fields.ts';
import type { Caller } from '../domain/site.ts';
import { policiesOf } from '../domain/windows.ts';
import type { App } from '../http.ts';
import type { Services } from '../services.ts';
import type { PolicyState } from '../storage/limits.ts';
import type { Ask } from './ask.ts';

export interface Admission {
  /** The dearest it can become, in micro-dollars. */
  worstMicros: number;
  /** Says in the answer's headers where the caller's limits stand, with or without one more. */
  tellLimits: (isCounted: boolean) => void;
  /** A supplier is at work: counted at the edge, and the ledger has counted already. */
  count: () => void;
}

/** A known price, a site that is not known to be spent or paused, and room in the limits as KV knows them. */
export async function admitPaid(
  c: Context<App>,
  ask: Ask,
  caller: Caller,
  services: Services,
): Promise<Result<Admission>> {
  const { pricing, memo, limits, waitUntil } = services;
  const worstMicros = pricing.worst(ask.request, ask.model);
  if (worstMicros === undefined) return fail({ reason: 'PRICE_UNKNOWN', model: ask.model.id });
  if (caller.site.paused) return fail({ reason: 'SITE_PAUSED' });
  const known = memo.recall(caller.site.id, worstMicros);
  if (known) return fail(known);

  const policies = policiesOf(caller);
  const states = await limits.read(policies);
  const tellLimits = (isCounted: boolean) => {
    for (const [name, value] of Object.entries(rateLimitFields(isCounted ? states.map(afterOne) : states))) {
      c.header(name, value);
    }
  };
  const spent = states.find(({ state }) => state.remaining === 0);
  if (spent) {
    tellLimits(false);
    return fail(refusalOf(spent));
  }
  return succeed({ worstMicros, tellLimits, count: () => waitUntil(limits.count(policies)) });
}

function refusalOf({ policy, state }: PolicyState): Failure {
  return { reason: policy.reason, limit: policy.limit, retryAfterSeconds: state.retryAfterSeconds };
}

const afterOne = ({ policy, state }: PolicyState): PolicyState => ({
  policy,
  state: { ...state, remaining: state.remaining - 1 },
});
