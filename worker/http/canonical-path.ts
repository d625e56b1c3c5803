/**
 * One spelling for every path: it is decoded once, here, and guards and handlers see the same. What could still be read
 * in two ways is no path of ours: doubled slashes, backslashes, and escapes of anything but plain characters.
 */
import { createMiddleware } from 'hono/factory';
import { type App, sendFailure } from './failure-response.ts';

/** What may be escaped and means the same unescaped. Some clients escape the colon before a method. */
const PLAIN = /^[A-Za-z0-9._~:@!$&'()*+,;=-]$/;

/** @returns undefined where the path could be read in two ways. */
export function readPath(pathname: string): string | undefined {
  if (pathname.includes('//') || pathname.includes('\\')) return undefined;
  const path = pathname.replace(/%([0-9A-Fa-f]{2})/g, (escaped, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return PLAIN.test(character) ? character : escaped;
  });
  return path.includes('%') ? undefined : path;
}

const pathnameOf = (request: Request): string => new URL(request.url).pathname;

/** For Hono's router. What is no path of ours stays as it came, and is refused by {@link onePath}. */
export const getPath = (request: Request): string => {
  const pathname = pathnameOf(request);
  return readPath(pathname) ?? pathname;
};

const SPELLED_PLAINLY = 'Write it with single slashes and without escapes.';

export const onePath = createMiddleware<App>(async (c, next) => {
  if (readPath(pathnameOf(c.req.raw)) !== undefined) return next();
  return sendFailure(c, { reason: 'NOT_FOUND', what: 'This path', hint: SPELLED_PLAINLY });
});
