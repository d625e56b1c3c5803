import type { Context } from 'hono';
import * as v from 'valibot';
import { billOf, billTable } from '../../bills/bill-answer.ts';
import { fromStored, toStored } from '../../bills/kept-bill.ts';
import { type ReadBill, readBill } from '../../bills/read-bill.ts';
import { findModel, KEYED_PROVIDERS } from '../../catalog/model.ts';
import type { DeskBill, DeskBillPreview } from '../../desk-protocol.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { readJsonBody } from '../../http/json-body.ts';
import { siteOf } from '../../ledger/rpc.ts';
import { toCsv } from '../../shared/csv.ts';
import { type Failure, fail, invalidField, type Result, succeed } from '../../shared/failure.ts';
import { sendCsv, wantsCsv } from './csv-answer.ts';
import { type AdminServices, owned } from './owned.ts';
import { FORMAT, readQuery } from './query.ts';
import { BILL_REQUEST, MAX_BILL_BYTES } from './requests.ts';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const compareQuery = v.strictObject({ format: FORMAT });
const deleteQuery = v.strictObject({
  provider: v.exactOptional(v.picklist(KEYED_PROVIDERS, `must be one of ${KEYED_PROVIDERS.join(', ')}`)),
});

/**
 * `…/bills/{YYYY-MM}`: a month's ledger beside the bills of its providers. `POST …/read` reads a bill and keeps nothing,
 * `PUT` keeps it in the place of that provider's last one, `GET` compares, `DELETE` forgets.
 */
export const billAdminRoutes = (services: AdminServices) => {
  const { owners, config, deploymentLedger, audit, now } = services;

  async function compare(month: string): Promise<DeskBill> {
    const [{ rows, unread }, stored] = await Promise.all([
      deploymentLedger().deploymentMonths(),
      deploymentLedger().bills(),
    ]);
    return billOf(month, {
      ...{ demo: config.demo, rows },
      bills: stored.flatMap((bill) => fromStored(bill) ?? []),
      // A bill may come after its provider's last key was taken out.
      providers: KEYED_PROVIDERS,
      nameOf: (model) => findModel(config.catalog, model)?.displayName ?? model,
      unread: unread.flatMap((ledger) => siteOf(ledger) ?? []),
    });
  }

  type BillContext = Context<App, '/peel/admin/api/bills/:month'>;

  /** Reads the bill in a request. */
  async function readSent(c: BillContext): Promise<Result<ReturnType<typeof readBill> & { month: string }>> {
    const month = c.req.param('month');
    if (!MONTH.test(month)) return fail(INVALID_MONTH);
    const asked = await readJsonBody(c.req.raw, BILL_REQUEST, MAX_BILL_BYTES);
    if (!asked.ok) return asked;
    if (config.demo) return fail(invalidField('csv', PLAY_MONEY));
    const { csv, ...options } = asked.value;
    return succeed({ month, ...readBill(csv, { catalog: config.catalog, month, ...options }) });
  }

  return new Hono<App>()
    .get('/peel/admin/api/bills/:month', owned(owners), async (c) => {
      const query = readQuery(c, compareQuery);
      if (!query.ok) return sendFailure(c, query.failure);
      const month = c.req.param('month');
      if (!MONTH.test(month)) return sendFailure(c, INVALID_MONTH);
      const bill = await compare(month);
      if (!wantsCsv(c, query.value.format)) return c.json(bill, 200, NO_STORE);
      return sendCsv(c, `bill-${month}`, toCsv(...billTable(bill)));
    })
    .post('/peel/admin/api/bills/:month/read', owned(owners), async (c) => {
      const sent = await readSent(c);
      if (!sent.ok) return sendFailure(c, sent.failure);
      const { bills, problems } = sent.value;
      const preview: DeskBillPreview = { bills: bills.map(({ sums: _, ...bill }) => bill), problems };
      return c.json(preview, 200, NO_STORE);
    })
    .put('/peel/admin/api/bills/:month', owned(owners), async (c) => {
      const sent = await readSent(c);
      if (!sent.ok) return sendFailure(c, sent.failure);
      const { month, problems } = sent.value;
      // A provider of which every line was left out has no bill here. Its own may have been added before.
      const bills = sent.value.bills.filter(({ lines }) => lines > 0);
      const broken = problemIn(bills, problems);
      if (broken) return sendFailure(c, broken);
      for (const bill of bills) {
        await deploymentLedger().keepBill(toStored(month, bill, now()));
        await audit({ what: 'bill_added', who: c.get('owner').who, target: `${bill.provider} ${month}` });
      }
      return c.json(await compare(month), 200, NO_STORE);
    })
    .delete('/peel/admin/api/bills/:month', owned(owners), async (c) => {
      const query = readQuery(c, deleteQuery);
      if (!query.ok) return sendFailure(c, query.failure);
      const month = c.req.param('month');
      if (!MONTH.test(month)) return sendFailure(c, INVALID_MONTH);
      const { provider } = query.value;
      const removed = await deploymentLedger().removeBill(month, provider);
      if (removed === 0) return sendFailure(c, { reason: 'NOT_FOUND', what: 'A bill of this month and provider' });
      const target = provider === undefined ? month : `${provider} ${month}`;
      await audit({ what: 'bill_deleted', who: c.get('owner').who, target });
      return c.body(null, 204, NO_STORE);
    });
};

/** A bill that is only half understood is not kept: its sum would be wrong. */
function problemIn(
  bills: readonly ReadBill[],
  problems: readonly { line: number; rule: string }[],
): Failure | undefined {
  const [problem] = problems;
  if (problem) return invalidField('csv', `line ${problem.line} ${problem.rule}.`);
  const foreign = bills.find(({ usdPerUnit }) => usdPerUnit === undefined);
  if (foreign) {
    const rule = `must be given: the bill is in ${foreign.currency}. Say the dollars for one ${foreign.currency}.`;
    return invalidField('usdPerUnit', rule);
  }
  if (bills.length > 0) return undefined;
  return invalidField('csv', 'must have a line about pictures of this month.');
}

const INVALID_MONTH: Failure = invalidField('month', 'must be a month such as 2026-11.');
const PLAY_MONEY = 'must wait until a provider key is set: the demo draws for play money, which nobody charges.';
