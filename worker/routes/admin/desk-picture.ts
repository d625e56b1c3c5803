/** How the owner's API tells of a picture: its row in the ledger, with addresses that open for a while. */
import { isPrivateId, SIGNED_SECONDS, signatureQuery } from '../../auth/private-picture.ts';
import type { DeskPicture, DeskReport } from '../../desk-protocol.ts';
import type { SitePicture } from '../../ledger/figures/overview.ts';
import type { PictureReport } from '../../ledger/picture-reports.ts';
import { wallIdOf } from '../../storage/keys.ts';

const THUMBNAIL = 'w=320';

export interface PictureAddresses {
  /** Of the deployment. */
  origin: string;
  /** Signs addresses of pictures that not everybody may open. */
  secret: string;
  /** Unix milliseconds. */
  now: number;
}

export function toDeskPicture(picture: SitePicture, { origin, secret, now }: PictureAddresses): DeskPicture {
  const { at, site, id, file, model, size = '', provider = '', costMicros, waitMs, prefix, client } = picture;
  const { visitorToday, isVisitorBlocked, report, onWall, deletedAt, keepUntil } = picture;
  const expiresAt = Math.floor(now / 1000) + SIGNED_SECONDS;
  const signature = isPrivateId(id) && signatureQuery(secret, id, expiresAt);
  // Past its retention a picture on the wall is its copy alone.
  const shownId = onWall && now >= keepUntil ? (wallIdOf(id) ?? id) : id;
  const addressOf = (name: string, ...query: string[]): string => {
    const all = [...query, ...(signature ? [signature] : [])].join('&');
    return `${origin}/images/${shownId}/${name}${all && `?${all}`}`;
  };
  return {
    ...{ at, site, id },
    // Rows of earlier versions do not say the type, which any rendition goes without.
    address: file === undefined ? addressOf('0.png', 'w=1280') : addressOf(file),
    thumbnail: addressOf(file ?? '0.png', THUMBNAIL),
    ...{ model, size, provider, costMicros },
    ...(waitMs !== undefined && { waitMs }),
    ...(prefix !== undefined && { visitor: prefix }),
    ...(client !== undefined && { client }),
    ...(visitorToday && { visitorToday }),
    ...(isVisitorBlocked && { visitorBlocked: isVisitorBlocked }),
    ...(report && { report: reportOf(report) }),
    ...(onWall && { onWall }),
    ...(deletedAt !== undefined && { deletedAt }),
  };
}

function reportOf({ at, words: [words = '', ...more], count }: PictureReport): DeskReport {
  return { at, words, ...(more.length > 0 && { more }), count };
}
