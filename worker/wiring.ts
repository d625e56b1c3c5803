/** Makes the worker's services from bindings and variables, once per isolate. Those of its objects: `wiring/objects.ts`. */
import { waitUntil } from 'cloudflare:workers';
import { brokenSignal } from './alarms/catalog-and-sites.ts';
import { proofDownSignal } from './alarms/proof-down.ts';
import type { AlarmSignal } from './alarms/signal.ts';
import { createDelivery } from './answers/delivery.ts';
import { createKeptAnswers } from './answers/kept-answers.ts';
import { createGate } from './auth/auth.ts';
import { createClients } from './auth/clients.ts';
import { createDailySalt } from './auth/daily-salt.ts';
import { createOwners } from './auth/owner.ts';
import type { AccessOptions } from './auth/owner-access.ts';
import { boundEnv } from './bound-env.ts';
import { createByteBudget } from './gemini/byte-budget.ts';
import { startBodyTime } from './gemini/timely-source.ts';
import { createGenerationClient, type EraserRpc, type GenerationRpc } from './generation/client.ts';
import type { DataPoint } from './http/data-point.ts';
import { createAuditNotes } from './ledger/audit.ts';
import { createMetrics } from './ledger/metrics.ts';
import { createRefusals } from './ledger/refusals.ts';
import { DEPLOYMENT, ledgerOf } from './ledger/rpc.ts';
import { createExpectations } from './ledger/site-status.ts';
import { createLimits } from './limits/kv-limiter.ts';
import { createProofs } from './proofs/proofs.ts';
import { createSiteverify } from './proofs/siteverify.ts';
import type { Services } from './services.ts';
import { createFirstPictures } from './setup/first-pictures.ts';
import { createProbes } from './setup/probes.ts';
import { byName } from './shared/by-name.ts';
import { CACHE_SECONDS } from './shared/copies.ts';
import { DEADLINE_SECONDS } from './shared/deadline.ts';
import { lazy } from './shared/lazy.ts';
import { dayOf } from './shared/utc.ts';
import { brokenField } from './sites/record-statuses.ts';
import { readSiteRecord } from './sites/site-record.ts';
import { createSites } from './sites/sites.ts';
import { createCachedPictures } from './storage/cached-pictures.ts';
import { createFileWriter } from './storage/file-writer.ts';
import { createFiles } from './storage/files.ts';
import { createPictureFiles } from './storage/picture-files.ts';
import { createRenditions } from './storage/renditions.ts';
import { createSuggestions } from './storage/suggestions.ts';
import { createTemplatePictures } from './storage/template-pictures.ts';
import { createUploads } from './storage/uploads.ts';
import { createBase } from './wiring/base.ts';
import type { Env } from './wiring/env.ts';
import { abortAfter, createId, fetchUrl, now, pause, stubOf } from './wiring/platform.ts';

export type { Env };

/** A PNG of one pixel, by which the Images binding is asked whether it answers. */
const ONE_PIXEL = Uint8Array.fromBase64(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
);

/** Aborts when a provider's time is over. */
const deadline = () => abortAfter(DEADLINE_SECONDS * 1000);

/** @throws VariableError if the configuration is broken. */
export function createServices(bindings: Env): Services {
  const env = boundEnv(bindings);
  const base = createBase(env, { logsPrices: true });
  const { config, recordContext, ofVariables, redactor, log, images, ledgerAt, hint, source, baseCatalog } = base;
  for (const warning of config.warnings) log('config_warning', { warning });
  const limits = createLimits({ kv: env.KV, now, pause, log });
  const files = createFiles(env.BUCKET, now);
  const generationAt = (key: string): GenerationRpc & EraserRpc => stubOf(env.GENERATION, key, hint);
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
    onBroken: (id, problem, isKept) => ring(brokenSignal(id, { field: brokenField(problem), isKept }, dayOf(now()))),
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
          ...(access && { access: lazyAccess({ ...access, fetch, now }) }),
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
            fetch: fetchUrl,
            abortAfter,
            createKey: () => crypto.randomUUID(),
            onSilent: () => ring(proofDownSignal(now())),
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
    openProviders: lazy(async () => (await import('./wiring/providers.ts')).providersOf(base)),
    async openStores() {
      const { createClientStore, createKeyChecks, createPriceStore, createSiteStore } = await import(
        './owner-stores.ts'
      );
      return {
        clientStore: createClientStore(env.KV, () => ledgerAt(DEPLOYMENT)),
        keyChecks: createKeyChecks(config.providers, {
          fetch: fetchUrl,
          ...{ redactor, now, log },
          reportHealth: (health) => ledgerAt(DEPLOYMENT).reportHealth(health),
          abortAfter,
        }),
        keepPrices: createPriceStore({
          base: baseCatalog,
          read: () => env.KV.get('catalog'),
          write: (changes) => env.KV.put('catalog', changes),
          adopt: source.adopt,
        }),
        siteStore: createSiteStore({
          ...{ kv: env.KV, context: recordContext, fallback: ofVariables, saysBudget: config.saysBudget },
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
    delivery: createDelivery({ images, secret: config.secrets[0], now, redact: redactor.chunk }),
    keptAnswers: createKeptAnswers(now),
    bodies: createByteBudget(now),
    startBodyTime: () => startBodyTime(),
    redactStream: redactor.stream,
    createId,
    deadline,
    waitUntil,
  };
}

/** The check of Access's tokens is a tenth of all that a start evaluates, so it is loaded with the first of them. */
function lazyAccess(options: AccessOptions): (token: string) => Promise<string | undefined> {
  const load = lazy(async () => {
    const { createAccess } = await import('./auth/owner-access.ts');
    return createAccess(options);
  });
  return async (token) => (await load())(token);
}
