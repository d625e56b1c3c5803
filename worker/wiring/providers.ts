/**
 * The pool of providers. Its code is most of what only a call of a provider needs, so it is loaded with the object that
 * draws, and in the worker with the first request that calls a provider without one.
 */
import { waitUntil } from 'cloudflare:workers';
import { DEPLOYMENT } from '../ledger/rpc.ts';
import { createProviders } from '../providers/index.ts';
import type { ProviderPool } from '../providers/pool.ts';
import type { Base } from './base.ts';

/** A pool knows which keys rest, so all that shares an isolate's services shares their pool. */
const pools = new WeakMap<Base['config'], ProviderPool>();

export function providersOf(base: Base): ProviderPool {
  const known = pools.get(base.config) ?? createPool(base);
  pools.set(base.config, known);
  return known;
}

function createPool({ config, ledgerAt, log, now, pause, pricing, redactor }: Base): ProviderPool {
  return createProviders(config.providers, {
    ...{ now, pause, random: Math.random, log, redactor },
    hasPrice: (model, provider) => pricing.table(model, provider) !== undefined,
    // Every isolate reports key health to one ledger, where the owner reads it.
    reportHealth: (health) =>
      waitUntil(
        ledgerAt(DEPLOYMENT)
          .reportHealth(health)
          .catch((error) => log('key_health_unreported', { error: String(error) })),
      ),
  });
}
