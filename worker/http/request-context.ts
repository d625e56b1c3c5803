/** The outermost ring: a request id, `Server-Timing`, the headers every answer carries, and a log line for failures. */
import { createMiddleware } from 'hono/factory';
import type { Log } from '../shared/log.ts';
import type { App } from './failure-response.ts';

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Strict-Transport-Security': 'max-age=31536000',
} as const;

/** An API answer that is opened as a page may do nothing. Routes that say otherwise set their own. */
const NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'";

export interface EnvelopeOptions {
  log: Log;
  /** Milliseconds. */
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
    // What went well is counted by the platform and by the generations themselves; a line for each costs its owner.
    if (c.res.status < 400) return;
    log('request_failed', {
      id: c.get('requestId'),
      method: c.req.method,
      // The route's pattern and not the path: an address of a picture is a secret of those who have it.
      route: c.req.routePath,
      status: c.res.status,
      durationMs,
      reason: failure?.reason,
      origin: failure?.reason === 'ORIGIN_DENIED' ? failure.origin : undefined,
      cause: failure && 'cause' in failure ? failure.cause : undefined,
    });
  });
