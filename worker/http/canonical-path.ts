/**
 * One spelling for every path. A path is decoded once, here, so guards and handlers see the same text. A path that
 * could be read in two ways is refused: doubled slashes, backslashes, and escapes of anything but plain characters.
 */
import { createMiddleware } from 'hono/factory';
import { type App, sendFailure } from './failure-response.ts';

/** Characters that mean the same escaped and unescaped. Some clients escape the colon before a method. */
const PLAIN = /^[A-Za-z0-9._~:@!$&'()*+,;=-]$/;

/** @returns The decoded path; undefined if it could be read in two ways. */
export function readPath(pathname: string): string | undefined {
  if (pathname.includes('//') || pathname.includes('\\')) return undefined;
  const path = pathname.replace(/%([0-9A-Fa-f]{2})/g, (escaped, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return PLAIN.test(character) ? character : escaped;
  });
  return path.includes('%') ? undefined : path;
}

const pathnameOf = (request: Request): string => new URL(request.url).pathname;

/** The path for Hono's router. An ambiguous path stays unchanged, and {@link onePath} refuses it. */
export const getPath = (request: Request): string => {
  const pathname = pathnameOf(request);
  return readPath(pathname) ?? pathname;
};

const SPELLED_PLAINLY = 'Write it with single slashes and without escapes.';

/** Answers an ambiguous path with 404. */
export const onePath = createMiddleware<App>(async (c, next) => {
  if (readPath(pathnameOf(c.req.raw)) !== undefined) return next();
  return sendFailure(c, { reason: 'NOT_FOUND', what: 'This path', hint: SPELLED_PLAINLY });
});
