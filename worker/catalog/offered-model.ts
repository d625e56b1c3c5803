import { fail, type Result, succeed } from '../shared/failure.ts';
import { type Catalog, type CatalogModel, findModel, isRetired, successorOf } from './model.ts';

/**
 * Finds a model by the id or alias that a caller sent.
 *
 * @param today UTC day, `YYYY-MM-DD`.
 * @returns `NOT_FOUND` for an unknown model, and for a retired one, whose failure also names the successor.
 */
export function findOfferedModel(catalog: Catalog, name: string, today: string): Result<CatalogModel> {
  const model = findModel(catalog, name);
  const what = `The model "${name}"`;
  if (!model) return fail({ reason: 'NOT_FOUND', what, hint: 'GET /v1beta/models lists those that may be used.' });
  if (!isRetired(model, today)) return succeed(model);
  const successor = successorOf(catalog, model, today);
  const ended = `Its maker ended it on ${model.end}.`;
  return fail({ reason: 'NOT_FOUND', what, hint: successor ? `${ended} Use ${successor.id} instead.` : ended });
}
