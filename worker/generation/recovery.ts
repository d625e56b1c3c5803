/** What a run came to that was cut off after it went up: its pictures may be in R2 although nobody could say so. */
import { findModel } from '../domain/catalog.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { rescue } from '../gemini/rescue.ts';
import type { Manifest } from '../ports.ts';
import type { KeeperDependencies } from './keeper-dependencies.ts';
import { manifestOf } from './run.ts';

type Found = { outcome: 'picture'; manifest: Manifest };

/** @returns `later` where R2 does not take what is parked yet; undefined where no picture of the run is whole. */
export const createRecovery =
  (deps: KeeperDependencies) =>
  async (record: RunRecord): Promise<Found | 'later' | undefined> => {
    const { manifests, images, rows, log, now } = deps;
    const { id, key, site, provider } = record;
    try {
      const kept = await manifests.get(site, key, now());
      if (kept?.id === id) return { outcome: 'picture', manifest: kept };
      if (!(await deps.unpark())) return 'later';
      const model = findModel(deps.catalog, record.subject.model);
      if (!model || !provider) return undefined;

      const stored = await images.find(id);
      const { form, thoughts, priced } = record;
      const chunks = rescue({ form, chunks: rows.chunks(), thoughts, ...stored });
      if (!chunks) return undefined;
      const order = { id, model, worstMicros: record.micros, request: priced };
      const manifest = manifestOf(order, deps, { chunks, form, provider, ...stored });
      await manifests.put(site, key, manifest);
      return { outcome: 'picture', manifest };
    } catch (error) {
      // R2 that does not answer says nothing about the picture.
      log('recovery_failed', { id, error: String(error) });
      return 'later';
    }
  };
