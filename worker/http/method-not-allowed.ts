import { METHOD_NAME_ALL } from 'hono/router';
import { type App, sendFailure } from './failure-response.ts';
import type { Hono } from './hono.ts';

/** Answers 405 with `Allow` to every other method on the paths of an app. Called once all of its routes are there. */
export function refuseOtherMethods(app: Hono<App>): void {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    // Middleware.
    if (method === METHOD_NAME_ALL) continue;
    const known = methods.get(path) ?? new Set();
    methods.set(path, method === 'GET' ? known.add('GET').add('HEAD') : known.add(method));
  }
  for (const [path, allowed] of methods) {
    app.all(path, (c) => sendFailure(c, { reason: 'METHOD_NOT_ALLOWED', allowed: [...allowed] }));
  }
}
