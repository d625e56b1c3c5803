/**
 * One spelling for every path. Guards and handlers must never disagree on what a path means, so a path that could be
 * read in two ways is none of ours: doubled slashes, escapes (but for `:`, which some clients escape) and backslashes.
 */
import { createMiddleware } from 'hono/factory';
import { type App, sendFailure } from '../http.ts';

export const hasOneSpelling = (pathname: string): boolean =>
  !pathname.includes('//') && !pathname.includes('\\') && !pathname.replace(/%3A/gi, ':').includes('%');

export const onePath = createMiddleware<App>(async (c, next) => {
  if (!hasOneSpelling(new URL(c.req.url).pathname)) return sendFailure(c, { reason: 'NOT_FOUND', what: 'This path' });
  return next();
});
