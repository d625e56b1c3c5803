import { waitUntil } from 'cloudflare:workers';
import { createAddresses } from '../answers/delivery.ts';
import { createCatalogSource } from '../catalog/source.ts';
import { readConfig } from '../config/config.ts';
import { createLiveConfig } from '../config/live-config.ts';
import { createRedactor } from '../gemini/redact/redact.ts';
import type { ModerationConfig, Moderator } from '../generation/moderation.ts';
import { createFundsOf } from '../ledger/funds.ts';
import type { LedgerRpc } from '../ledger/rpc.ts';
import { createPriceWatch } from '../pricing/price-watch.ts';
import { createPricing } from '../pricing/pricing.ts';
import { lazy } from '../shared/lazy.ts';
import { createLog, type Log } from '../shared/log.ts';
import { dayOf } from '../shared/utc.ts';
import { createPublicSuffixes } from '../sites/public-suffixes.ts';
import type { RecordContext } from '../sites/site-record.ts';
import { createImageStore } from '../storage/images.ts';
import { createInputs } from '../storage/inputs.ts';
import { createManifests } from '../storage/manifests.ts';
import { createPartBuffers } from '../storage/part-buffers.ts';
import { createSignatureOrigins } from '../storage/signature-origins.ts';
import type { Env } from './env.ts';
import { abortAfter, fetchUrl, now, pause, random, stubOf } from './platform.ts';

/** KV's minimum life of a cached value (https://developers.cloudflare.com/kv/api/read-key-value-pairs/). */
const CATALOG_CACHE_SECONDS = 30;

/**
 * Makes the services that the worker and its Durable Objects share.
 *
 * @param env With a time limit on every call.
 * @param logsPrices Whether this side logs prices that are in doubt. One side of an isolate does, so that no line comes
 *   twice.
 * @throws VariableError if the configuration is broken.
 */
export function createBase(env: Env, { logsPrices }: { logsPrices: boolean }) {
  const configured = readConfig(env);
  const { moderation } = configured;
  const redactor = createRedactor(configured.providers.flatMap(({ keys }) => keys));
  const log = createLog(redactor.text);
  const source = createCatalogSource({
    base: configured.catalog,
    read: () => env.KV.get('catalog', { cacheTtl: CATALOG_CACHE_SECONDS }),
    lastGood: {
      read: () => env.KV.get('catalog:last-good'),
      write: (changes) => env.KV.put('catalog:last-good', changes),
    },
    ...(logsPrices && { onCatalog: createPriceWatch(configured.providers, now, log) }),
    ...{ now, pause, waitUntil, log },
  });
  const config = createLiveConfig(configured, source, now);
  const buffers = createPartBuffers({ now, pause, log });
  const images = createImageStore(env.BUCKET, buffers);
  const pricing = createPricing(config.providers, now);
  // All objects are near the provider: a run asks its ledger before it calls.
  const hint = config.location ? { locationHint: config.location } : {};
  const ledgerAt = (name: string): LedgerRpc => stubOf(env.LEDGER, name, hint);
  const recordContext: RecordContext = {
    get catalog() {
      return config.catalog;
    },
    today: () => dayOf(now()),
    demo: config.demo,
    defaultProof: config.site.proof,
    hasTurnstile: config.turnstile !== undefined,
    isPublicSuffix: createPublicSuffixes(async () => {
      const list = await env.ASSETS.fetch('https://assets/public-suffixes.txt');
      if (!list.ok) throw new Error(`the list of public suffixes answered ${list.status}`);
      return list.text();
    }),
  };
  const ofVariables = () => ({
    ...{ site: config.site, showcase: config.showcase },
    ...(config.adultsDeclared && { adultsDeclared: true }),
  });
  return {
    config,
    recordContext,
    ofVariables,
    refreshCatalog: source.refresh,
    source,
    baseCatalog: configured.catalog,
    hint,
    ledgerAt,
    redactor,
    log,
    buffers,
    images,
    manifests: createManifests(env.BUCKET),
    signatureOrigins: createSignatureOrigins(env.BUCKET, now, log),
    inputs: createInputs(env.BUCKET, now),
    ...(moderation && { moderator: lazyModerator(moderation, configured.secrets[0], log) }),
    pricing,
    ledgers: createFundsOf(ledgerAt, config),
    now,
    pause,
    random,
  };
}

/** What {@link createBase} returns. */
export type Base = ReturnType<typeof createBase>;

/** Few deployments have a moderation endpoint, so its code is loaded with the first picture. */
function lazyModerator(config: ModerationConfig, secret: string, log: Log): Moderator {
  const load = lazy(async () => {
    const { createModerator } = await import('../generation/moderation.ts');
    return createModerator({
      ...{ ...config, now, pause, waitUntil, log, abortAfter },
      fetch: fetchUrl,
      addressOf: createAddresses(secret, now),
    });
  });
  return {
    review: async (request) => (await load()).review(request),
    clear: async (...kept) => (await load()).clear(...kept),
  };
}
