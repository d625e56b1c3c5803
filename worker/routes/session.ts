import * as v from 'valibot';
import { networkOf } from '../auth/address-prefix.ts';
import { credentialOf, type Gate, isRelayed, prefixOf } from '../auth/auth.ts';
import type { Rung } from '../auth/caller.ts';
import { issueTicket, TICKET_SECONDS, visitorOf } from '../auth/ticket.ts';
import type { Config } from '../config/config.ts';
import { type App, NO_STORE, sendFailure, sendToAnyPage } from '../http/failure-response.ts';
import { Hono } from '../http/hono.ts';
import { readJsonBody } from '../http/json-body.ts';
import type { Limits } from '../limits/kv-limiter.ts';
import { policiesOf } from '../limits/policies.ts';
import type { Pricing } from '../pricing/pricing.ts';
import type { Proofs } from '../proofs/proofs.ts';
import type { SessionAnswer } from '../protocol.ts';
import type { Services } from '../services.ts';
import { type Failure, invalidField, type Result } from '../shared/failure.ts';
import { DEFAULT_SITE, type Sites } from '../sites/sites.ts';
import { leftOf, visitorDayOf } from './visitor-day.ts';

export interface SessionRoutesOptions {
  sites: Sites;
  secrets: readonly string[];
  gate: Gate;
  proofs: Proofs;
  limits: Limits;
  config: Pick<Config, 'catalog'>;
  pricing: Pricing;
  /** Unix milliseconds. */
  now: () => number;
  /** 128 random bits as hex. */
  createId: () => string;
  count: Services['count'];
  countOrigin: Services['countOrigin'];
}

const sentProof = v.strictObject({
  turnstile: v.optional(v.string()),
  pow: v.optional(v.strictObject({ nonce: v.string(), solution: v.string() })),
});
const sessionRequest = v.strictObject({ site: v.optional(v.string(), DEFAULT_SITE), proof: v.optional(sentProof) });

const TWO_PROOFS: Failure = invalidField(
  'proof',
  'must have turnstile or pow, and not both: a ticket costs one proof.',
);

/**
 * `POST /peel/session`: issues the visitor's ticket for a proof. An old ticket in `Authorization` keeps the visitor's id
 * and spares no proof.
 */
export const sessionRoutes = (options: SessionRoutesOptions) => {
  const { sites, secrets, gate, proofs, limits, now, createId, count, countOrigin } = options;
  return new Hono<App>().post('/peel/session', async (c) => {
    // Such a request has no address of its own, and neither would the ticket.
    if (isRelayed(c.req.raw)) return sendFailure(c, { reason: 'ORIGIN_DENIED', by: 'another worker' });
    const tooMuch = await gate.admitBurst(c.req.raw);
    if (tooMuch) return sendToAnyPage(c, tooMuch);
    const request = await readJsonBody(c.req.raw, sessionRequest);
    if (!request.ok) return sendToAnyPage(c, request.failure);
    const { turnstile, pow } = request.value.proof ?? {};
    if (turnstile !== undefined && pow) return sendToAnyPage(c, TWO_PROOFS);
    const found = await sites.find(request.value.site);
    if (!found.ok) return sendToAnyPage(c, found.failure);
    const { site } = found.value;
    const page = c.get('origin');
    const denied = page.refusedBy(site);
    if (denied) {
      if (page.name !== undefined) countOrigin(site.id, page.name, false);
      count(site.id, 'refused:ORIGIN_DENIED');
      return sendFailure(c, denied);
    }
    if (page.name === undefined) return sendFailure(c, { reason: 'ORIGIN_DENIED' });
    const origin = page.name;

    const binding = { origin, prefix: prefixOf(c.req.raw) };
    const proven = await proofs.check(site, binding, request.value.proof);
    if (site.proof !== 'none') count(site.id, ...proofCounts(proven));
    if (!proven.ok) return sendFailure(c, proven.failure);
    const rung = proven.value;

    const seconds = Math.floor(now() / 1000);
    const old = credentialOf(c.req.raw);
    const visitor = (old && (await visitorOf(secrets, binding, site.id, old, seconds))) ?? createId();
    const session = createId();
    const token = await issueTicket(
      secrets,
      binding,
      { site: site.id, visitor, session, rung, epoch: site.epoch, uses: site.sessionUses },
      seconds,
    );

    const caller = await gate.count({
      ...{ kind: 'visitor', site, origin, visitor, session, rung, uses: site.sessionUses },
      ...{ address: binding.prefix, network: networkOf(binding.prefix) },
    });
    // A ticket does not promise a picture. A visitor that cannot be counted now is refused when it requests one.
    const states = caller.ok ? await limits.read(policiesOf(caller.value)) : [];
    const remaining = (name: string) => states.find(({ policy }) => policy.name === name)?.state.remaining;
    const answer: SessionAnswer = {
      token,
      expiresAt: new Date((seconds + TICKET_SECONDS) * 1000).toISOString(),
      remaining: {
        session: remaining('session') ?? site.sessionUses,
        day: leftOf(visitorDayOf(site, options), site, remaining('visitor-day') ?? site.visitorPerDay),
      },
    };
    return c.json(answer, 200, NO_STORE);
  });
};

/** What a bot check counts as. One without a proof asks for a challenge. */
function proofCounts(proven: Result<Rung>): string[] {
  if (proven.ok) return ['proof:passed'];
  const { failure } = proven;
  if (failure.reason !== 'PROOF_INVALID') return ['proof:unreachable', `refused:${failure.reason}`];
  if (failure.why === 'missing') return ['proof:asked'];
  return [failure.why === 'unavailable' ? 'proof:unreachable' : 'proof:failed', 'refused:PROOF_INVALID'];
}
