/** The entry: the worker and its objects. From `wiring` on nobody looks at `env`. */
import type { Hono } from 'hono';
import { createApp } from './app.ts';
import { VariableError } from './config/variables.ts';
import { createRedactor } from './gemini/redact/redact.ts';
import type { App } from './http/failure-response.ts';
import { toWire } from './http/wire-error.ts';
import { createId, createServices, type Env } from './wiring.ts';

export { Generation } from './objects/generation.ts';
export { Ledger } from './objects/ledger.ts';

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
    app = withoutSecrets(error, env);
    console.error(JSON.stringify({ event: 'config_broken', problem: app.message }));
  }
  apps.set(env, app);
  return app;
}

const SECRETS = [
  'GOOGLE_API_KEYS',
  'APIYI_API_KEYS',
  'FAL_API_KEYS',
  'PEEL_SECRET',
  'CLIENT_KEYS',
  'ADMIN_TOKEN',
] as const;

/** What is told to every page holds no secret, whichever variable its owner has put one into. */
function withoutSecrets(error: VariableError, env: Env): VariableError {
  const entries = SECRETS.flatMap((name) => (env[name] ?? '').split(/[\s,]+/));
  // Clients' keys stand behind their names.
  const redactor = createRedactor(entries.flatMap((entry) => [entry, entry.slice(entry.indexOf(':') + 1)]));
  return new VariableError(error.variable, redactor.text(error.rule));
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
    'Access-Control-Expose-Headers': '*',
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
