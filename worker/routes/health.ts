import { Hono } from 'hono';
import { type App, NO_STORE } from '../http.ts';

/** `GET /peel/health`: alive, and which providers are configured. No secrets, no counts. */
export const healthRoutes = ({ providers, demo }: { providers: readonly string[]; demo: boolean }) =>
  new Hono<App>().get('/peel/health', (c) => c.json({ status: 'ok', demo, providers }, 200, NO_STORE));
