/** Cheap refusals before any paid work. They rely on caches and KV; the exact decision is the ledger's. */
import type { Context } from 'hono';
import type { Caller, CountedCaller, Visitor } from '../../auth/site.ts';
import type { App } from '../../http/failure-response.ts';
import type { PolicyState } from '../../limits/kv-limiter.ts';
import { attemptPoliciesOf, policiesOf, type WindowPolicy } from '../../limits/policies.ts';
import { rateLimitFields } from '../../limits/rate-limit-headers.ts';
import type { Services } from '../../services.ts';
import { type Failure, fail, type Result, succeed } from '../../shared/failure.ts';
import type { ReadRequest } from './read-request.ts';

export interface Admission {
  caller: CountedCaller;
  /** The limits on which the ledger counts the request. */
  policies: readonly WindowPolicy[];
  /** The highest possible price, in micro-dollars. */
  worstMicros: number;
  /** Sets the `RateLimit` headers. @param isCounted Whether to count this request as well. */
  tellLimits: (isCounted: boolean) => void;
  /** Counts an attempt in the edge's limits, after the ledger has counted it. */
  countAttempt: () => void;
  /** Counts a picture in the edge's limits, once a provider is at work. The ledger has counted it already. */
  count: () => void;
  /** Remembers a refusal of the ledger, so that for a while the same refusal needs no call. */
  noteRefusal: (failure: Failure) => void;
}

/**
 * Admits a paid request if its price is known, its site is not known to be paused or out of budget, and KV shows room
 * in the caller's limits. Counts nothing.
 */
export async function admitPaid(
  c: Context<App>,
  read: ReadRequest,
  asking: Caller,
  services: Services,
): Promise<Result<Admission>> {
  const { pricing, siteRefusals, visitorRefusals, gate, limits, waitUntil } = services;
  const worstMicros = pricing.worst(read.request, read.model);
  if (worstMicros === undefined) return fail({ reason: 'PRICE_UNKNOWN', model: read.model.id });
  if (asking.site.paused) return fail({ reason: 'SITE_PAUSED' });
  const known = siteRefusals.recall(asking.site.id, worstMicros);
  if (known) return fail(known);

  const counted = await gate.count(asking);
  if (!counted.ok) return counted;
  const caller = counted.value;
  const tried = caller.kind === 'visitor' ? visitorRefusals.recall(caller.prefix) : undefined;
  if (tried) return fail(tried);
  const policies = policiesOf(caller);
  const { attempts = [], pictures = [] } = Object.groupBy(policies, ({ perAttempt }) =>
    perAttempt ? 'attempts' : 'pictures',
  );
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
  return succeed({
    ...{ caller, policies, worstMicros, tellLimits },
    countAttempt: () => waitUntil(limits.count(attempts)),
    count: () => waitUntil(limits.count(pictures)),
    noteRefusal(failure) {
      siteRefusals.note(asking.site.id, worstMicros, failure);
      if (caller.kind === 'visitor') visitorRefusals.note(caller.prefix, failure);
    },
  });
}

/** Counts a visitor's free call to a provider as an attempt, in the ledger and at the edge. @returns The refusal. */
export async function admitAttempt(visitor: Visitor, services: Services): Promise<Failure | undefined> {
  const { gate, limits, ledger, visitorRefusals, pause, waitUntil, log } = services;
  const counted = await gate.count(visitor);
  if (!counted.ok) return counted.failure;
  if (counted.value.kind !== 'visitor') return undefined;
  const { prefix } = counted.value;
  const tried = visitorRefusals.recall(prefix);
  if (tried) return tried;
  const policies = attemptPoliciesOf(counted.value);
  try {
    const late = pause(LEDGER_TIMEOUT_MS).then(() => 'late' as const);
    const refused = await Promise.race([ledger('site').attempt(policies), late]);
    if (refused === 'late') throw new Error(`the ledger did not answer within ${LEDGER_TIMEOUT_MS} ms`);
    if (refused) visitorRefusals.note(prefix, refused);
    else waitUntil(limits.count(policies));
    return refused;
  } catch (error) {
    log('attempt_uncounted', { error: String(error) });
    return { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the ledger did not count an attempt' };
  }
}

/** Counting is one step of the ledger. A call that takes longer counts as unanswered. */
const LEDGER_TIMEOUT_MS = 2_000;

function refusalOf({ policy, state }: PolicyState): Failure {
  return { reason: policy.reason, limit: policy.limit, retryAfterSeconds: state.retryAfterSeconds };
}

const afterOne = ({ policy, state }: PolicyState): PolicyState => ({
  policy,
  state: { ...state, remaining: state.remaining - 1 },
});
