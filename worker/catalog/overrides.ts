/**
 * The owner's changes to the catalog, as the variable `CATALOG` holds them: a JSON object from model id to change.
 *
 * - An id of the catalog with some fields: these replace the model's own. Offers are changed one by one, and within an
 *   offer `wireId` and `prices` one by one.
 * - A new id with `basedOn`: a copy of that model with the fields changed. Google, APIYI and the demo know it by the
 *   new id unless `offers` says otherwise; fal's ids cannot be guessed, so its offer is not copied.
 * - A new id without `basedOn`: a model with all its fields.
 * - `null` in the place of a model, an offer, `end`, `successor` or `defaultThinkingLevel` removes it.
 *
 * Fields and money are those of {@link CatalogModel}: integer micro-dollars.
 */
import * as v from 'valibot';
import { parseJsonObject } from '../shared/json.ts';
import type { Catalog, CatalogModel, ModelOffer, ProviderName } from './model.ts';
import { CHANGE, MODEL, MODEL_ID, MODEL_ID_RULE, type ModelChange, type OfferChange } from './override-schema.ts';

export type OverrideOutcome = { catalog: Catalog } | { problem: string };

/** @returns The changed catalog, or the first problem, by path and rule. */
export function applyCatalogOverrides(catalog: Catalog, json: string): OverrideOutcome {
  const changes = parseJsonObject(json);
  if (!changes) return { problem: 'must be a JSON object from model id to change' };
  const models = new Map(catalog.map((model) => [model.id, model]));
  for (const [id, change] of Object.entries(changes)) {
    const problem = applyChange(models, id, change);
    if (problem !== undefined) return { problem };
  }
  if (models.size === 0) return { problem: 'must leave at least one model' };
  const problem = findClash([...models.values()]);
  return problem === undefined ? { catalog: [...models.values()] } : { problem };
}

/** Puts the changed model into `models`. @returns The problem with the change; undefined on success. */
function applyChange(models: Map<string, CatalogModel>, id: string, change: unknown): string | undefined {
  if (!MODEL_ID.test(id)) return `${JSON.stringify(id)} ${MODEL_ID_RULE}`;
  if (change === null) return models.delete(id) ? undefined : `${id} is not in the catalog, so it cannot be removed`;
  const parsed = v.safeParse(CHANGE, change);
  if (!parsed.success) return describe(id, parsed.issues[0]);
  const { basedOn, ...fields } = parsed.output;
  const known = models.get(id);
  if (known && basedOn !== undefined) return `${id}.basedOn is only for a new id, and this one is in the catalog`;
  const base = known ?? (basedOn === undefined ? { id } : copyAs(id, models.get(basedOn)));
  if (!base) return `${id}.basedOn must be an id of the catalog, got ${JSON.stringify(basedOn)}`;
  const model = v.safeParse(MODEL, merge(base, fields));
  if (!model.success) return describe(id, model.issues[0]);
  models.set(id, model.output);
  return undefined;
}

/** Copies a model under a new id. Names, end and successor belong to the old model and are not copied. */
function copyAs(id: string, model: CatalogModel | undefined): Partial<CatalogModel> | undefined {
  if (!model) return undefined;
  const { end: _end, successor: _successor, ...rest } = model;
  const offers: CatalogModel['offers'] = {};
  for (const [provider, offer] of Object.entries(model.offers) as [ProviderName, ModelOffer][]) {
    if (provider !== 'fal') offers[provider] = { ...offer, wireId: id };
  }
  return { ...rest, id, aliases: [], offers };
}

function merge(base: Partial<CatalogModel>, { offers = {}, ...fields }: Omit<ModelChange, 'basedOn'>): object {
  const merged: Record<string, unknown> = { aliases: [], ...base, ...fields, offers: mergeOffers(base.offers, offers) };
  // `outputCap: null` means the model's own limit; every other null takes the field away.
  return Object.fromEntries(Object.entries(merged).filter(([name, value]) => value !== null || name === 'outputCap'));
}

function mergeOffers(base: CatalogModel['offers'] = {}, changes: NonNullable<ModelChange['offers']>): object {
  const offers: Record<string, OfferChange | ModelOffer> = { ...base };
  for (const [provider, change] of Object.entries(changes)) {
    if (change === null) delete offers[provider];
    else offers[provider] = { ...offers[provider], ...change };
  }
  return offers;
}

/** Two models may not share a name: only their order would decide which one a caller gets. */
function findClash(models: readonly CatalogModel[]): string | undefined {
  const owners = new Map<string, string>();
  for (const { id, aliases } of models) {
    for (const name of [id, ...aliases]) {
      const owner = owners.get(name);
      if (owner !== undefined) return `${id} and ${owner} are both called ${name}`;
      owners.set(name, id);
    }
  }
  return undefined;
}

function describe(id: string, issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return `${path === null ? id : `${id}.${path}`}: ${issue.message}`;
}
