/** What the owner's desk asks of ledgers, over RPC. Nothing of it writes. */
import type { DeskHours, DeskSeriesDay } from '../../desk-protocol.ts';
import type { PictureFilter, PictureSums } from '../pictures.ts';
import type { Overview, OverviewAsk, SitePicture } from './overview.ts';
import type { SiteDays, SiteHours } from './series.ts';
import type { SiteFigures, ToldPicture } from './site-figures.ts';

/** Which pictures the owner wants to see. */
export interface PicturesAsk extends Omit<PictureFilter, 'only'> {
  only?: 'reported' | 'wall';
  most: number;
}

/** A page of pictures, newest first. `sums`: of all that a day's filter finds. */
export interface PicturesPage<Picture> {
  pictures: Picture[];
  sums?: PictureSums;
}

/**
 * What the deployment's ledger tells of all sites. `unread`: sites that did not answer, whose figures are in no sum.
 */
export type OfAllSites<T> = T & { unread: string[] };

/** The calls of the desk to a ledger. `play`: whether the demo's money is asked for, or all other. */
export interface DeskLedgerRpc {
  /** Today, of a site's ledger. */
  siteFigures(play: boolean): Promise<SiteFigures>;
  /** Days of a site's ledger, both with it, `YYYY-MM-DD`. */
  siteDays(first: string, last: string, play: boolean): Promise<Omit<SiteDays, 'site'>>;
  /** The hours of a day of a site's ledger. */
  siteHours(day: string, play: boolean): Promise<SiteHours>;
  sitePictures(ask: PicturesAsk): Promise<PicturesPage<ToldPicture>>;
  /** Of the deployment's ledger, as the next four: sites that have drawn, or have a record, deleted ones too. */
  knownSites(): Promise<string[]>;
  /** Today, of all sites. */
  overview(ask: OverviewAsk): Promise<Overview>;
  /** @param days Number of days until today, with it. */
  series(days: number, play: boolean): Promise<OfAllSites<{ days: DeskSeriesDay[] }>>;
  hours(day: string, play: boolean): Promise<OfAllSites<Pick<DeskHours, 'hours'>>>;
  allPictures(ask: PicturesAsk): Promise<OfAllSites<PicturesPage<SitePicture>>>;
}
