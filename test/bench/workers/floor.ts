/** The floor: the least a proxy that hides a key can do, three lines with Hono's own helper. */
import { Hono } from 'hono';
import { proxy } from 'hono/proxy';
import type { BenchEnv } from './env.ts';

const app = new Hono<{ Bindings: BenchEnv }>();
app.all('*', (c) =>
  proxy(`${c.env.UPSTREAM}${c.req.path}`, {
    ...c.req,
    headers: { ...c.req.header(), 'x-goog-api-key': c.env.UPSTREAM_KEY },
  }),
);
export default app;
