import type { Gate } from '../auth/auth.ts';
import { type Caller, siteOf } from '../auth/caller.ts';
import { menuOf } from '../catalog/menu.ts';
import { type CatalogModel, findModel } from '../catalog/model.ts';
import { findOfferedModel } from '../catalog/offered-model.ts';
import type { Config } from '../config/config.ts';
import { type App, NO_STORE, sendFailure } from '../http/failure-response.ts';
import { Hono } from '../http/hono.ts';
import type { Pricing } from '../pricing/pricing.ts';
import { dayOf } from '../shared/utc.ts';
import { toModel } from './gemini-model.ts';
import { readsOnlyPictures } from './generate/read-request.ts';

export interface ModelRoutesOptions {
  config: Pick<Config, 'catalog'>;
  gate: Gate;
  pricing: Pricing;
  /** Unix milliseconds. */
  now: () => number;
}

/** `GET /v1beta/models` and `/v1beta/models/{model}`: the models this caller may use, in Gemini's `Model` shape. */
export const modelRoutes = ({ config, gate, pricing, now }: ModelRoutesOptions) => {
  const allowed = (caller: Caller) => menuOf(config.catalog, siteOf(caller));
  const show = (model: CatalogModel, caller: Caller) =>
    toModel(model, pricing.table(model), !readsOnlyPictures(caller));
  return new Hono<App>()
    .get('/:version{v1beta|v1}/models', async (c) => {
      const caller = await gate.admit(c.req.raw, c.get('origin'));
      if (!caller.ok) return sendFailure(c, caller.failure);
      return c.json({ models: allowed(caller.value).map((model) => show(model, caller.value)) }, 200, NO_STORE);
    })
    .get('/:version{v1beta|v1}/models/:model{[^:]+}', async (c) => {
      const caller = await gate.admit(c.req.raw, c.get('origin'));
      if (!caller.ok) return sendFailure(c, caller.failure);
      const name = c.req.param('model');
      const offered = findOfferedModel(config.catalog, name, dayOf(now()));
      if (!offered.ok) return sendFailure(c, offered.failure);
      const model = findModel(allowed(caller.value), name);
      if (!model) return sendFailure(c, { reason: 'NOT_FOUND', what: `The model "${name}"` });
      return c.json(show(model, caller.value), 200, NO_STORE);
    });
};
