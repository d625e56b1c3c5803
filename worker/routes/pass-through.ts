import type { Context } from 'hono';
import { CONTENT_TYPES } from '../answers/whole.ts';
import { type App, NO_STORE, sendFailure } from '../http.ts';
import type { Services } from '../services.ts';
import type { Ask } from './ask.ts';

/**
 * `Cache-Control: no-store` of a client: the supplier's bytes straight through, at the reader's pace. Nothing is kept,
 * and two callers of the same request pay twice; that is what was asked for.
 */
export async function passThrough(c: Context<App>, ask: Ask, worstMicros: number, services: Services) {
  const { request, model, inputs, holding, wanted } = ask;
  const signal = services.deadline();
  const answer = await services.providers
    .generate({
      request,
      model,
      inputs,
      form: wanted.form,
      take: crypto.getRandomValues(new Uint32Array(1))[0]!,
      signal,
    })
    .finally(holding.release);
  if (!answer.ok) return sendFailure(c, answer.failure);
  return c.body(await services.redactStream(answer.body, answer.form), 200, {
    ...NO_STORE,
    'Content-Type': CONTENT_TYPES[answer.form],
    'Cache-Status': 'peel; fwd=bypass',
    'Peel-Provider': answer.provider,
    'Peel-Cost-Reserved': String(worstMicros),
  });
}
