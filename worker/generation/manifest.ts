import { summarize } from '../gemini/summary.ts';
import type { GenerateRequest } from '../request/request.ts';
import type { Manifest } from '../storage/manifest.ts';
import { countPictures } from './count-pictures.ts';
import type { RunDependencies, RunOrder } from './run-order.ts';

type Found = Pick<Manifest, 'chunks' | 'form' | 'provider' | 'maker' | 'fallback' | 'images' | 'signatures'>;

/**
 * The manifest of a finished answer: its pictures, its usage and its cost in micro-dollars. An answer without usable
 * usage costs `worstMicros`, and is logged as `usage_odd`.
 */
export function manifestOf(
  order: Pick<RunOrder, 'id' | 'model' | 'worstMicros'> & { request: Pick<GenerateRequest, 'size'> },
  deps: Pick<RunDependencies, 'pricing' | 'log' | 'now'>,
  found: Found,
): Manifest {
  const summary = summarize(found.chunks, found.form);
  const { usage } = summary;
  const { id, model, worstMicros, request } = order;
  const pictures = countPictures(summary, found.images);
  const cost = deps.pricing.cost(found.provider, { priced: request, model, usage, pictures });
  if (cost === undefined) deps.log('usage_odd', { id, provider: found.provider, model: model.id, worstMicros });
  return {
    version: 1,
    id,
    ...found,
    model: model.id,
    ...(usage && { usage }),
    costMicros: cost ?? worstMicros,
    createdAt: deps.now(),
  };
}

/**
 * Writes the manifest to R2 under the request's key. Never throws: a refusal of R2 is logged.
 *
 * @returns Whether the manifest is in R2.
 */
export async function putManifest(
  { site, key }: RunOrder,
  deps: RunDependencies,
  manifest: Manifest,
): Promise<boolean> {
  try {
    await deps.manifests.put(site, key, manifest);
    return true;
  } catch (error) {
    deps.log('manifest_failed', { id: manifest.id, error: String(error) });
    return false;
  }
}
