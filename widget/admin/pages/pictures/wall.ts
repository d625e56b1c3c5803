/** Puts pictures on a site's wall, and takes them off: the wall is a part of the site's record. */
import type { DeskApi } from '../../api.ts';

interface SiteAnswer {
  record: { wall?: { image: string }[] };
}

/** What the owner says of a picture on the wall. */
export interface WallWords {
  prompt: string;
  alt: string;
}

/** The copy on the wall has the picture's own bits behind another letter. */
const isOf = (id: string, image: string): boolean => image.includes(`/images/w${id.slice(1)}/`);

/** A change of another window in between is refused, and never overwritten. */
async function changeWall(
  api: DeskApi,
  site: string,
  change: (wall: { image: string }[]) => { image: string }[],
): Promise<void> {
  const path = `/sites/${site}`;
  const { value, etag } = await api.tagged<SiteAnswer>('GET', path);
  const record = { ...value.record, wall: change(value.record.wall ?? []) };
  await api.send('PUT', path, record, { 'If-Match': etag });
}

export async function putOnWall(api: DeskApi, site: string, id: string, words: WallWords): Promise<void> {
  const kept = await api.send<{ image: string; width: number; height: number }>('POST', `/pictures/${id}/wall`, {});
  /** Absent until the record was read. */
  let wasNamed: boolean | undefined;
  try {
    await changeWall(api, site, (wall) => {
      wasNamed = wall.some(({ image }) => isOf(id, image));
      return [...wall.filter(({ image }) => !isOf(id, image)), { ...kept, ...words }];
    });
  } catch (error) {
    // A copy that no record names is open to everybody. One that stays here goes with a later change of the wall.
    if (wasNamed === false) await api.send('DELETE', `/pictures/w${id.slice(1)}`).catch(() => undefined);
    throw error;
  }
}

export const takeOffWall = (api: DeskApi, site: string, id: string): Promise<void> =>
  changeWall(api, site, (wall) => wall.filter(({ image }) => !isOf(id, image)));
