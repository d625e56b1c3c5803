/** The app: middleware and routes in the order in which a request meets them. Every other path is refused. */
import { Hono } from 'hono';
import { claimedSite } from './auth/auth.ts';
import { getPath, onePath } from './http/canonical-path.ts';
import { cors } from './http/cors.ts';
import { type App, sendFailure } from './http/failure-response.ts';
import { hintFor } from './http/path-hint.ts';
import { plainBody } from './http/plain-body.ts';
import { envelope } from './http/request-context.ts';
import { adminRoutes } from './routes/admin/index.ts';
import { deskPageRoutes } from './routes/admin/page.ts';
import { embedRoutes, framedSite } from './routes/embed.ts';
import { fileRoutes } from './routes/files.ts';
import { generateRoutes } from './routes/generate/route.ts';
import { healthRoutes } from './routes/health.ts';
import { imageRoutes } from './routes/images.ts';
import { modelRoutes } from './routes/models.ts';
import { privacyRoutes } from './routes/privacy.ts';
import { reportRoutes } from './routes/report.ts';
import { sessionRoutes } from './routes/session.ts';
import { siteRoutes } from './routes/site.ts';
import { refusalsAreFinal, uploadRoutes } from './routes/upload/route.ts';
import type { Services } from './services.ts';
import { readOrigin } from './sites/origins.ts';

/** Existing paths with their methods, to answer any other method with 405. */
const METHODS: readonly [path: string, methods: readonly string[]][] = [
  ['/:version{v1beta|v1}/models', ['GET', 'HEAD']],
  ['/:version{v1beta|v1}/models/:target{[^:]+}', ['GET', 'HEAD']],
  ['/:version{v1beta|v1}/models/:target', ['POST']],
  ['/:version{v1beta|v1}/files', ['GET', 'HEAD']],
  ['/:version{v1beta|v1}/files/:id', ['GET', 'HEAD', 'DELETE']],
  ['/upload/:version{v1beta|v1}/files', ['POST']],
  ['/images/:id/:file', ['GET', 'HEAD']],
  ['/embed.html', ['GET', 'HEAD']],
  ['/peel/privacy', ['GET', 'HEAD']],
  ['/peel/site', ['GET', 'HEAD']],
  ['/peel/session', ['POST']],
  ['/peel/report', ['POST']],
  ['/peel/health', ['GET', 'HEAD']],
];

/** Failing storage is usually back within seconds. */
const BROKEN_RETRY_SECONDS = 5;

export function createApp(services: Services): Hono<App> {
  const { config, owners, sites, log, now, createId, refreshCatalog } = services;
  const { demo } = config;
  const app = new Hono<App>({ getPath });

  app.use(envelope({ log, now, createId }));
  app.use('/upload/*', refusalsAreFinal);
  // Pages and no answers to one: they need no CORS, and may be opened from anywhere.
  app.route('/', deskPageRoutes());
  app.route('/', embedRoutes({ ...services, createNonce: createId }));
  app.route('/', privacyRoutes({ ...services, createNonce: createId }));
  app.use(
    cors({
      read: (request) => readOrigin(request, { demo, framedSite }),
      async refuse(origin, request) {
        const site = await sites.find(claimedSite(request));
        return site.ok ? origin.refusedBy(site.value.site) : undefined;
      },
    }),
  );

  app.use(onePath);
  app.use(plainBody);
  app.use(async (_c, next) => {
    await refreshCatalog();
    await next();
  });

  app.route('/', healthRoutes(services));
  app.route('/', siteRoutes(services));
  app.route('/', reportRoutes(services));
  app.route('/', sessionRoutes({ ...services, secrets: config.secrets }));
  app.route('/', modelRoutes(services));
  app.route('/', imageRoutes({ ...services, secrets: config.secrets }));
  app.route('/', uploadRoutes(services));
  app.route('/', fileRoutes(services));
  app.route('/', generateRoutes(services));
  if (owners) app.route('/', adminRoutes({ ...services, owners }));

  for (const [path, allowed] of METHODS) {
    app.all(path, (c) => sendFailure(c, { reason: 'METHOD_NOT_ALLOWED', allowed }));
  }
  app.notFound((c) => {
    const hint = hintFor(c.req.path);
    return sendFailure(c, { reason: 'NOT_FOUND', what: 'This path', ...(hint !== undefined && { hint }) });
  });
  app.onError((error, c) => {
    log('unexpected', { id: c.get('requestId'), error: error.stack ?? String(error) });
    const cause = error.name;
    // It may have come before a site was known, and says nothing of one.
    c.get('origin')?.allow();
    // Never say "nothing was charged" of a request that may be paid, nor "may have been charged" of any other.
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
