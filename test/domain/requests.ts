/** Complete valid values to start from, so that a test changes the one thing it is about. */
import { type CatalogModel, findModel, SEED_CATALOG } from '../../worker/domain/catalog.ts';
import type { GenerateRequest, Turn } from '../../worker/domain/request.ts';

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
