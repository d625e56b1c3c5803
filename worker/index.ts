/**
 * The entry point: exports the worker and its Durable Objects. Routes get services from `wiring` and never read `env`.
 */
import { createApp } from './app.ts';
import { SECRET_VARIABLES, VariableError } from './config/variables.ts';
import { createRedactor } from './gemini/redact/redact.ts';
import { toWire } from './http/wire-error.ts';
import type { Env } from './wiring/env.ts';
import { createId } from './wiring/platform.ts';
import { createServices } from './wiring.ts';

export { Generation, Ledger, Proofs } from './objects/classes.ts';

/** One app per isolate and environment. A broken configuration is cached as well and answers every request. */
const apps = new WeakMap<Env, ReturnType<typeof createApp> | VariableError>();

function appOf(env: Env): ReturnType<typeof createApp> | VariableError {
  const known = apps.get(env);
  if (known) return known;
  let app: ReturnType<typeof createApp> | VariableError;
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

/** Removes secrets from the message, since every page can read it and a secret may be in the wrong variable. */
function withoutSecrets(error: VariableError, env: Env): VariableError {
  const entries = SECRET_VARIABLES.flatMap((name) => (env[name] ?? '').split(/[\s,]+/));
  // A client's key follows its name.
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

/**
 * Answers any origin, because the allowed ones are unknown. Nothing needs protection, and the page can show the reason.
 */
function sayBroken({ method }: Request, { message }: VariableError): Response {
  const headers = {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': '*',
    'Cache-Control': 'no-store',
    Vary: 'Origin',
    'X-Request-Id': createId(),
  };
  if (method === 'OPTIONS') {
    // `*` does not cover `Authorization` (https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name).
    const allowed = { 'Access-Control-Allow-Methods': '*', 'Access-Control-Allow-Headers': '*, Authorization' };
    return new Response(null, { status: 204, headers: { ...headers, ...allowed } });
  }
  const { status, body } = toWire({ reason: 'CONFIG_BROKEN', problem: message });
  return Response.json(body, { status, headers });
}
