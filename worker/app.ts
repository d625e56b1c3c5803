/**
 * The app: middleware and routes in the order in which a request meets them. Every other path is refused.
 *
 * Routes that few isolates are asked for are in parts, which an isolate loads with the first request for one of their
 * paths: so a start reads, compiles and evaluates what visitors need, and no more.
 */

import { claimedSite } from './auth/auth.ts';
import { getPath, onePath } from './http/canonical-path.ts';
import { cors } from './http/cors.ts';
import { type App, sendFailure } from './http/failure-response.ts';
import { Hono } from './http/hono.ts';
import { refuseOtherMethods } from './http/method-not-allowed.ts';
import { hintFor } from './http/path-hint.ts';
import { plainBody } from './http/plain-body.ts';
import { envelope } from './http/request-context.ts';
import { deskPageRoutes } from './routes/admin/page.ts';
import { framedSite } from './routes/framed-site.ts';
import { generateRoutes } from './routes/generate/route.ts';
import { healthRoutes } from './routes/health.ts';
import { imageRoutes } from './routes/images.ts';
import { modelRoutes } from './routes/models.ts';
import { sessionRoutes } from './routes/session.ts';
import { siteRoutes } from './routes/site.ts';
import { refusalsAreFinal } from './routes/upload/final.ts';
import type { Services } from './services.ts';
import { lazy } from './shared/lazy.ts';
import { readOrigin } from './sites/origins.ts';

/** Failing storage is usually back within seconds. */
const BROKEN_RETRY_SECONDS = 5;

type Routes = (services: Services) => Hono<App>;

interface Served {
  /** HTML pages. They stand before CORS, because every page and browser may open them. */
  pages?: readonly Routes[];
  routes?: readonly Routes[];
}

interface Part {
  paths: RegExp;
  load: (services: Services) => Promise<Served>;
}

/** What every isolate has. */
const MAIN: Served = {
  pages: [deskPageRoutes],
  routes: [
    healthRoutes,
    siteRoutes,
    (services) => sessionRoutes({ ...services, secrets: services.config.secrets }),
    modelRoutes,
    (services) => imageRoutes({ ...services, secrets: services.config.secrets }),
    generateRoutes,
  ],
};

const PARTS: readonly Part[] = [
  {
    paths: /^\/peel\/admin\/api(?:\/|$)/,
    async load({ owners, ...services }) {
      if (!owners) return {};
      const [{ adminRoutes }, stores] = await Promise.all([import('./routes/admin/index.ts'), services.openStores()]);
      return { routes: [() => adminRoutes({ ...services, ...stores, owners })] };
    },
  },
  {
    paths: /^(?:\/upload)?\/v1(?:beta)?\/files(?:\/|$)/,
    async load() {
      const [{ uploadRoutes }, { fileRoutes }] = await Promise.all([
        import('./routes/upload/route.ts'),
        import('./routes/files.ts'),
      ]);
      return { routes: [uploadRoutes, fileRoutes] };
    },
  },
  {
    paths: /^\/peel\/report$/,
    async load() {
      const { reportRoutes } = await import('./routes/report.ts');
      return { routes: [reportRoutes] };
    },
  },
  {
    paths: /^\/(?:embed\.html|peel\/privacy)$/,
    async load() {
      const [{ embedRoutes }, { privacyRoutes }] = await Promise.all([
        import('./routes/embed.ts'),
        import('./routes/privacy.ts'),
      ]);
      const toPage = (services: Services) => ({ ...services, createNonce: services.createId });
      return {
        pages: [(services) => embedRoutes(toPage(services)), (services) => privacyRoutes(toPage(services))],
      };
    },
  },
];

export function createApp(services: Services): Pick<Hono<App>, 'fetch'> {
  const main = createShell(services, MAIN);
  const parts = PARTS.map(({ paths, load }) => ({
    paths,
    load: lazy(async () => createShell(services, await load(services))),
  }));

  return {
    async fetch(request, ...others) {
      const path = getPath(request);
      const part = parts.find(({ paths }) => paths.test(path));
      const app = part ? await part.load().catch((error) => createFailing(services, error)) : main;
      return app.fetch(request, ...others);
    },
  };
}

/** Fails every request inside the shell, so that the error has an id, a log line and the envelope. */
const createFailing = (services: Services, error: unknown): Hono<App> =>
  createShell(services, {
    routes: [
      () =>
        new Hono<App>().all('*', () => {
          throw error;
        }),
    ],
  });

/** Middleware and refusals around the routes of one part. */
function createShell(services: Services, { pages = [], routes = [] }: Served): Hono<App> {
  const { config, sites, log, now, createId, refreshCatalog } = services;
  const { demo } = config;
  const app = new Hono<App>({ getPath });

  app.use(envelope({ log, now, createId }));
  app.use('/upload/*', refusalsAreFinal);
  for (const routesOf of pages) app.route('/', routesOf(services));
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

  for (const routesOf of routes) app.route('/', routesOf(services));
  refuseOtherMethods(app);
  app.notFound((c) => {
    const hint = hintFor(c.req.path);
    return sendFailure(c, { reason: 'NOT_FOUND', what: 'This path', ...(hint !== undefined && { hint }) });
  });
  app.onError((error, c) => {
    log('unexpected', { id: c.get('requestId'), error: error.stack ?? String(error) });
    const cause = error.name;
    // The error may precede the site's verdict on the origin. The answer has no site's data, so every page may read it.
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
