import type { App } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ');

/**
 * `GET /peel/admin` and the desk's pages below it. The page is the same for everybody and holds nothing of the owner's:
 * it asks the owner's API, which decides. It is there without an `ADMIN_TOKEN` too, and then says how to set one.
 */
export const deskPageRoutes = () =>
  new Hono<App>().on(['GET', 'HEAD'], ['/peel/admin', '/peel/admin/*'], (c, next) => {
    if (/^\/peel\/admin\/api(?:\/|$)/.test(c.req.path)) return next();
    c.header('Cache-Control', 'no-store');
    c.header('Content-Security-Policy', POLICY);
    c.header('Referrer-Policy', 'same-origin');
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('X-Robots-Tag', 'noindex');
    return c.html(PAGE);
  });

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Peel</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/desk.css">
<script type="module" src="/desk.js"></script>
<peel-desk></peel-desk>
<noscript>The desk needs scripts. Its API does not: /docs/admin</noscript>
`;
