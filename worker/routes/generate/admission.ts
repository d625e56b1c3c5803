/** Cheap refusals before any paid work. They rely on caches and KV; the exact decision is the ledger's. */
import type { Context } from 'hono';
import type { Caller, CountedCaller, Visitor } from '../../auth/caller.ts';
import type { App } from '../../http/failure-response.ts';
import type { CallerLimits } from '../../ledger/rpc.ts';
import type { PolicyState } from '../../limits/kv-limiter.ts';
import { attemptPoliciesOf, policiesOf, retryAfter, type WindowPolicy } from '../../limits/policies.ts';
import { pursesOf } from '../../limits/purses.ts';
import { rateLimitFields } from '../../limits/rate-limit-headers.ts';
import type { Services } from '../../services.ts';
import { type Failure, fail, type Result, succeed } from '../../shared/failure.ts';
import type { ReadRequest } from './read-request.ts';

export interface Admission {
  caller: CountedCaller;
  /** The limits to which the ledger holds the request. */
  limits: CallerLimits;
  /** The highest possible price, in micro-dollars. */
  worstMicros: number;
  /** Sets the `RateLimit` headers. @param how Whether to count this request as well, or why it was refused. */
  tellLimits: (how: 'counted' | 'not counted' | Failure) => void;
  /** Counts an attempt in the edge's memory, after the ledger has counted it. */
  countAttempt: () => void;
  /** Counts a picture in the edge's limits, once a provider is at work: one write to KV. The ledger has counted it. */
  count: () => void;
  /** Remembers a refusal of the ledgers, so that for a while the same refusal needs no call. */
  noteRefusal: (failure: Failure) => void;
}

/** A caller as limits count it, and where its limits stand at the edge. */
export interface Standing {
  caller: CountedCaller;
  policies: readonly WindowPolicy[];
  states: readonly PolicyState[];
  /** The highest possible price of the request, in micro-dollars. */
  worstMicros: number;
}

/**
 * Reads where a caller stands, or why its request is refused without a look at its limits: the price is unknown, or the
 * refusal is remembered. Counts nothing. For a client it reads nothing from KV.
 */
export async function readStanding(
  { request, model }: Pick<ReadRequest, 'request' | 'model'>,
  asking: Caller,
  { pricing, gate, refusals, limits }: Services,
): Promise<Result<Standing>> {
  const worstMicros = pricing.worst(request, model);
  if (worstMicros === undefined) return fail({ reason: 'PRICE_UNKNOWN', model: model.id });
  if (asking.site.paused) return fail({ reason: 'SITE_PAUSED' });
  const counted = await gate.count(asking);
  if (!counted.ok) return counted;
  const caller = counted.value;
  const known = refusals.recall(caller, worstMicros);
  if (known) return fail(known);
  const policies = policiesOf(caller);
  const states = caller.kind === 'visitor' ? await limits.read(policies) : [];
  return succeed({ caller, policies, states, worstMicros });
}

/** Admits a paid request if the edge shows room in the caller's limits. */
export function admitPaid(
  c: Context<App>,
  { caller, policies, states, worstMicros }: Standing,
  { refusals, limits: edge, now, waitUntil }: Services,
): Result<Admission> {
  const { attempts = [], pictures = [] } = Object.groupBy(policies, ({ perAttempt, perRefusal }) => {
    if (perRefusal) return 'refusals';
    return perAttempt ? 'attempts' : 'pictures';
  });
  const tellLimits: Admission['tellLimits'] = (how) => {
    const after = typeof how === 'object' ? afterRefusal(how) : how === 'counted' ? afterOne : undefined;
    for (const [name, value] of Object.entries(rateLimitFields(after ? states.map(after) : states))) {
      c.header(name, value);
    }
  };
  const spent = states.find(({ state }) => state.remaining === 0);
  if (spent) {
    tellLimits('not counted');
    return fail(refusalOf(spent, now()));
  }
  return succeed({
    ...{ caller, limits: { policies, purses: pursesOf(caller) }, worstMicros, tellLimits },
    countAttempt: () => waitUntil(edge.count(attempts)),
    count: () => waitUntil(edge.count(pictures)),
    noteRefusal: (failure) => refusals.note(caller, worstMicros, failure),
  });
}

/** Counts a visitor's free call to a provider as an attempt, in the ledger and at the edge. @returns The refusal. */
export async function admitAttempt(visitor: Visitor, services: Services): Promise<Failure | undefined> {
  const { gate, limits, ledger, refusals, pause, waitUntil, log } = services;
  const counted = await gate.count(visitor);
  if (!counted.ok) return counted.failure;
  const caller = counted.value;
  if (caller.kind !== 'visitor') return undefined;
  const tried = refusals.recall(caller, 0, ['VISITOR_ATTEMPTS']);
  if (tried) return tried;
  const policies = attemptPoliciesOf(caller);
  try {
    const late = pause(LEDGER_TIMEOUT_MS).then(() => 'late' as const);
    const refused = await Promise.race([ledger(caller.site.id).attempt(policies), late]);
    if (refused === 'late') throw new Error(`the ledger did not answer within ${LEDGER_TIMEOUT_MS} ms`);
    if (refused) refusals.note(caller, 0, refused);
    else waitUntil(limits.count(policies));
    return refused;
  } catch (error) {
    log('attempt_uncounted', { error: String(error) });
    return { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the ledger did not count an attempt' };
  }
}

/** Counting is one step of the ledger. A call that takes longer counts as unanswered. */
const LEDGER_TIMEOUT_MS = 2_000;

function refusalOf({ policy, state }: PolicyState, now: number): Failure {
  const { reason, limit } = policy;
  return { reason, limit, retryAfterSeconds: retryAfter(policy, state.retryAfterSeconds, now) };
}

/** What the ledger has refused has nothing left, whatever the edge has heard of it. */
const afterRefusal =
  (failure: Failure) =>
  ({ policy, state }: PolicyState): PolicyState =>
    failure.reason === policy.reason && 'retryAfterSeconds' in failure
      ? { policy, state: { ...state, remaining: 0, resetSeconds: failure.retryAfterSeconds ?? state.resetSeconds } }
      : { policy, state };

const afterOne = ({ policy, state }: PolicyState): PolicyState => ({
  policy,
  state: { ...state, remaining: state.remaining - 1 },
});
