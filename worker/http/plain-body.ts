/**
 * Refuses compressed bodies. Size limits and the search for pictures work on the bytes as they arrive, which say
 * nothing about their decompressed form.
 */
import { createMiddleware } from 'hono/factory';
import { type App, sendFailure } from './failure-response.ts';

const WITHOUT_BODY: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

export const plainBody = createMiddleware<App>(async (c, next) => {
  const encoding = c.req.header('Content-Encoding')?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity' || WITHOUT_BODY.includes(c.req.method)) return next();
  return sendFailure(c, { reason: 'TYPE_NOT_ALLOWED', encoding });
});
