/** The wall of a site as the owner changes it: which copies stay, and what the ledger's list says of them. */
import { succeed } from '../../shared/failure.ts';
import { parseJson } from '../../shared/json.ts';
import { DAY_MS } from '../../shared/utc.ts';
import type { RecordProblem } from '../../sites/record-schema.ts';
import { wallIdsOf } from '../../sites/showcase.ts';
import type { SiteRecord } from '../../sites/site-record.ts';
import { erasePicture } from './erase-picture.ts';
import type { AdminServices } from './owned.ts';

/** The copy is made when the owner picks it, and the record that names it is saved once its words are written. */
const UNNAMED_MS = DAY_MS;

export interface WallChange {
  /** Of the worker, without a trailing slash. */
  origin: string;
  site: string;
  /** Ids of the copies that the wall showed, and shows. `before` absent: the site has ended, with all that it has not. */
  before?: readonly string[];
  after: readonly string[];
}

/**
 * Marks what is on a site's wall, and deletes the copies of the site that were taken off it, and those that no record has
 * named for a day. Copies of other sites stay, whatever a record says. Throws R2's and the ledger's errors.
 */
export async function changeWall(services: AdminServices, { origin, site, before, after }: WallChange): Promise<void> {
  const { images, now } = services;
  await markWall(services, site, after);
  const oldest = now() - UNNAMED_MS;
  const copies = (await images.wallCopies()).filter((copy) => copy.site === site && !after.includes(copy.id));
  const over = copies.filter(({ id, storedAt }) => !before || before.includes(id) || storedAt < oldest);
  await Promise.all(over.map(({ id }) => erasePicture(services, origin, id)));
}

/**
 * Entries that the record adds and whose copy this site does not own: the copy was deleted, or belongs to another site and
 * would be deleted with it. Throws R2's errors.
 */
export async function wallGaps(
  { images }: Pick<AdminServices, 'images'>,
  { origin, site, before }: Omit<WallChange, 'after'> & { before: readonly string[] },
  wall: SiteRecord['wall'] = [],
): Promise<RecordProblem[]> {
  const isAnew = (wallId: string, image: string): boolean =>
    !before.includes(wallId) && new URL(image, origin).origin === origin;
  const anew = wall.flatMap(({ image }, n) =>
    wallIdsOf([{ image }]).flatMap((wallId) => (isAnew(wallId, image) ? [{ wallId, n }] : [])),
  );
  if (anew.length === 0) return [];
  const own = new Set((await images.wallCopies()).filter((copy) => copy.site === site).map(({ id }) => id));
  const rule = `must be a copy that POST /peel/admin/api/pictures/{id}/wall has made of a picture of this site`;
  return anew.flatMap(({ wallId, n }) => (own.has(wallId) ? [] : [{ field: `wall.${n}.image`, rule }]));
}

const markWall = ({ ledger }: Pick<AdminServices, 'ledger'>, site: string, wallIds: readonly string[]) =>
  ledger(site).markWall(wallIds.map((wallId) => wallId.slice(1)));

/** Takes a deleted picture out of its site's record. A record that KV does not show yet keeps it, and shows a gap. */
export async function takeOffWall(services: AdminServices, site: string, wallId: string): Promise<void> {
  const { siteStore, sites } = services;
  await siteStore.change(site, async ({ stored, recordEtag, isStale }, writer) => {
    const checked = stored && recordEtag !== undefined && !isStale && (await siteStore.check(parseJson(stored.text)));
    if (!checked || 'problems' in checked) return succeed(undefined);
    const { wall = [] } = checked.record;
    const left = wall.filter((entry) => !wallIdsOf([entry]).includes(wallId));
    if (left.length < wall.length) await writer.keep({ ...checked.record, wall: left });
    await markWall(services, site, wallIdsOf(left));
    return succeed(undefined);
  });
  sites.forget(site);
}
