/**
 * Recovers a run that no instance carries any more: its object was moved, updated or cut off. The record says how far
 * the run can have come, and its pictures may be in R2 without a manifest.
 */
import { findModel } from '../catalog/model.ts';
import { rescue } from '../gemini/rescue.ts';
import { withheld } from '../gemini/withheld.ts';
import type { Manifest } from '../storage/manifest.ts';
import { picturesIn } from './answer-reader.ts';
import { rememberOrigin } from './conversation.ts';
import type { GenerationDependencies } from './dependencies.ts';
import { takeBack } from './paid-run.ts';
import type { Payment } from './payment.ts';
import { manifestOf } from './run.ts';
import type { RunRecord } from './run-record.ts';
import { settlementOf, unknownOf } from './settlements.ts';
import { findStoredManifest } from './stored-manifest.ts';
import { isShown } from './verdict.ts';

/** `kept`: the manifest is in R2. `refused`: by the owner's check. */
type Found = { outcome: 'picture'; manifest: Manifest; kept: boolean } | { outcome: 'refused'; manifest: Manifest };

/**
 * Finds and writes the outcome of an unfinished run. The caller then settles it with `payment.settleUp()`. Idempotent.
 *
 * @returns Whether the outcome is final; false while R2 does not answer or does not take the manifest.
 */
export async function recoverRun(record: RunRecord, payment: Payment, deps: GenerationDependencies): Promise<boolean> {
  const { rows, log } = deps;
  if (record.state === 'reserving' || record.state === 'reserved') {
    payment.conclude('none');
    return true;
  }
  if (record.state !== 'dispatched' && !record.isUnkept) return true;
  const found = await findAnswer(record, deps);
  if (found === 'later') return false;
  if (found?.outcome === 'refused') {
    rows.putRefusal(deps.now(), found.manifest);
    payment.conclude('refused', settlementOf(record, found));
  } else if (found) {
    if (!found.kept) rows.putUnkept(found.manifest);
    payment.conclude('picture', settlementOf(record, found));
    rows.write({ ...rows.read()!, outcome: 'picture' });
  } else {
    payment.conclude('unknown', unknownOf(record));
  }
  const isUnkept = found?.outcome === 'picture' && !found.kept;
  rows.write({ ...rows.read()!, isUnkept });
  log('generation_recovered', { id: record.id, outcome: found?.outcome ?? 'unknown', isUnkept });
  return !isUnkept;
}

/** @returns `later` when R2 does not answer or take the pending parts; undefined when no picture is whole. */
async function findAnswer(record: RunRecord, deps: GenerationDependencies): Promise<Found | 'later' | undefined> {
  const { rows, log } = deps;
  const { id, key, site } = record;
  try {
    // A manifest is written while its picture is: the picture may still be pending here, or may never have come.
    if (!(await deps.flushPending())) return 'later';
    const kept = await findStoredManifest({ site, key, origin: record.origin ?? '' }, deps);
    if (kept?.id === id) return { outcome: 'picture', manifest: kept, kept: true };
    const known = rows.unkept();
    const manifest = known ?? (await remake(record, deps));
    return manifest === 'later' || !manifest ? manifest : await keepChecked(manifest, record, deps);
  } catch (error) {
    // Without an answer of R2 nothing is known about the picture.
    log('recovery_failed', { id, error: String(error) });
    return 'later';
  }
}

/** The manifest of a run that was cut off, from its stored pictures and the chunks in the rows. */
async function remake(record: RunRecord, deps: GenerationDependencies): Promise<Manifest | 'later' | undefined> {
  const { id, provider, maker, fallback, form, thoughts, priced, isOfTemplate } = record;
  if (record.hasVerdict) {
    await deps.images.remove(id);
    return undefined;
  }
  const found = await deps.images.find(id);
  const chunks = rescue({ form, chunks: deps.rows.chunks(), thoughts, ...found });
  const named = picturesIn(chunks ?? []);
  const drafts = isOfTemplate ? found.images.flatMap(({ n }) => (named.has(n) ? [] : [n])) : [];
  await deps.images.removeDrafts(id, drafts);
  const stored = { ...found, images: found.images.filter(({ n }) => !drafts.includes(n)) };
  if (!chunks) return undefined;
  // The recorded model counts, so a changed catalog loses no picture. Records of earlier versions have only its name.
  const model = record.model ?? findModel(deps.catalog, record.subject.model);
  if (!model || !provider) return 'later';
  return manifestOf({ id, model, worstMicros: record.micros, request: priced }, deps, {
    ...{ chunks, form, provider, ...stored },
    ...(maker && { maker }),
    ...(fallback && { fallback }),
  });
}

/** The owner's moderation endpoint judges before anything is kept that others are shown. */
async function keepChecked(manifest: Manifest, record: RunRecord, deps: GenerationDependencies): Promise<Found> {
  const { moderator, images } = deps;
  if (!moderator || manifest.isModerated) return keep(manifest, record, deps);
  const verdict = await moderator.review({ site: record.site.id, origin: record.origin ?? '', manifest });
  if (verdict === 'allowed') return keep({ ...manifest, isModerated: true }, record, deps);
  if (isShown(verdict)) return keep(manifest, record, deps);
  await images.remove(manifest.id);
  takeBack(manifest.id, deps);
  const chunks = withheld([], manifest.chunks, manifest.form, 'IMAGE_SAFETY');
  return { outcome: 'refused', manifest: { ...manifest, chunks, images: [] } };
}

async function keep(manifest: Manifest, { site, key }: RunRecord, deps: GenerationDependencies): Promise<Found> {
  const [put] = await Promise.allSettled([
    deps.manifests.put(site, key, manifest),
    rememberOrigin(manifest, site.retention, deps.signatureOrigins),
  ]);
  const kept = put.status === 'fulfilled';
  if (!kept) deps.log('manifest_failed', { id: manifest.id, error: String(put.reason) });
  return { outcome: 'picture', manifest, kept };
}
