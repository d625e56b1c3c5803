/**
 * The app: middleware and routes in the order in which a request meets them. Every other path is refused.
 *
 * Routes that few isolates are asked for are in parts, which an isolate loads with the first request for one of their
 * paths: so a start reads, compiles and evaluates what visitors need, and no more.
 */
import { Hono } from 'hono';
import { claimedSite } from './auth/auth.ts';
import { getPath, onePath } from './http/canonical-path.ts';
import { cors } from './http/cors.ts';
import { type App, sendFailure } from './http/failure-response.ts';
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

type Routes = (services: Services) => Hono<App>;

interface Late {
  /** Pages, and no answers to one: they need no CORS, and may be opened from anywhere. */
  pages?: readonly Routes[];
  routes?: readonly Routes[];
}

interface Part {
  paths: RegExp;
  load: (services: Services) => Promise<Late>;
}

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
  const main = withRoutes(services, {});
  const loaded = new Map<Part, Promise<Hono<App>>>();

  /** A part that could not be loaded is loaded again by the next request, and fails this one as any error does. */
  async function load(part: Part): Promise<Hono<App>> {
    try {
      return withRoutes(services, await part.load(services));
    } catch (error) {
      loaded.delete(part);
      return withRoutes(services, { routes: [() => throwing(error)] });
    }
  }

  return {
    fetch(request, ...others) {
      const path = getPath(request);
      const part = PARTS.find(({ paths }) => paths.test(path));
      if (!part) return main.fetch(request, ...others);
      const app = loaded.get(part) ?? load(part);
      loaded.set(part, app);
      return app.then((whole) => whole.fetch(request, ...others));
    },
  };
}

const throwing = (error: unknown): Hono<App> =>
  new Hono<App>().all('*', () => {
    throw error;
  });

/** @param late Routes beside those that every isolate has. */
function withRoutes(services: Services, { pages = [], routes = [] }: Late): Hono<App> {
  const { config, sites, log, now, createId, refreshCatalog } = services;
  const { demo } = config;
  const app = new Hono<App>({ getPath });

  app.use(envelope({ log, now, createId }));
  app.use('/upload/*', refusalsAreFinal);
  for (const routesOf of [deskPageRoutes, ...pages]) app.route('/', routesOf(services));
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
  app.route('/', sessionRoutes({ ...services, secrets: config.secrets }));
  app.route('/', modelRoutes(services));
  app.route('/', imageRoutes({ ...services, secrets: config.secrets }));
  app.route('/', generateRoutes(services));
  for (const routesOf of routes) app.route('/', routesOf(services));

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
