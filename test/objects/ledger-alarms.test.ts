/** What sites' ledgers tell the book of alarms, which the deployment's ledger keeps. */
import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, it } from 'vitest';
import { REPORT_KEPT_MS } from '../../worker/ledger/picture-reports.ts';
import { DEPLOYMENT, type LedgerRpc, ledgerOf } from '../../worker/ledger/rpc.ts';
import { eventually } from '../eventually.ts';
import { dayCap, deploymentCap, monthCap, reservation, settlement } from '../ledger/ledgers.ts';

afterEach(reset);

const ORIGIN = 'https://peel.tidewater.example';
const stubOf = (name: string) => env.LEDGER.getByName(name);
const ledgerAt = (name: string) => stubOf(name) as unknown as LedgerRpc;
const open = async () => (await ledgerAt(DEPLOYMENT).alarms(ORIGIN)).open;
const names = async () => (await open()).map(({ name, site }) => `${name} ${site}`);
/** The deployment's day of the objects' configuration. */
const CONFIGURED = 20_000_000;
const CAPS = [dayCap(1_000), monthCap(100_000)];

/** Spends at the site `shop`. @param held Micro-dollars; what is over it is an overrun. */
async function spend(id: string, micros: number, change: { held?: number; outcome?: 'unknown'; isLost?: true } = {}) {
  const { held = micros, ...outcome } = change;
  const refused = await ledgerAt(ledgerOf('shop')).reserve(reservation(`${id}:1`, { micros: held, caps: CAPS }));
  if (!refused) await ledgerAt(ledgerOf('shop')).settle(`${id}:1`, settlement(micros, outcome));
  return refused;
}

it('a site’s day rings at half, at four fifths, and when a request is refused for it', async () => {
  await spend('r1', 499);
  expect(await names()).toEqual([]);

  await spend('r2', 1);
  await eventually(names).toEqual(['budget_50 shop']);
  await spend('r3', 300);
  await eventually(names).toEqual(['budget_80 shop']);
  await spend('r4', 150);
  expect(await names()).toEqual(['budget_80 shop']);
  expect(await spend('r5', 51)).toMatchObject({ reason: 'DAILY_BUDGET_SPENT' });

  await eventually(names).toEqual(['budget_100 shop']);
  expect((await open())[0]?.facts).toMatchObject({ period: 'day', spentMicros: 950, capMicros: 1000, heldMicros: 51 });
});

it('a site whose cap is spent rings no lower step, though less is spent', async () => {
  await spend('r1', 400);
  expect(await spend('r2', 700)).toMatchObject({ reason: 'DAILY_BUDGET_SPENT' });
  await eventually(names).toEqual(['budget_100 shop']);

  await spend('r3', 50);
  await spend('r4', 150);
  await spend('r5', 250);

  await eventually(async () => (await open()).map(({ name }) => name)).toEqual(['budget_100']);
});

it.each([
  ['of one site', ['shop', 'shop']],
  ['of several sites', ['shop', 'fair']],
])('the deployment’s day rings when a request is refused for it: %s', async (_, [first = '', second = '']) => {
  const caps = [dayCap(30_000_000), deploymentCap(CONFIGURED), deploymentCap(CONFIGURED * 10, 'month')];
  const ask = (site: string, id: string, micros: number) =>
    ledgerAt(ledgerOf(site)).reserve(reservation(id, { micros, caps }));
  expect(await ask(first, 'r1:1', 0.45 * CONFIGURED)).toBeUndefined();
  await ledgerAt(ledgerOf(first)).settle('r1:1', settlement(0.45 * CONFIGURED));

  expect(await ask(second, 'r2:1', 0.56 * CONFIGURED)).toMatchObject({ reason: 'DEPLOYMENT_BUDGET_SPENT' });

  await eventually(async () => (await open()).filter(({ site }) => site === undefined)).toMatchObject([
    { name: 'budget_100', facts: { period: 'day', spentMicros: 0.45 * CONFIGURED } },
  ]);
});

it('an overrun, an unknown outcome and a lost picture ring, with their sums', async () => {
  await spend('r1', 30, { held: 20 });
  await spend('r2', 25, { held: 20 });
  await spend('r3', 40, { outcome: 'unknown' });
  await spend('r4', 50, { outcome: 'unknown', isLost: true });

  await eventually(names).toEqual(['overrun shop', 'picture_lost shop', 'outcome_unknown shop']);
  const facts = (await open()).map((alarm) => alarm.facts);
  expect(facts).toMatchObject([
    { overrunMicros: 15, pictures: 2, model: 'gemini-3.1-flash-image' },
    { micros: 50, calls: 1 },
    { micros: 40, calls: 1 },
  ]);
});

it('a reported picture rings until its owner decides', async () => {
  const report = { id: 'b1', words: 'This is my photo.', visitor: 'v1', network: 'n1' };
  await ledgerAt(ledgerOf('shop')).reportPicture(report);
  await eventually(names).toEqual(['picture_reported shop']);
  expect(JSON.stringify(await open())).not.toContain('my photo');

  await ledgerAt(ledgerOf('shop')).closeReports('b1');

  await eventually(names).toEqual([]);
});

it('a report rings although the book has not heard the one before, until the report is forgotten', async () => {
  const report = { id: 'b1', words: 'This is my photo.', visitor: 'v1', network: 'n1' };
  const inBook = <T>(query: string): Promise<T[]> =>
    runInDurableObject(stubOf(DEPLOYMENT), (_, { storage }) => storage.sql.exec(query).toArray() as T[]);
  await ledgerAt(ledgerOf('shop')).reportPicture(report);
  await eventually(names).toEqual(['picture_reported shop']);
  const reportedAt = (await open())[0]?.facts.reportedAt;
  await inBook('DELETE FROM alarms');

  await ledgerAt(ledgerOf('shop')).reportPicture({ ...report, visitor: 'v2' });

  await eventually(open).toMatchObject([{ facts: { picture: 'b1', reportedAt } }]);
  expect(await inBook('SELECT closesAt FROM alarms')).toEqual([{ closesAt: Number(reportedAt) + REPORT_KEPT_MS }]);
});

it('a message that could not be sent waits for the ledger’s own alarm', async () => {
  const deployment = ledgerAt(DEPLOYMENT);
  await deployment.setWebhook('https://hooks.peel.example/in');

  await deployment.ringAlarms([{ name: 'proof_down', period: 'now', facts: { since: 0 } }]);
  const tries = async () => (await deployment.alarms(ORIGIN)).webhook?.deliveries.map((each) => each.tries);
  await runDurableObjectAlarm(stubOf(DEPLOYMENT));
  await eventually(tries).toEqual([1]);

  expect((await open())[0]?.told).toBe('waiting');
});
