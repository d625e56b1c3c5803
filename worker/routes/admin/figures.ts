import * as v from 'valibot';
import type { DeskHours, DeskSeries } from '../../desk-protocol.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { lastDays } from '../../ledger/figures/desk-ledger.ts';
import { hoursOf, seriesOf } from '../../ledger/figures/series.ts';
import { hoursTable, seriesTable } from '../../ledger/figures/tables.ts';
import { KEEP_DAYS } from '../../ledger/usage.ts';
import { toCsv } from '../../shared/csv.ts';
import { dayOf } from '../../shared/utc.ts';
import { sendCsv, wantsCsv } from './csv-answer.ts';
import { refuseUndrawnSite } from './known-site.ts';
import { type AdminServices, owned } from './owned.ts';
import { DAY, FORMAT, readQuery, wholeNumber } from './query.ts';

const seriesQuery = v.strictObject({
  site: v.optional(v.string()),
  days: v.optional(wholeNumber(1, KEEP_DAYS), '30'),
  format: FORMAT,
});

const hoursQuery = v.strictObject({ site: v.optional(v.string()), day: v.optional(DAY), format: FORMAT });

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
      const refusal = await refuseUndrawnSite(site, services);
      if (refusal) return sendFailure(c, refusal);
      const told = await series(site, days);
      if (!wantsCsv(c, format)) return c.json(told, 200, NO_STORE);
      return sendCsv(c, `${site ?? 'all'}-${told.days[0]?.day}-${days}-days`, toCsv(...seriesTable(told.days)));
    })
    .get('/peel/admin/api/hours', owned(owners), async (c) => {
      const query = readQuery(c, hoursQuery);
      if (!query.ok) return sendFailure(c, query.failure);
      const { site, day = dayOf(now()), format } = query.value;
      const refusal = await refuseUndrawnSite(site, services);
      if (refusal) return sendFailure(c, refusal);
      const told = await hours(site, day);
      if (!wantsCsv(c, format)) return c.json(told, 200, NO_STORE);
      return sendCsv(c, `${site ?? 'all'}-${day}-hours`, toCsv(...hoursTable(told.hours)));
    });
};
