import { createMiddleware } from 'hono/factory';
import type { App } from '../../http/failure-response.ts';

export const STATUS = 'X-Goog-Upload-Status';

/**
 * Sets `X-Goog-Upload-Status: final` on every answer; a step that leaves its upload active overwrites it. Without
 * `final`, Google's clients in Python and Go resend a refused piece for seven seconds.
 */
export const refusalsAreFinal = createMiddleware<App>(async (c, next) => {
  c.header(STATUS, 'final');
  await next();
});
