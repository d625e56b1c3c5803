/** Makes services from bindings and variables, once per isolate, for the worker and for its Durable Objects. */
import { waitUntil } from 'cloudflare:workers';
import { brokenSignal, silentSignal } from './alarms/settings.ts';
import type { AlarmSignal } from './alarms/signal.ts';
import { createAddresses, createDelivery } from './answers/delivery.ts';
import { createKeptAnswers } from './answers/kept-answers.ts';
import { createGate } from './auth/auth.ts';
import { createClients } from './auth/clients.ts';
import { createDailySalt } from './auth/daily-salt.ts';
import { createOwners } from './auth/owner.ts';
import type { AccessOptions } from './auth/owner-access.ts';
import { boundEnv } from './bound-env.ts';
import { createCatalogSource } from './catalog/source.ts';
import { readConfig } from './config/config.ts';
import { createLiveConfig } from './config/live-config.ts';
import type { Variables } from './config/variables.ts';
import { createByteBudget } from './gemini/byte-budget.ts';
import { createRedactor } from './gemini/redact/redact.ts';
import { startBodyTime } from './gemini/timely-source.ts';
import { createGenerationClient, type EraserRpc, type GenerationRpc } from './generation/client.ts';
import type { ModerationConfig, Moderator } from './generation/moderation.ts';
import type { DataPoint } from './http/data-point.ts';
import { createAccounts } from './ledger/accounts.ts';
import { createAuditNotes } from './ledger/audit.ts';
import { createMetrics } from './ledger/metrics.ts';
import { createRefusals } from './ledger/refusals.ts';
import { DEPLOYMENT, type LedgerRpc, ledgerOf } from './ledger/rpc.ts';
import { createExpectations } from './ledger/site-status.ts';
import { createLimits } from './limits/kv-limiter.ts';
import { createPriceWatch } from './pricing/price-watch.ts';
import { createPricing } from './pricing/pricing.ts';
import { createProofs } from './proofs/proofs.ts';
import { createSiteverify } from './proofs/siteverify.ts';
import { createProviders, type HasPrice } from './providers/index.ts';
import type { KeyHealth } from './providers/key-health.ts';
import type { Services } from './services.ts';
import { createFirstPictures } from './setup/first-pictures.ts';
import { createProbes } from './setup/probes.ts';
import { byName } from './shared/by-name.ts';
import { CACHE_SECONDS } from './shared/copies.ts';
import { DEADLINE_SECONDS } from './shared/deadline.ts';
import { createLog } from './shared/log.ts';
import { dayOf } from './shared/utc.ts';
import { createPublicSuffixes } from './sites/public-suffixes.ts';
import { type RecordContext, readSiteRecord } from './sites/site-record.ts';
import { brokenField, readSiteStands } from './sites/site-stands.ts';
import { createSites } from './sites/sites.ts';
import { createCachedPictures } from './storage/cached-pictures.ts';
import { createFileWriter } from './storage/file-writer.ts';
import { createFiles } from './storage/files.ts';
import { createImageStore } from './storage/images.ts';
import { createInputs } from './storage/inputs.ts';
import { createManifests } from './storage/manifests.ts';
import { createPartBuffers } from './storage/part-buffers.ts';
import { createPictureFiles } from './storage/picture-files.ts';
import { createRenditions } from './storage/renditions.ts';
import { createSignatureOrigins } from './storage/signature-origins.ts';
import { createSuggestions } from './storage/suggestions.ts';
import { createTemplatePictures } from './storage/template-pictures.ts';
import { createUploads } from './storage/uploads.ts';

/** The bindings of `wrangler.toml`, as `wrangler types` writes them, and the variables of the configuration. */
export type Env = Bindings & Variables & OptionalBindings;

/** Bindings that a deployment may lack. */
interface OptionalBindings {
  ANALYTICS?: AnalyticsEngineDataset;
}

/** A PNG of one pixel, by which the Images binding is asked whether it answers. */
const ONE_PIXEL = Uint8Array.fromBase64(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
);

const now = () => Date.now();
const pause = (ms: number) => scheduler.wait(ms);
const random = (bytes: Uint8Array) => crypto.getRandomValues(bytes);
export const createId = () => random(new Uint8Array(16)).toHex();
const deadline = () => AbortSignal.timeout(DEADLINE_SECONDS * 1000);

/** KV's minimum life of a cached value (https://developers.cloudflare.com/kv/api/read-key-value-pairs/). */
const CATALOG_CACHE_SECONDS = 30;

/** Few deployments have a check of pictures, so its code comes with the first picture. */
function lateModerator(create: () => Promise<Moderator>): Moderator {
  let created: Promise<Moderator> | undefined;
  return {
    async review(reviewed) {
      created ??= create();
      return (await created).review(reviewed);
    },
  };
}

/**
 * Makes the services that the worker and its Durable Objects share.
 *
 * @param tellsOwner Whether this side logs warnings about prices, so that each isolate does so once.
 */
function createBase(env: Env, { tellsOwner }: { tellsOwner: boolean }) {
  const configured = readConfig(env);
  const redactor = createRedactor(configured.providers.flatMap(({ keys }) => keys));
  const log = createLog(redactor.text);
  const source = createCatalogSource({
    base: configured.catalog,
    read: () => env.KV.get('catalog', { cacheTtl: CATALOG_CACHE_SECONDS }),
    lastGood: {
      read: () => env.KV.get('catalog:last-good'),
      write: (changes) => env.KV.put('catalog:last-good', changes),
    },
    ...(tellsOwner && { onCatalog: createPriceWatch(configured.providers, now, log) }),
    ...{ now, pause, waitUntil, log },
  });
  const config = createLiveConfig(configured, source, now);
  const buffers = createPartBuffers({ now, pause, log });
  const images = createImageStore(env.BUCKET, buffers);
  const pricing = createPricing(config.providers, now);
  const hasPrice: HasPrice = (model, provider) => pricing.table(model, provider) !== undefined;
  // All objects are near the provider: a run asks its ledger before it calls.
  const hint = config.location ? { locationHint: config.location } : {};
  // The stub's type rewrites every field for RPC. Only plain data is sent, so the cast is safe.
  const ledgerAt = (name: string) => env.LEDGER.getByName(name, hint) as unknown as LedgerRpc;
  /** Every isolate reports key health to one ledger, where the owner reads it. */
  const reportHealth = (health: KeyHealth) =>
    waitUntil(
      ledgerAt(DEPLOYMENT)
        .reportHealth(health)
        .catch((error) => log('key_health_unreported', { error: String(error) })),
    );
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
  const ofVariables = () => ({ site: config.site, showcase: config.showcase });
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
    ...(configured.moderation && {
      moderator: lateModerator(async () => {
        const { createModerator } = await import('./generation/moderation.ts');
        return createModerator({
          ...{ ...(configured.moderation as ModerationConfig), now, log },
          fetch: (url, init) => fetch(url, init),
          abortAfter: (ms) => AbortSignal.timeout(ms),
          addressOf: createAddresses(configured.secrets[0] as string, now),
        });
      }),
    }),
    pricing,
    providers: createProviders(config.providers, {
      now,
      pause,
      random: Math.random,
      log,
      reportHealth,
      redactor,
      hasPrice,
    }),
    ledgers: createAccounts(ledgerAt, config),
    now,
    pause,
    random,
  };
}

/** @throws VariableError if the configuration is broken. */
export function createServices(bindings: Env): Services {
  const env = boundEnv(bindings);
  const base = createBase(env, { tellsOwner: true });
  const { config, recordContext, ofVariables, redactor, log, images, ledgerAt, hint, source, baseCatalog } = base;
  for (const warning of config.warnings) log('config_warning', { warning });
  const limits = createLimits({ kv: env.KV, now, pause, log });
  const files = createFiles(env.BUCKET, now);
  // The stub's type rewrites every field for RPC. Only plain data is sent, so the cast is safe.
  const generationAt = (key: string) => env.GENERATION.getByName(key, hint) as unknown as GenerationRpc & EraserRpc;
  const siteLedger = (site: string) => ledgerAt(ledgerOf(site));
  const salts = byName((site) => createDailySalt({ read: (day) => siteLedger(site).salt(day), now, pause, waitUntil }));
  const metrics = byName((site) =>
    createMetrics({
      ...{ now, pause, waitUntil },
      send: (hour, counts, origins) => siteLedger(site).count(hour, counts, origins),
      onError: (error) => log('metrics_lost', { error: String(error) }),
    }),
  );
  const expectations = byName((site) => createExpectations({ read: () => siteLedger(site).facts(), now, pause, log }));
  /** Tells the book of alarms, and waits for nothing. */
  const ring = (signal: AlarmSignal): void =>
    waitUntil(
      ledgerAt(DEPLOYMENT)
        .ringAlarms([signal])
        .catch((error) => log('alarm_untold', { name: signal.name, error: String(error) })),
    );
  const refusals = createRefusals(now);
  const sites = createSites({
    read: (id) => env.KV.get(`site:${id}`, { cacheTtl: CACHE_SECONDS }),
    lastGood: {
      read: (id) => env.KV.get(`site-last-good:${id}`),
      write: (id, text) => env.KV.put(`site-last-good:${id}`, text),
    },
    parse: (id, text) => readSiteRecord(id, text, recordContext),
    fallback: ofVariables,
    onBroken: (id, problem) => ring(brokenSignal(id, brokenField(problem), dayOf(now()))),
    ...{ now, pause, waitUntil, log },
  });
  const clients = createClients({
    bootstrap: config.clients,
    read: (hash) => env.KV.get(`client:${hash}`, { cacheTtl: CACHE_SECONDS }),
    ...{ now, pause, waitUntil, log },
  });
  const gate = createGate({
    secrets: config.secrets,
    sites,
    findClient: clients.find,
    salt: (site) => salts(site)(),
    ...(config.burst && { burst: env.BURST_LIMITER }),
    now,
  });
  const { ANALYTICS } = env;
  const { adminToken, access } = config;
  const owners =
    adminToken || access
      ? createOwners({
          ...(adminToken && { adminToken }),
          ...(access && { access: lateAccess({ ...access, fetch, now }) }),
          ...{ secrets: config.secrets, gate, now },
          judgeTry: (prefix, isRight) => ledgerAt(DEPLOYMENT).judgeOwner(prefix, isRight),
        })
      : undefined;
  return {
    ...base,
    gate,
    clients,
    ...(owners && { owners }),
    ...(ANALYTICS && { writePoint: (point: DataPoint) => ANALYTICS.writeDataPoint(point) }),
    probes: createProbes({
      calls: {
        KV: () => env.KV.get('setup:probe'),
        R2: () => env.BUCKET.head('setup-probe'),
        ledger: () => ledgerAt(DEPLOYMENT).facts(),
        // An object that knows no such reservation answers from its own empty storage.
        generation: () => env.GENERATION.getByName('setup-probe', hint).outcome('setup-probe'),
        Images: () => env.IMAGES.info(new Blob([ONE_PIXEL]).stream()),
      },
      ...{ now, pause, log },
    }),
    firstPictures: createFirstPictures(env.KV),
    audit: createAuditNotes((change) => ledgerAt(DEPLOYMENT).noteChange(change), log),
    proofs: createProofs({
      ...{ secrets: config.secrets, now, createId },
      ...(config.turnstile && {
        turnstile: {
          siteKey: config.turnstile.siteKey,
          siteverify: createSiteverify({
            ...{ ...config.turnstile, now, log },
            fetch: (url, init) => fetch(url, init),
            abortAfter: (ms) => AbortSignal.timeout(ms),
            createKey: () => crypto.randomUUID(),
            onSilent: () => ring(silentSignal(now())),
          }),
        },
      }),
      use: async (site, id, expiresAt) => env.PROOFS.getByName(site).use(id, expiresAt),
      spentMicros: async (site) => (await expectations(site).read()).spentMicros,
    }),
    limits,
    files,
    uploads: createUploads(env.BUCKET, base.buffers, now),
    fileWriter: createFileWriter({ bucket: env.BUCKET, buffers: base.buffers, files, createId, now }),
    generations: createGenerationClient(generationAt, log),
    eraser: generationAt,
    sites,
    async openStores() {
      const { createClientStore, createKeyChecks, createPriceStore, createSiteStore } = await import(
        './owner-stores.ts'
      );
      return {
        clientStore: createClientStore(env.KV, () => ledgerAt(DEPLOYMENT)),
        keyChecks: createKeyChecks(config.providers, {
          fetch: (url, init) => fetch(url, init),
          ...{ redactor, now, log },
          reportHealth: (health) => ledgerAt(DEPLOYMENT).reportHealth(health),
          abortAfter: (ms) => AbortSignal.timeout(ms),
        }),
        keepPrices: createPriceStore({
          base: baseCatalog,
          read: () => env.KV.get('catalog'),
          write: (changes) => env.KV.put('catalog', changes),
          adopt: source.adopt,
        }),
        siteStore: createSiteStore({
          ...{ kv: env.KV, context: recordContext, fallback: ofVariables },
          ...{ changes: () => ledgerAt(DEPLOYMENT), pause, log },
        }),
      };
    },
    ledger: siteLedger,
    deploymentLedger: () => ledgerAt(DEPLOYMENT),
    refusals: {
      recall: refusals.recall,
      note(caller, micros, failure) {
        if (failure.reason === 'SITE_PAUSED') expectations(caller.site.id).doubt();
        refusals.note(caller, micros, failure);
      },
    },
    count: (site, ...names) => metrics(site).count(...names),
    countOrigin: (site, origin, isAdmitted) => metrics(site).countOrigin(origin, isAdmitted),
    expectations: (site) => expectations(site).read(),
    suggestions: createSuggestions(env.BUCKET, now),
    templatePictures: createTemplatePictures(env.BUCKET),
    pictures: createCachedPictures({
      pictures: createPictureFiles({
        bucket: env.BUCKET,
        renditions: createRenditions({
          ...{ bucket: env.BUCKET, images: env.IMAGES, limits },
          ...{ now, pause, waitUntil, log },
        }),
        now,
      }),
      ...{ cache: caches.default, now, pause, waitUntil, log },
    }),
    delivery: createDelivery({ images, secret: config.secrets[0] as string, now, redact: redactor.chunk }),
    keptAnswers: createKeptAnswers(now),
    bodies: createByteBudget(now),
    startBodyTime: () => startBodyTime(),
    redactStream: redactor.stream,
    createId,
    deadline,
    waitUntil,
  };
}

/** Loads the check of Access's tokens with the first of them: it is a tenth of all that a start evaluates. */
function lateAccess(options: AccessOptions): (token: string) => Promise<string | undefined> {
  let access: Promise<(token: string) => Promise<string | undefined>> | undefined;
  return async (token) => {
    access ??= import('./auth/owner-access.ts').then(({ createAccess }) => createAccess(options));
    return (await access)(token);
  };
}

function createObjectServices(bindings: Env) {
  const env = boundEnv(bindings);
  const base = createBase(env, { tellsOwner: false });
  const { config, recordContext: context, ofVariables: fallback } = base;
  /** What may ring without a request: prices, models, sites and keys, as they are now. */
  async function readWatched() {
    await base.refreshCatalog();
    const { catalog, demo, providers } = config;
    return {
      ...{ catalog, demo, providers },
      sites: await readSiteStands({ kv: env.KV, context, fallback }),
      keyed: providers.map(({ name, keys }) => ({ name, keys: keys.length })),
      caps: { dayMicros: config.deploymentDayBudgetMicros, monthMicros: config.deploymentMonthBudgetMicros },
    };
  }
  return { ...base, readWatched, redact: base.redactor.chunk };
}

/** Durable Objects of one class may share an isolate. They then share these services and the buffers of pictures. */
const objectServices = new WeakMap<Env, ReturnType<typeof createObjectServices>>();

export function objectServicesOf(env: Env): ReturnType<typeof createObjectServices> {
  const known = objectServices.get(env) ?? createObjectServices(env);
  objectServices.set(env, known);
  return known;
}
