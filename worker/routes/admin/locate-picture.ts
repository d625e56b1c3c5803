import { DEFAULT_SITE } from '../../sites/sites.ts';
import { wallIdOf } from '../../storage/keys.ts';
import type { AdminServices } from './owned.ts';

/**
 * Where the row of a picture is, by its own id or that of its copy on a wall. Where R2 has neither any more, the ledgers
 * of all sites are asked. Throws R2's and the ledger's errors.
 *
 * @param id Of a picture.
 * @returns The id of the run's pictures, and their site; no site where neither R2 nor a ledger knows of them.
 */
export async function locatePicture(
  { images, deploymentLedger }: Pick<AdminServices, 'images' | 'deploymentLedger'>,
  id: string,
): Promise<{ id: string; site?: string }> {
  const found = await images.findAll(id);
  const wallId = wallIdOf(id);
  const at = found.keys.length > 0 || !wallId || wallId === id ? found : await images.findAll(wallId);
  const original = found.copyOf ?? id;
  // A picture without labels is of an earlier version, which knew one site.
  if (at.keys.length > 0) return { id: original, site: at.labels?.site ?? DEFAULT_SITE };
  const [row] = (await deploymentLedger().allPictures({ ids: [original], most: 1 })).pictures;
  return { id: original, ...(row && { site: row.site }) };
}
