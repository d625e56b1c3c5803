/** The entry. From here on nobody looks at `env`: bindings and variables become services, once per isolate. */
import { waitUntil } from 'cloudflare:workers';
import type { Hono } from 'hono';
import { createDelivery } from './answers/delivery.ts';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { DEADLINE_SECONDS } from './domain/deadline.ts';
import { toWire } from './domain/wire-error.ts';
import type { Env } from './env.ts';
import { createGate } from './gate.ts';
import { createByteBudget } from './gemini/byte-budget.ts';
import { createRedactor } from './gemini/redact.ts';
import { createInWorkerGenerations } from './generation/in-worker.ts';
import type { App } from './http.ts';
import { createLog } from './log.ts';
import { createPricing } from './pricing.ts';
import { createProviders, type HasPrice } from './providers/index.ts';
import type { Services } from './services.ts';
import { createClients } from './storage/clients.ts';
import { createImageStore } from './storage/images.ts';
import { createLimits } from './storage/limits.ts';
import { createManifests } from './storage/manifests.ts';
import { createPartBuffers } from './storage/part-buffers.ts';
import { createPictureFiles } from './storage/picture-files.ts';
import { VariableError } from './variables.ts';

const now = () => Date.now();
const pause = (ms: number) => scheduler.wait(ms);
const random = (bytes: Uint8Array) => crypto.getRandomValues(bytes);
const createId = () => random(new Uint8Array(16)).toHex();
const deadline = () => AbortSignal.timeout(DEADLINE_SECONDS * 1000);

export function createServices(env: Env): Services {
  const config = readConfig(env);
  const redactor = createRedactor(config.providers.flatMap(({ keys }) => keys));
  const log = createLog(redactor.text);
  for (const warning of config.warnings) log('config_warning', { warning });
  const limits = createLimits({ kv: env.KV, now, pause, log });
  const images = createImageStore(env.BUCKET, createPartBuffers({ now, pause }));
  const manifests = createManifests(env.BUCKET);
  const pricing = createPricing(config.providers, now);
  const hasPrice: HasPrice = (model, provider) => pricing.table(model, provider) !== undefined;
  const providers = createProviders(config.providers, { now, pause, random: Math.random, log, redactor, hasPrice });
  const run = { providers, pricing, images, manifests, redact: redactor.chunk, log, now, random, deadline };
  return {
    config,
    gate: createGate({
      secrets: config.secrets,
      site: config.site,
      findClient: createClients(config.clients),
      ...(config.burst && { burst: env.BURST_LIMITER }),
      now,
    }),
    limits,
    generations: createInWorkerGenerations(run, waitUntil),
    providers,
    pricing,
    manifests,
    pictures: createPictureFiles({ bucket: env.BUCKET, images: env.IMAGES, limits, now, log }),
    delivery: createDelivery({ images, secret: config.secrets[0] as string, redact: redactor.chunk }),
    bodies: createByteBudget(now),
    redactStream: redactor.stream,
    log,
    now,
    pause,
    createId,
    deadline,
    waitUntil,
  };
}

/** One app per isolate and environment; a broken configuration is found once and told to every request. */
const apps = new WeakMap<Env, Hono<App> | VariableError>();

function appOf(env: Env): Hono<App> | VariableError {
  const known = apps.get(env);
  if (known) return known;
  let app: Hono<App> | VariableError;
  try {
    app = createApp(createServices(env));
  } catch (error) {
    if (!(error instanceof VariableError)) throw error;
    app = error;
    console.error(JSON.stringify({ event: 'config_broken', problem: error.message }));
  }
  apps.set(env, app);
  return app;
}

export default {
  fetch(request, env, ctx) {
    const app = appOf(env);
    if (!(app instanceof VariableError)) return app.fetch(request, env, ctx);
    return sayBroken(request, app);
  },
} satisfies ExportedHandler<Env>;

/** To any page, since which ones are allowed cannot be read: there is nothing to protect, and a page shows why. */
function sayBroken({ method }: Request, { message }: VariableError): Response {
  const headers = {
    'Access-Control-Allow-Origin': '*',
    'Cache-Control': 'no-store',
    Vary: 'Origin',
    'X-Request-Id': createId(),
  };
  if (method === 'OPTIONS') {
    // The star does not cover `Authorization` (fetch.spec.whatwg.org, "CORS non-wildcard request-header name").
    const allowed = { 'Access-Control-Allow-Methods': '*', 'Access-Control-Allow-Headers': '*, Authorization' };
    return new Response(null, { status: 204, headers: { ...headers, ...allowed } });
  }
  const { status, body } = toWire({ reason: 'CONFIG_BROKEN', problem: message });
  return Response.json(body, { status, headers });
}
