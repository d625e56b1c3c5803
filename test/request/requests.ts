/** Complete valid values to start from, so that a test changes the one thing it is about. */
import { type CatalogModel, findModel, type PriceTable, type ProviderName } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { type Billing, tableInForce } from '../../worker/pricing/price-table.ts';
import type { Usage } from '../../worker/pricing/prices.ts';
import type { GenerateRequest, Turn } from '../../worker/request/request.ts';

export function modelOf(name: string): CatalogModel {
  const model = findModel(SEED_CATALOG, name);
  if (!model) throw new Error(`The catalog has no ${name}.`);
  return model;
}

export const userTurn = (...parts: Turn['parts']): Turn => ({ role: 'user', parts });

export const request = (changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
  model: 'gemini-3.1-flash-image',
  turns: [userTurn({ kind: 'text', text: 'a red fox' })],
  modalities: ['TEXT', 'IMAGE'],
  size: '1K',
  ...changes,
});

export const TODAY = '2026-11-29';
/** When the first price lists held. */
export const SEED_DAY = '2026-03-10';

export function tableOf(
  model: CatalogModel,
  provider: ProviderName,
  billing: Billing = 'per-token',
  day = TODAY,
): PriceTable {
  const table = tableInForce(model, provider, billing, day);
  if (!table) throw new Error(`${provider} has no price ${billing} for ${model.id}.`);
  return table;
}

export const usage = (changes: Partial<Usage> = {}): Usage => ({
  promptTokens: 0,
  candidatesTokens: 0,
  imageTokens: 0,
  thoughtsTokens: 0,
  searches: 0,
  ...changes,
});
