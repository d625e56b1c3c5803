/** Whether there is a site. What the owner reads and stops by an id does not need its record to be right. */
import type { Failure } from '../../shared/failure.ts';
import type { AdminServices } from './owned.ts';

/** @returns `SITE_UNKNOWN`; undefined of a site that exists, even if its record is broken. */
export async function refuseUnknownSite(
  site: string,
  services: Pick<AdminServices, 'sites' | 'siteStore'>,
): Promise<Failure | undefined> {
  const found = await services.sites.find(site);
  return found.ok || found.failure.reason !== 'SITE_UNKNOWN' ? undefined : withSites(found.failure, services);
}

/** `SITE_UNKNOWN` with the ids that the field `site` takes, and any other failure as it is. */
export async function withSites(failure: Failure, { siteStore }: Pick<AdminServices, 'siteStore'>): Promise<Failure> {
  if (failure.reason !== 'SITE_UNKNOWN') return failure;
  return { ...failure, accepted: (await siteStore.shares()).map(({ id }) => id) };
}

/**
 * As {@link refuseUnknownSite}, but a site that was deleted after it has drawn has figures too.
 *
 * @param site Absent: all sites, which there always are.
 */
export async function refuseUndrawnSite(
  site: string | undefined,
  services: Pick<AdminServices, 'sites' | 'siteStore' | 'deploymentLedger'>,
): Promise<Failure | undefined> {
  const unknown = site === undefined ? undefined : await refuseUnknownSite(site, services);
  if (site === undefined || !unknown) return undefined;
  return (await services.deploymentLedger().knownSites()).includes(site) ? undefined : unknown;
}
