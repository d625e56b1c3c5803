/** The owner's figures by day and by hour, of one site and of all, in JSON and CSV. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeskHours, DeskSeries } from '../../../worker/desk-protocol.ts';
import { DAY_MS, dayOf } from '../../../worker/shared/utc.ts';
import { eventually } from '../../eventually.ts';
import { createTestWorker, ORIGIN, reasonOf, type TestWorker } from '../../support.ts';
import { GENERATE, moneyOf, newBody } from '../generate/money.ts';
import { asOwner, call, OWNER, told } from './owner.ts';

const seriesOf = (worker: TestWorker, query = '') => told<DeskSeries>(call(worker, 'GET', `/series${query}`));
const hoursOf = (worker: TestWorker, query = '') => told<DeskHours>(call(worker, 'GET', `/hours${query}`));
const today = () => new Date().toISOString().slice(0, 10);

async function draw(worker: TestWorker): Promise<void> {
  expect((await worker.ask(GENERATE, newBody())).status).toBe(200);
  await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
}

afterEach(reset);

describe('series', () => {
  it('have each day, oldest first, of one site as of all, and of the demo’s money nothing', async () => {
    const worker = createTestWorker(OWNER);
    await draw(worker);
    const ledger = env.LEDGER.getByName('site:default');
    // Not today: workers of other tests may still tell what they have counted in this hour.
    const yesterday = dayOf(Date.now() - DAY_MS);
    await ledger.count(`${yesterday}T00`, { hit: 4, joined: 1, 'refused:BURST': 2, 'refused:UPSTREAM_BROKEN': 1 });

    const all = await seriesOf(worker, '?days=3');

    const [, before, day] = all.days;
    const [row] = day?.rows ?? [];
    expect(all).toMatchObject({ site: null, unread: [], days: [{ made: 0, rows: [] }, { spentMicros: 0 }, {}] });
    expect(before).toMatchObject({
      ...{ day: yesterday, made: 0, kept: 4, joined: 1, refused: 2, failed: 1, refusals: { BURST: 2 } },
      errors: { UPSTREAM_BROKEN: 1 },
    });
    expect(day).toMatchObject({
      ...{ day: today(), made: 1 },
      ...{ spentMicros: row?.costMicros, medianWaitMs: expect.any(Number) },
      rows: [{ site: 'default', model: 'gemini-3.1-flash-image', size: '1K', provider: 'google', pictures: 1 }],
    });
    expect(await seriesOf(worker, '?days=3&site=default')).toEqual({ ...all, site: 'default' });
    expect((await seriesOf(worker)).days).toHaveLength(30);
  });

  it('are a file for spreadsheets where that is asked for', async () => {
    const worker = createTestWorker(OWNER);
    await draw(worker);
    const [row] = (await seriesOf(worker, '?days=1')).days[0]?.rows ?? [];

    const answer = await call(worker, 'GET', '/series?days=1&site=default', undefined, {
      ...asOwner(),
      Accept: 'text/csv',
    });

    expect(answer.headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('Content-Disposition')).toBe(`attachment; filename="peel-default-${today()}-1-days.csv"`);
    expect(await answer.text()).toBe(
      `day,site,model,size,provider,pictures,costMicros\r\n${today()},default,gemini-3.1-flash-image,1K,google,1,${row?.costMicros}\r\n`,
    );
  });
});

it('hours are the 24 of a day, and those of a day without anything are there too', async () => {
  const worker = createTestWorker(OWNER);
  await draw(worker);

  const { hours, day } = await hoursOf(worker);

  expect([day, hours.length]).toEqual([today(), 24]);
  const spent = hours.reduce((sum, hour) => sum + hour.spentMicros, 0);
  expect(spent).toBe((await seriesOf(worker, '?days=1')).days[0]?.spentMicros);
  expect((await hoursOf(worker, '?day=2026-01-31&site=default')).hours.every(({ made }) => made === 0)).toBe(true);
});

it.each([
  ['/series?days=0', [400, 'INVALID_FIELD'], 'days'],
  ['/series?days=398', [400, 'INVALID_FIELD'], 'days'],
  ['/series?site=nowhere', [404, 'SITE_UNKNOWN'], 'site'],
  ['/series?format=xml', [400, 'INVALID_FIELD'], 'format'],
  ['/hours?day=yesterday', [400, 'INVALID_FIELD'], 'day'],
  ['/hours?day=2026-02-30', [400, 'INVALID_FIELD'], 'day'],
  ['/hours?hour=3', [400, 'UNKNOWN_FIELD'], 'hour'],
  ['/overview?site=default', [400, 'UNKNOWN_FIELD'], 'site'],
])('%s is refused with the field that is wrong', async (path, expected, field) => {
  const answer = await call(createTestWorker(OWNER), 'GET', path);

  expect(await answer.clone().text()).toContain(field);
  expect(await reasonOf(answer)).toEqual(expected);
});

describe('a page that asks for a site', () => {
  const facts = (worker: TestWorker, origin: string) => worker.fetch('/peel/site', { headers: { Origin: origin } });

  it('is counted, let in or not, and so is its bot check', async () => {
    const counted: unknown[] = [];
    const worker = createTestWorker({ ...OWNER, SITE_PROOF: 'pow' }, (services) => ({
      ...services,
      count: (...names) => void counted.push(names),
      countOrigin: (...page) => void counted.push(page),
    }));

    expect((await facts(worker, ORIGIN)).status).toBe(200);
    expect((await facts(worker, 'https://stranger.example')).status).toBe(403);
    const noProof = { method: 'POST', headers: { Origin: ORIGIN, 'content-type': 'application/json' }, body: '{}' };
    expect((await worker.fetch('/peel/session', noProof)).status).toBe(400);

    expect(counted).toEqual([
      ['default', ORIGIN, true],
      ['default', 'proof:asked'],
      ['default', 'https://stranger.example', false],
      ['default', 'refused:ORIGIN_DENIED'],
      ['default', 'proof:asked'],
    ]);
  });
});
