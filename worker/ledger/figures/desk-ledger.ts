/**
 * What ledgers tell the owner's desk. A site's ledger tells of its site. The deployment's asks the ledgers of all sites
 * side by side, within a time, and remembers what they told of today for a second: several open desks cost no more than
 * one. Nothing here writes.
 */
import type { DeskAlarm, DeskHours, DeskSeriesDay } from '../../desk-protocol.ts';
import type { Bound } from '../../shared/bound.ts';
import type { Log } from '../../shared/log.ts';
import { DAY_MS, dayOf } from '../../shared/utc.ts';
import { askLedgers } from '../ask-ledgers.ts';
import type { LedgerMachine } from '../ledger.ts';
import type { Lender } from '../lender.ts';
import type { PictureReport } from '../picture-reports.ts';
import type { PictureFilter, PictureSums } from '../pictures.ts';
import { ledgerOf, siteOf } from '../rpc.ts';
import type { DeskLedgerRpc, OfAllSites, PicturesAsk, PicturesPage } from './desk-rpc.ts';
import { type Overview, type OverviewAsk, overviewOf, type SitePicture } from './overview.ts';
import { hoursOf, type SiteDays, type SiteHours, seriesOf } from './series.ts';
import { type SiteFigures, siteFiguresOf, type ToldPicture, toldPictures } from './site-figures.ts';

/** Longest wait for a site's ledger. */
const SITE_MS = 2_000;
const REMEMBERED_MS = 1_000;

/** A ledger's own parts, and the ledgers of sites. */
export interface DeskLedgerOptions {
  ledger: LedgerMachine;
  lender: Lender;
  reports: { of(ids: readonly string[]): Record<string, PictureReport>; ids(): string[] };
  /** Sites with a record, as far as this ledger knows. */
  recordedSites: () => string[];
  /** Open alarms, the gravest first. @param origin Of the deployment, as its owner calls it. */
  alarms: (origin: string) => DeskAlarm[];
  ledgerAt: (name: string) => DeskLedgerRpc;
  /** Unix milliseconds. */
  now: () => number;
  bound: Bound;
  log: Log;
}

/** The last `count` days until today, oldest first. */
export const lastDays = (count: number, now: number): string[] =>
  Array.from({ length: count }, (_, n) => dayOf(now - (count - 1 - n) * DAY_MS));

const sitesOf = (ledgers: readonly string[]): string[] => ledgers.flatMap((name) => siteOf(name) ?? []);

export function createDeskLedger({ ledger, lender, reports, recordedSites, alarms, ...io }: DeskLedgerOptions) {
  const { ledgerAt, now, bound, log } = io;
  /** What sites have told of today, by site and kind of money. */
  const remembered = new Map<string, { at: number; answer: Promise<SiteFigures> }>();
  const sources = { ledger, pausedBy: lender.pausedBy, reports: reports.of };

  /** Sites that this ledger has heard of. */
  const knownSites = (): string[] => [...new Set([...sitesOf(lender.borrowers()), ...recordedSites()])].sort();

  /** Asks sites side by side. One that hangs or fails is not in the answer. */
  async function askSites<T>(sites: readonly string[], ask: (site: string) => Promise<T>) {
    return askLedgers(
      // By name, so that equal figures make equal answers.
      sites.toSorted(),
      (site) => bound(ask(site), SITE_MS, site),
      (site, error) => log('figures_unread', { site, error: String(error) }),
    );
  }

  function figuresOf(site: string, play: boolean): Promise<SiteFigures> {
    const name = `${site} ${play}`;
    const known = remembered.get(name);
    if (known && now() >= known.at && now() - known.at < REMEMBERED_MS) return known.answer;
    const answer = ledgerAt(ledgerOf(site)).siteFigures(play);
    remembered.set(name, { at: now(), answer });
    // A failure is not remembered. It is handled where the answer is awaited.
    answer.catch(() => remembered.delete(name));
    return answer;
  }

  const filterOf = ({ only, most: _, ...filter }: PicturesAsk): PictureFilter => ({
    ...filter,
    ...(only === 'wall' && { only }),
    ...(only === 'reported' && { ids: reports.ids() }),
  });

  return {
    knownSites,

    siteFigures: (play: boolean): SiteFigures => siteFiguresOf(sources, play, now()),

    siteDays: (first: string, last: string, play: boolean): Omit<SiteDays, 'site'> => ({
      usage: ledger.usage.rows(first, last, play),
      counts: ledger.usage.countsBy('day', first, last),
    }),

    siteHours: (day: string, play: boolean): SiteHours => ({
      spending: ledger.spending.hours(`${day}T00`, `${day}T24`, play),
      counts: ledger.usage.countsBy('hour', day, day),
    }),

    sitePictures(ask: PicturesAsk): PicturesPage<ToldPicture> {
      const filter = filterOf(ask);
      const pictures = toldPictures(sources, ledger.pictures.page(filter, ask.most, now()), now());
      return { pictures, ...(ask.day !== undefined && { sums: ledger.pictures.sums(filter, now()) }) };
    },

    async overview(ask: OverviewAsk): Promise<Overview> {
      const sites = ask.sites.map(({ site }) => site);
      const { answers } = await askSites(sites, (site) => figuresOf(site, ask.demo));
      const { isPaused } = lender.pause();
      const pausedBy = lender.pausedBy();
      const own = {
        ...{ isPaused, unheard: isPaused ? sitesOf(lender.unheard()) : [] },
        ...(pausedBy && { pausedBy }),
        ...{ owed: lender.owed(dayOf(now())), alarms: alarms(ask.origin) },
      };
      return { ...overviewOf(ask, answers, own, now()), unasked: knownSites().filter((site) => !sites.includes(site)) };
    },

    async series(count: number, play: boolean): Promise<OfAllSites<{ days: DeskSeriesDay[] }>> {
      const days = lastDays(count, now());
      const [first, last] = [days[0] as string, days.at(-1) as string];
      const ask = (site: string) => ledgerAt(ledgerOf(site)).siteDays(first, last, play);
      const { answers, unread } = await askSites(knownSites(), ask);
      return {
        days: seriesOf(
          days,
          [...answers].map(([site, each]) => ({ site, ...each })),
        ),
        unread,
      };
    },

    async hours(day: string, play: boolean): Promise<OfAllSites<Pick<DeskHours, 'hours'>>> {
      const { answers, unread } = await askSites(knownSites(), (site) => ledgerAt(ledgerOf(site)).siteHours(day, play));
      return { hours: hoursOf(day, [...answers.values()]), unread };
    },

    async allPictures(ask: PicturesAsk): Promise<OfAllSites<PicturesPage<SitePicture>>> {
      const { answers, unread } = await askSites(knownSites(), (site) => ledgerAt(ledgerOf(site)).sitePictures(ask));
      const pictures = [...answers]
        .flatMap(([site, page]) => page.pictures.map((picture) => ({ ...picture, site })))
        .sort((a, b) => b.at - a.at || (a.run < b.run ? 1 : -1))
        .slice(0, ask.most);
      const sums = [...answers.values()].flatMap((page) => page.sums ?? []);
      const addUp = (name: keyof PictureSums): number => sums.reduce((sum, each) => sum + each[name], 0);
      return {
        ...{ pictures, unread },
        ...(ask.day !== undefined && { sums: { pictures: addUp('pictures'), costMicros: addUp('costMicros') } }),
      };
    },
  };
}

/** What {@link createDeskLedger} returns. */
export type DeskLedger = ReturnType<typeof createDeskLedger>;
