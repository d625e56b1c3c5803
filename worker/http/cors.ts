/** CORS that denies by default. The usual middleware only omits a header and lets every page's handler run. */
import { createMiddleware } from 'hono/factory';
import type { Failure } from '../shared/failure.ts';
import type { PageOrigin } from '../sites/origins.ts';
import { type App, sendFailure } from './failure-response.ts';

const METHODS = 'GET, HEAD, POST, DELETE, OPTIONS';

/** A day. The answer to a preflight depends on its request alone. */
const PREFLIGHT_SECONDS = 86_400;

/** Headers that the SDK, its uploads and Peel's own clients send. */
const KNOWN_HEADERS = [
  'authorization',
  'cache-control',
  'content-type',
  'if-none-match',
  'peel-images',
  'peel-variant',
  'range',
  'user-agent',
  'x-goog-api-client',
  'x-goog-api-key',
  'x-goog-upload-command',
  'x-goog-upload-file-name',
  'x-goog-upload-header-content-length',
  'x-goog-upload-header-content-type',
  'x-goog-upload-offset',
  'x-goog-upload-protocol',
  'x-server-timeout',
];

/** A header's name (RFC 9110 §5.6.2). */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;
const MAX_ASKED_HEADERS = 64;
const MAX_ASKED_LENGTH = 4096;

const EXPOSED_HEADERS = [
  'Cache-Status',
  'Content-Disposition',
  'Content-Length',
  'Content-Range',
  'ETag',
  'Peel-Cost',
  'Peel-Cost-Reserved',
  'Peel-Fallback',
  'Peel-Provider',
  'Peel-Variant',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Server-Timing',
  'X-Goog-Upload-Chunk-Granularity',
  'X-Goog-Upload-Size-Received',
  'X-Goog-Upload-Status',
  'X-Goog-Upload-URL',
  'X-Request-Id',
].join(', ');

/**
 * Allows the requested headers by name. Monitoring scripts add headers to every call of a page, and one that is not
 * allowed fails the whole call. Unknown headers have no effect here. `*` would not do: it excludes `Authorization`.
 */
function allowedHeaders(asked: string): string {
  const names = asked.length > MAX_ASKED_LENGTH ? [] : asked.split(',').map((name) => name.trim());
  const more = names.slice(0, MAX_ASKED_HEADERS).filter((name) => HEADER_NAME.test(name));
  return [...new Set([...KNOWN_HEADERS, ...more.map((name) => name.toLowerCase())])].join(', ');
}

/** Origins as browsers write them, with underscores in hosts. No host name is longer. */
const ORIGIN = /^[a-z][a-z0-9+.-]{0,31}:\/\/[a-z0-9._:[\]-]{1,300}$/;

/**
 * The value of `Access-Control-Allow-Origin` for a refusal. `null` stands for every sandboxed page, so it is not
 * echoed.
 */
function readerOf(origin: string): string | undefined {
  if (origin === 'null') return '*';
  return ORIGIN.test(origin) ? origin : undefined;
}

/** Headers that this middleware and those around it set. */
const OUTER_HEADERS: ReadonlySet<string> = new Set([
  'access-control-allow-origin',
  'cross-origin-resource-policy',
  'referrer-policy',
  'strict-transport-security',
  'vary',
  'x-content-type-options',
  'x-goog-upload-status',
  'x-request-id',
]);

export interface CorsOptions {
  read: (request: Request) => PageOrigin;
  /** Why a page may not read the error of a path that belongs to no site, such as one that does not exist. */
  refuse: (origin: PageOrigin, request: Request) => Promise<Failure | undefined>;
}

/**
 * Answers preflights and sets the CORS headers on every answer, whatever its status. Every page may read refusals, since
 * otherwise its owner would see a broken connection; preflights succeed for every page too, since otherwise the browser
 * would never send the request. Credentials are never allowed.
 *
 * Each handler has its site judge the page, because only the handler knows the site. An answer that no site has judged
 * does not reach a page.
 */
export const cors = ({ read, refuse }: CorsOptions) =>
  createMiddleware<App>(async (c, next) => {
    const origin = read(c.req.raw);
    const reader = origin.name !== undefined && readerOf(origin.name);
    c.header('Vary', 'Origin', { append: true });
    if (reader) c.header('Access-Control-Allow-Origin', reader);
    if (reader) c.header('Access-Control-Expose-Headers', EXPOSED_HEADERS);
    if (c.req.method === 'OPTIONS') {
      c.header('Vary', 'Access-Control-Request-Headers', { append: true });
      c.header('Access-Control-Allow-Methods', METHODS);
      c.header('Access-Control-Allow-Headers', allowedHeaders(c.req.header('Access-Control-Request-Headers') ?? ''));
      c.header('Access-Control-Max-Age', String(PREFLIGHT_SECONDS));
      return c.body(null, 204);
    }
    c.set('origin', origin);
    await next();
    const isOpen = c.res.status < 400;
    if (!origin.isJudged && (isOpen || (await refuse(origin, c.req.raw)))) {
      await c.res.body?.cancel();
      // Nothing that the handler said stays, in its headers either.
      for (const name of [...c.res.headers.keys()]) if (!OUTER_HEADERS.has(name)) c.header(name, undefined);
      const denied = sendFailure(c, { reason: 'ORIGIN_DENIED' });
      c.res = undefined;
      c.res = denied;
    }
    if (c.get('timing').failure?.reason === 'ORIGIN_DENIED') c.header('Access-Control-Expose-Headers', undefined);
  });
