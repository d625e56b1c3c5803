import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { toCsv } from '../../bills/csv.ts';
import type { DeskHours, DeskSeries } from '../../desk-protocol.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { lastDays } from '../../ledger/figures/desk-ledger.ts';
import { hoursOf, seriesOf } from '../../ledger/figures/series.ts';
import { hoursTable, seriesTable } from '../../ledger/figures/tables.ts';
import { KEEP_DAYS } from '../../ledger/usage.ts';
import type { Failure } from '../../shared/failure.ts';
import { dayOf } from '../../shared/utc.ts';
import { type AdminServices, owned } from './owned.ts';
import { readQuery, wholeNumber } from './query.ts';

/** How a table is asked for. Absent: `Accept` says. */
export const FORMAT = v.optional(v.picklist(['json', 'csv'], 'must be json or csv'));

const seriesQuery = v.strictObject({
  site: v.optional(v.string()),
  days: v.optional(wholeNumber(1, KEEP_DAYS), '30'),
  format: FORMAT,
});

const DAY_RULE = 'must be a UTC day, such as 2026-11-29';

/** A UTC day that there is. */
export const DAY = v.pipe(
  v.string(),
  v.check((day) => /^\d{4}-\d\d-\d\d$/.test(day) && isDay(day), DAY_RULE),
);

function isDay(text: string): boolean {
  const at = Date.parse(text);
  return !Number.isNaN(at) && dayOf(at) === text;
}

const hoursQuery = v.strictObject({ site: v.optional(v.string()), day: v.optional(DAY), format: FORMAT });

/** Whether an answer is asked for as CSV: by `?format=csv`, or by `Accept: text/csv`. */
export const wantsCsv = (c: Context<App>, format: 'json' | 'csv' | undefined): boolean =>
  format === undefined ? (c.req.header('Accept') ?? '').includes('text/csv') : format === 'csv';

/** Answers a table as a file (RFC 4180). @param name Without `peel-` and `.csv`. */
export function sendCsv(c: Context<App>, name: string, text: string | ReadableStream<Uint8Array>): Response {
  return c.body(text, 200, {
    ...NO_STORE,
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="peel-${name}.csv"`,
  });
}

/**
 * Why there are no figures of a site. Those of a site whose record is broken, or that was deleted after it has drawn, are
 * there all the same.
 */
export async function refuseUnknown(
  site: string | undefined,
  { sites, deploymentLedger }: Pick<AdminServices, 'sites' | 'deploymentLedger'>,
): Promise<Failure | undefined> {
  const found = site === undefined ? undefined : await sites.find(site);
  if (site === undefined || !found || found.ok || found.failure.reason !== 'SITE_UNKNOWN') return undefined;
  return (await deploymentLedger().knownSites()).includes(site) ? undefined : found.failure;
}

/**
 * `GET …/series`: sums by UTC day. `GET …/hours`: one day by hour. Of a site in one call of its ledger, or of all in one
 * of the deployment's.
 */
export const figuresAdminRoutes = (services: AdminServices) => {
  const { owners, ledger, deploymentLedger, config, now } = services;
  const { demo: play } = config;

  async function series(site: string | undefined, count: number): Promise<DeskSeries> {
    if (site === undefined) return { site: null, ...(await deploymentLedger().series(count, play)) };
    const days = lastDays(count, now());
    const told = await ledger(site).siteDays(days[0] as string, days.at(-1) as string, play);
    return { site, days: seriesOf(days, [{ site, ...told }]), unread: [] };
  }

  async function hours(site: string | undefined, day: string): Promise<DeskHours> {
    if (site === undefined) return { site: null, day, ...(await deploymentLedger().hours(day, play)) };
    return { site, day, hours: hoursOf(day, [await ledger(site).siteHours(day, play)]), unread: [] };
  }

  return new Hono<App>()
    .get('/peel/admin/api/series', owned(owners), async (c) => {
      const query = readQuery(c, seriesQuery);
      if (!query.ok) return sendFailure(c, query.failure);
      const { site, days, format } = query.value;
      const refusal = await refuseUnknown(site, services);
      if (refusal) return sendFailure(c, refusal);
      const told = await series(site, days);
      if (!wantsCsv(c, format)) return c.json(told, 200, NO_STORE);
      return sendCsv(c, `${site ?? 'all'}-${told.days[0]?.day}-${days}-days`, toCsv(...seriesTable(told.days)));
    })
    .get('/peel/admin/api/hours', owned(owners), async (c) => {
      const query = readQuery(c, hoursQuery);
      if (!query.ok) return sendFailure(c, query.failure);
      const { site, day = dayOf(now()), format } = query.value;
      const refusal = await refuseUnknown(site, services);
      if (refusal) return sendFailure(c, refusal);
      const told = await hours(site, day);
      if (!wantsCsv(c, format)) return c.json(told, 200, NO_STORE);
      return sendCsv(c, `${site ?? 'all'}-${day}-hours`, toCsv(...hoursTable(told.hours)));
    });
};
