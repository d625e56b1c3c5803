import { type CatalogModel, offeredModels, type Size } from '../../catalog/model.ts';
import type { DeskChoices, DeskModel } from '../../desk-protocol.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { pictureMicros, pictureOf } from '../../pricing/prices.ts';
import { dayOf } from '../../shared/utc.ts';
import { type AdminServices, owned } from './owned.ts';
import { readQuery } from './query.ts';
import { NO_FIELDS } from './requests.ts';

/** `GET …/choices`: what a site's record can choose from in this deployment, and what that costs. */
export const choicesAdminRoutes = ({ owners, config, pricing, now }: AdminServices) => {
  function bySize(model: CatalogModel, microsOf: (size: Size) => number | undefined): Record<string, number> {
    const known = model.sizes.map((size) => [size, microsOf(size)] as const);
    return Object.fromEntries(known.filter((each): each is [Size, number] => each[1] !== undefined));
  }

  function describe(model: CatalogModel): DeskModel {
    const { id, displayName, sizes, maxReferences, end, successor } = model;
    const table = pricing.table(model);
    return {
      ...{ id, displayName, sizes: [...sizes], maxReferences },
      priceMicros: bySize(model, (size) => table && pictureMicros(table, model, size)),
      heldMicros: bySize(model, (size) => pricing.worst(pictureOf(model, size), model)),
      ...(end !== undefined && { end }),
      ...(successor !== undefined && { successor }),
    };
  }

  return new Hono<App>().get('/peel/admin/api/choices', owned(owners), (c) => {
    const query = readQuery(c, NO_FIELDS);
    if (!query.ok) return sendFailure(c, query.failure);
    const { turnstile, site, deploymentDayBudgetMicros, deploymentMonthBudgetMicros } = config;
    const choices: DeskChoices = {
      models: offeredModels(config.catalog, dayOf(now())).map(describe),
      proof: site.proof,
      ...(turnstile && { turnstileSiteKey: turnstile.siteKey }),
      deploymentDayMicros: deploymentDayBudgetMicros,
      deploymentMonthMicros: deploymentMonthBudgetMicros,
    };
    return c.json(choices, 200, NO_STORE);
  });
};
