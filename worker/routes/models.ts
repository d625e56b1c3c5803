import { Hono } from 'hono';
import type { Config } from '../config.ts';
import { dayOf } from '../domain/budget.ts';
import { type CatalogModel, findModel } from '../domain/catalog.ts';
import { toModel } from '../domain/models.ts';
import { findOfferedModel } from '../domain/offered-model.ts';
import type { Site } from '../domain/site.ts';
import type { Gate } from '../gate.ts';
import { type App, NO_STORE, sendFailure } from '../http.ts';
import type { Pricing } from '../pricing.ts';

export interface ModelRoutesOptions {
  config: Pick<Config, 'catalog'>;
  gate: Gate;
  pricing: Pricing;
  /** Unix milliseconds. */
  now: () => number;
}

/** `GET /v1beta/models` and `/v1beta/models/{model}`: what this caller may use, in Gemini's `Model` shape. */
export const modelRoutes = ({ config, gate, pricing, now }: ModelRoutesOptions) => {
  const allowed = (site: Site) => config.catalog.filter(({ id }) => site.models.includes(id));
  const show = (model: CatalogModel) => toModel(model, pricing.table(model));
  return new Hono<App>()
    .get('/:version{v1beta|v1}/models', async (c) => {
      const caller = await gate.admit(c.req.raw, c.get('origin'));
      if (!caller.ok) return sendFailure(c, caller.failure);
      return c.json({ models: allowed(caller.value.site).map(show) }, 200, NO_STORE);
    })
    .get('/:version{v1beta|v1}/models/:model{[^:]+}', async (c) => {
      const caller = await gate.admit(c.req.raw, c.get('origin'));
      if (!caller.ok) return sendFailure(c, caller.failure);
      const name = c.req.param('model');
      const offered = findOfferedModel(config.catalog, name, dayOf(now()));
      if (!offered.ok) return sendFailure(c, offered.failure);
      const model = findModel(allowed(caller.value.site), name);
      if (!model) return sendFailure(c, { reason: 'NOT_FOUND', what: `The model "${name}"` });
      return c.json(show(model), 200, NO_STORE);
    });
};
