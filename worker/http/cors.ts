/**
 * CORS that denies. The usual middleware only leaves a header out and lets the handler run, which is too late where a
 * handler spends money: here a foreign origin is refused before anything is read. `Origin` proves nothing about a
 * program that is not a browser; it is the first filter, and the ticket is the next.
 */
import { createMiddleware } from 'hono/factory';
import { type App, sendFailure } from './failure-response.ts';

const METHODS = 'GET, HEAD, POST, DELETE, OPTIONS';

/** A day: what is allowed depends on the question alone. */
const PREFLIGHT_SECONDS = 86_400;

/** What the SDK, its uploads and our own clients send. */
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

/** A header's name (RFC 9110 §5.6.2), and how many of them a page may ask for. */
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
 * The origin a request comes from. Browsers leave `Origin` out of same-origin `GET`s but say so in `Sec-Fetch-Site`,
 * which pages cannot forge.
 *
 * @returns undefined where there is no page: a server, a command line.
 */
function originOf(request: Request): string | undefined {
  const origin = request.headers.get('Origin');
  if (origin !== null) return origin;
  return request.headers.get('Sec-Fetch-Site') === 'same-origin' ? new URL(request.url).origin : undefined;
}

/**
 * Monitoring scripts add headers of their own to every call of a page, and one that is not allowed takes the call with
 * it. What is asked for is allowed by name, because none of them means anything here; the star leaves `Authorization`
 * out.
 */
function allowedHeaders(asked: string): string {
  const names = asked.length > MAX_ASKED_LENGTH ? [] : asked.split(',').map((name) => name.trim());
  const more = names.slice(0, MAX_ASKED_HEADERS).filter((name) => HEADER_NAME.test(name));
  return [...new Set([...KNOWN_HEADERS, ...more.map((name) => name.toLowerCase())])].join(', ');
}

/** As browsers write origins, hosts with an underscore too. Longer ones are no host's name. */
const ORIGIN = /^[a-z][a-z0-9+.-]{0,31}:\/\/[a-z0-9._:[\]-]{1,300}$/;

/** Who may read an answer: its page, where it names itself. `null` is any sandboxed page, and is never named. */
function readerOf(origin: string): string | undefined {
  if (origin === 'null') return '*';
  return ORIGIN.test(origin) ? origin : undefined;
}

/** Longest origin in a log line. */
const MAX_LOGGED_ORIGIN = 200;

/**
 * Answers preflights, refuses foreign origins, and sets the CORS headers on every answer whatever its status. A page
 * that is refused may read that it is, since otherwise its owner sees a broken connection; it may ask first as any
 * other, since otherwise the refusal is never sent. Credentials are never allowed.
 *
 * @param isAllowed By exact comparison; `null` is never allowed.
 */
export const cors = (isAllowed: (origin: string, request: Request) => boolean) =>
  createMiddleware<App>(async (c, next) => {
    const origin = originOf(c.req.raw);
    const allowed = origin !== undefined && isAllowed(origin, c.req.raw);
    const reader = allowed ? origin : origin !== undefined && readerOf(origin);
    c.header('Vary', 'Origin', { append: true });
    if (reader) c.header('Access-Control-Allow-Origin', reader);
    if (allowed) c.header('Access-Control-Expose-Headers', EXPOSED_HEADERS);
    if (c.req.method === 'OPTIONS') {
      c.header('Vary', 'Access-Control-Request-Headers', { append: true });
      c.header('Access-Control-Allow-Methods', METHODS);
      c.header('Access-Control-Allow-Headers', allowedHeaders(c.req.header('Access-Control-Request-Headers') ?? ''));
      c.header('Access-Control-Max-Age', String(PREFLIGHT_SECONDS));
      return c.body(null, 204);
    }
    if (origin !== undefined && !allowed) {
      return sendFailure(c, { reason: 'ORIGIN_DENIED', origin: origin.slice(0, MAX_LOGGED_ORIGIN) });
    }
    c.set('origin', origin);
    return next();
  });
