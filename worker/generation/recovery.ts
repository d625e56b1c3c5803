/**
 * What became of a run that nobody carries any more: the object was moved, updated or cut off. The record says how far
 * it can have come, and pictures may be in R2 although nobody could say so.
 */
import { findModel } from '../domain/catalog.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { rescue } from '../gemini/rescue.ts';
import type { Manifest } from '../ports.ts';
import { rememberMaker } from './conversation.ts';
import type { KeeperDependencies } from './keeper-dependencies.ts';
import { findKeptAnswer } from './kept-answer.ts';
import type { Payment } from './payment.ts';
import { manifestOf } from './run.ts';
import { settlementOf, unknownOf } from './settlements.ts';

type Found = { outcome: 'picture'; manifest: Manifest };

/**
 * Writes down the outcome of what is not concluded, and leaves it to the caller to tell the ledgers.
 *
 * @returns Whether it could be found out; false where R2 does not say yet.
 */
export async function recoverRun(record: RunRecord, payment: Payment, deps: KeeperDependencies): Promise<boolean> {
  const { rows, log } = deps;
  if (record.state === 'reserving' || record.state === 'reserved') {
    payment.conclude('none');
    return true;
  }
  if (record.state !== 'dispatched' && !record.isUnkept) return true;
  const found = await findAnswer(record, deps);
  if (found === 'later') return false;
  if (found) {
    payment.conclude('picture', settlementOf(record, found));
    rows.write({ ...rows.read()!, outcome: 'picture' });
  } else {
    payment.conclude('unknown', unknownOf(record));
  }
  rows.write({ ...rows.read()!, isUnkept: false });
  log('generation_recovered', { id: record.id, outcome: found ? 'picture' : 'unknown' });
  return true;
}

/** @returns `later` where R2 does not answer or take what is parked; undefined where no picture of the run is whole. */
async function findAnswer(record: RunRecord, deps: KeeperDependencies): Promise<Found | 'later' | undefined> {
  const { manifests, images, rows, log } = deps;
  const { id, key, site, provider, maker, fallback } = record;
  try {
    // A manifest is put beside its picture, and may be there while the picture still waits here, or never came.
    if (!(await deps.unpark())) return 'later';
    const kept = await findKeptAnswer(site, key, deps);
    if (kept?.id === id) return { outcome: 'picture', manifest: kept };
    const model = findModel(deps.catalog, record.subject.model);
    if (!model || !provider) return undefined;

    const stored = await images.find(id);
    const { form, thoughts, priced } = record;
    const chunks = rescue({ form, chunks: rows.chunks(), thoughts, ...stored });
    if (!chunks) return undefined;
    const order = { id, model, worstMicros: record.micros, request: priced };
    const manifest = manifestOf(order, deps, {
      ...{ chunks, form, provider, ...stored },
      ...(maker && { maker }),
      ...(fallback && { fallback }),
    });
    await Promise.all([manifests.put(site, key, manifest), rememberMaker(manifest, site.retention, deps.makers)]);
    return { outcome: 'picture', manifest };
  } catch (error) {
    // R2 that does not answer says nothing about the picture.
    log('recovery_failed', { id, error: String(error) });
    return 'later';
  }
}
