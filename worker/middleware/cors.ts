/**
 * CORS that denies. The usual middleware only leaves a header out and lets the handler run, which is too late where a
 * handler spends money: here a foreign origin is refused before anything is read. `Origin` proves nothing about a
 * program that is not a browser; it is the first filter, and the ticket is the next.
 */
import { createMiddleware } from 'hono/factory';
import { type App, sendFailure } from '../http.ts';

const METHODS = 'GET, HEAD, POST, DELETE, OPTIONS';

/** A day: the list below is constant. */
const PREFLIGHT_SECONDS = 86_400;

/** What the SDK, its uploads and our own clients send. Constant: no header of a request is echoed. */
const ALLOWED_HEADERS = [
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
].join(', ');

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
 * The origin a request comes from. Browsers leave `Origin` out of same-origin `GET`s but say so in `Sec-Fetch-Site`,
 * which pages cannot forge.
 *
 * @returns undefined where there is no page: a server, a command line.
 */
export function originOf(request: Request): string | undefined {
  const origin = request.headers.get('Origin');
  if (origin !== null) return origin;
  return request.headers.get('Sec-Fetch-Site') === 'same-origin' ? new URL(request.url).origin : undefined;
}

/**
 * Answers preflights, refuses foreign origins, and sets the CORS headers on every answer whatever its status.
 *
 * @param isAllowed By exact comparison; `null` is never allowed.
 */
export const cors = (isAllowed: (origin: string, request: Request) => boolean) =>
  createMiddleware<App>(async (c, next) => {
    const origin = originOf(c.req.raw);
    const allowed = origin !== undefined && isAllowed(origin, c.req.raw);
    c.header('Vary', 'Origin', { append: true });
    if (allowed) {
      c.header('Access-Control-Allow-Origin', origin);
      c.header('Access-Control-Expose-Headers', EXPOSED_HEADERS);
    }
    if (origin !== undefined && !allowed) return sendFailure(c, { reason: 'ORIGIN_DENIED' });
    c.set('origin', origin);
    if (c.req.method === 'OPTIONS') {
      c.header('Access-Control-Allow-Methods', METHODS);
      c.header('Access-Control-Allow-Headers', ALLOWED_HEADERS);
      c.header('Access-Control-Max-Age', String(PREFLIGHT_SECONDS));
      return c.body(null, 204);
    }
    return next();
  });
