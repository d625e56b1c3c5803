/** The app: what a request meets, in order. Everything not named here is refused. */
import { Hono } from 'hono';
import { getPath, onePath } from './http/canonical-path.ts';
import { cors } from './http/cors.ts';
import { type App, sendFailure } from './http/failure-response.ts';
import { hintFor } from './http/path-hint.ts';
import { plainBody } from './http/plain-body.ts';
import { envelope } from './http/request-context.ts';
import { adminRoutes } from './routes/admin.ts';
import { fileRoutes } from './routes/files.ts';
import { generateRoutes } from './routes/generate/route.ts';
import { healthRoutes } from './routes/health.ts';
import { imageRoutes } from './routes/images.ts';
import { modelRoutes } from './routes/models.ts';
import { sessionRoutes } from './routes/session.ts';
import { siteRoutes } from './routes/site.ts';
import { refusalsAreFinal, uploadRoutes } from './routes/upload/route.ts';
import type { Services } from './services.ts';

/** The paths that exist, for the 405 of another method on them. */
const METHODS: readonly [path: string, methods: readonly string[]][] = [
  ['/:version{v1beta|v1}/models', ['GET', 'HEAD']],
  ['/:version{v1beta|v1}/models/:target{[^:]+}', ['GET', 'HEAD']],
  ['/:version{v1beta|v1}/models/:target', ['POST']],
  ['/:version{v1beta|v1}/files', ['GET', 'HEAD']],
  ['/:version{v1beta|v1}/files/:id', ['GET', 'HEAD', 'DELETE']],
  ['/upload/:version{v1beta|v1}/files', ['POST']],
  ['/images/:id/:file', ['GET', 'HEAD']],
  ['/peel/site', ['GET', 'HEAD']],
  ['/peel/session', ['POST']],
  ['/peel/health', ['GET', 'HEAD']],
  ['/peel/admin/api/ledger', ['GET', 'HEAD']],
  ['/peel/admin/api/pause', ['POST']],
];

/** Storage that fails is back within seconds. */
const BROKEN_RETRY_SECONDS = 5;

export function createApp(services: Services): Hono<App> {
  const { config, log, now, createId, refreshCatalog } = services;
  const { site, demo } = config;
  const app = new Hono<App>({ getPath });

  app.use(envelope({ log, now, createId }));
  app.use('/upload/*', refusalsAreFinal);
  // Our own pages are allowed where the owner lists them, and in demo mode, where there is nothing to lose.
  app.use(cors((origin, request) => site.origins.includes(origin) || (demo && origin === new URL(request.url).origin)));

  app.use(onePath);
  app.use(plainBody);
  app.use(async (_c, next) => {
    await refreshCatalog();
    await next();
  });

  app.route('/', healthRoutes(services));
  app.route('/', siteRoutes({ ...services, site, createNonce: createId }));
  app.route('/', sessionRoutes({ ...services, site, secrets: config.secrets }));
  app.route('/', modelRoutes(services));
  app.route('/', imageRoutes({ ...services, secrets: config.secrets }));
  app.route('/', uploadRoutes(services));
  app.route('/', fileRoutes(services));
  app.route('/', generateRoutes(services));
  // Where there is no owner's token, there is no such path.
  if (config.adminToken) app.route('/', adminRoutes({ ...services, adminToken: config.adminToken }));

  for (const [path, allowed] of METHODS) {
    if (path.startsWith('/peel/admin/') && !config.adminToken) continue;
    app.all(path, (c) => sendFailure(c, { reason: 'METHOD_NOT_ALLOWED', allowed }));
  }
  app.notFound((c) => {
    const hint = hintFor(c.req.path);
    return sendFailure(c, { reason: 'NOT_FOUND', what: 'This path', ...(hint !== undefined && { hint }) });
  });
  app.onError((error, c) => {
    log('unexpected', { id: c.get('requestId'), error: error.stack ?? String(error) });
    const cause = error.name;
    // A request that may be paid is not told that nothing was charged, and another one not that it may have been.
    if (c.get('mayBePaid')) return sendFailure(c, { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause });
    return sendFailure(c, {
      reason: 'UPSTREAM_UNAVAILABLE',
      ran: 'no',
      retryAfterSeconds: BROKEN_RETRY_SECONDS,
      cause,
    });
  });
  return app;
}
