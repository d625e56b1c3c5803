import type { Context } from 'hono';
import type { Caller } from '../domain/site.ts';
import { forVisitor } from '../domain/told.ts';
import { type App, NO_STORE, sendFailure } from '../http.ts';
import type { Services } from '../services.ts';
import type { Ask } from './ask.ts';

/** `:countTokens`: forwarded, never kept. Free at every supplier. */
export async function countTokens(
  c: Context<App>,
  { request, model, inputs: given, holding }: Ask,
  { kind }: Caller,
  services: Services,
) {
  const inputs = given.map(services.inputs.open);
  try {
    const counted = await services.providers.countTokens({ request, model, inputs, signal: services.deadline() });
    if (!counted.ok) return sendFailure(c, kind === 'visitor' ? forVisitor(counted.failure) : counted.failure);
    return c.json(counted.value as Record<string, unknown>, 200, NO_STORE);
  } finally {
    holding.release();
  }
}
