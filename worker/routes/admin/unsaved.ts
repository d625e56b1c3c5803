import { fail, type Result, succeed } from '../../shared/failure.ts';
import type { SiteEntry } from '../../sites/site.ts';
import type { AdminServices } from './owned.ts';
import { invalidRecord, unsentPictures } from './sites.ts';

/**
 * The site as it is saved, or as the owner would save it.
 *
 * @param record Absent: as it is saved. Fails as a `PUT` would that regards no other site, with `record` before the
 *   field.
 */
export async function findEntry(
  id: string,
  record: unknown,
  { sites, siteStore, templatePictures }: Pick<AdminServices, 'sites' | 'siteStore' | 'templatePictures'>,
): Promise<Result<SiteEntry>> {
  if (record === undefined) return sites.find(id);
  const checked = await siteStore.check(record);
  if ('problems' in checked) return fail(invalidRecord(checked.problems, 'record'));
  const unsent = await unsentPictures(id, checked.record, templatePictures);
  if (unsent.length > 0) return fail(invalidRecord(unsent, 'record'));
  return succeed(await siteStore.entryOf(id, checked.record));
}

/** Services to which a site is as the owner would save it: a template is read again when a request is understood. */
export const asSaved = (entry: SiteEntry, services: AdminServices): AdminServices => ({
  ...services,
  sites: { ...services.sites, find: async () => succeed(entry) },
});
