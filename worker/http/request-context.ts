/**
 * The outermost middleware: a request id, `Server-Timing`, the headers of every answer, and a log line for failures.
 */
import { createMiddleware } from 'hono/factory';
import type { Log } from '../shared/log.ts';
import type { App } from './failure-response.ts';

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Strict-Transport-Security': 'max-age=31536000',
} as const;

/** An API answer that a browser opens as a page may do nothing. Routes can set another policy. */
const NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'";

export interface EnvelopeOptions {
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  createId: () => string;
}

export const envelope = ({ log, now, createId }: EnvelopeOptions) =>
  createMiddleware<App>(async (c, next) => {
    const startedAt = now();
    c.set('requestId', createId());
    c.set('timing', { startedAt, markedAt: startedAt, now, marks: [] });
    c.header('X-Request-Id', c.get('requestId'));
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
    await next();
    const { marks, failure } = c.get('timing');
    const durationMs = now() - startedAt;
    c.header('Server-Timing', [...marks, `total;dur=${durationMs}`].join(', '));
    if (!c.res.headers.has('Content-Security-Policy')) c.header('Content-Security-Policy', NOTHING_ALLOWED);
    // Successes are not logged: the platform and the metrics count them, and each log line costs the owner money.
    if (c.res.status < 400) return;
    log('request_failed', {
      id: c.get('requestId'),
      method: c.req.method,
      // Log the route's pattern, not the path: the address of a picture is a secret.
      route: c.req.routePath,
      status: c.res.status,
      durationMs,
      reason: failure?.reason,
      origin: failure?.reason === 'ORIGIN_DENIED' ? failure.origin : undefined,
      cause: failure && 'cause' in failure ? failure.cause : undefined,
    });
  });
