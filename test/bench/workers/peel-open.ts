/** Peel without admission: the gate lets everyone in as a client. Only to measure what the gate adds. */
import type { Hono } from 'hono';
import { createApp } from '../../../worker/app.ts';
import { succeed } from '../../../worker/domain/failure.ts';
import type { Env } from '../../../worker/env.ts';
import type { App } from '../../../worker/http.ts';
import { createServices } from '../../../worker/index.ts';

let app: Hono<App> | undefined;

function openApp(env: Env): Hono<App> {
  const services = createServices(env);
  const { site } = services.config;
  const admit = async () => succeed({ kind: 'client' as const, site, name: 'bench' });
  return createApp({ ...services, gate: { ...services.gate, admit } });
}

export default {
  fetch(request, env, ctx) {
    app ??= openApp(env);
    return app.fetch(request, env, ctx);
  },
} satisfies ExportedHandler<Env>;
