/** A month's bill beside the ledger, through the door: pictures are drawn by the fake upstream, and the bill is pasted. */
import { reset } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeskBill, DeskBillPreview } from '../../../worker/desk-protocol.ts';
import type { AuditEntry } from '../../../worker/ledger/audit.ts';
import { eventually } from '../../eventually.ts';
import { createTestWorker, type ErrorAnswer, reasonOf, type TestWorker } from '../../support.ts';
import { GENERATE, MODEL, newBody } from '../generate/money.ts';
import { asOwner, call, OWNER, told } from './owner.ts';

afterEach(reset);

const MONTH = new Date().toISOString().slice(0, 7);
const path = (rest = '') => `/bills/${MONTH}${rest}`;
const compare = (worker: TestWorker) => told<DeskBill>(call(worker, 'GET', path()));
const csvOf = (...lines: string[]) => ['provider,model,size,pictures,amount', ...lines].join('\n');

/** @returns A worker that has drawn one picture, and what it cost. */
async function drawn(): Promise<{ worker: TestWorker; micros: number }> {
  const worker = createTestWorker(OWNER);
  const answer = await worker.ask(GENERATE, newBody());
  const micros = Number(answer.headers.get('Peel-Cost'));
  await eventually(async () => (await compare(worker)).ledgerMicros).toBe(micros);
  return { worker, micros };
}

describe('a month', () => {
  it('is the ledger alone until a bill comes', async () => {
    const { worker, micros } = await drawn();

    expect(await compare(worker)).toEqual({
      ...{ month: MONTH, demo: false, ledgerPictures: 1, ledgerMicros: micros, bills: [], unread: [] },
      rows: [
        {
          ...{
            provider: 'google',
            model: MODEL,
            displayName: 'Nano Banana 2',
            size: '1K',
            ledgerPictures: 1,
            ledgerMicros: micros,
          },
          ...{ unknown: 0, unknownMicros: 0 },
        },
      ],
      providers: ['google', 'apiyi', 'fal'],
      months: [{ month: MONTH, ledgerMicros: micros }],
    });
  });

  it('is set beside a bill, which is kept, replaced and forgotten', async () => {
    const { worker, micros } = await drawn();
    const bill = { csv: csvOf(`google,${MODEL},1K,2,${(2 * micros) / 1e6}`) };

    const compared = await told<DeskBill>(call(worker, 'PUT', path(), bill));

    expect(compared).toMatchObject({
      compared: { ledgerMicros: micros, billMicros: 2 * micros },
      rows: [{ billPictures: 2, billMicros: 2 * micros, why: 'more_pictures' }],
      bills: [{ provider: 'google', lines: 1, addedAt: expect.any(Number) }],
    });
    expect(await compare(worker)).toEqual(compared);
    const better = { csv: csvOf(`google,${MODEL},1K,1,${micros / 1e6}`) };
    const agreed = await told<DeskBill>(call(worker, 'PUT', path(), better));
    expect(agreed.rows[0]).not.toHaveProperty('why');
    expect(agreed.compared).toEqual({ ledgerMicros: micros, billMicros: micros });
    expect((await call(worker, 'DELETE', path('?provider=google'))).status).toBe(204);
    expect(await compare(worker)).toMatchObject({ bills: [] });
    expect(await reasonOf(await call(worker, 'DELETE', path()))).toEqual([404, 'NOT_FOUND']);
    const { entries } = await told<{ entries: AuditEntry[] }>(call(worker, 'GET', '/audit'));
    const target = `google ${MONTH}`;
    expect(entries.slice(0, 3)).toMatchObject([
      { what: 'bill_deleted', target },
      { what: 'bill_added', target },
      { what: 'bill_added', target },
    ]);
  });

  it('keeps a bill whose provider has only lines in a later one that are left out', async () => {
    const { worker, micros } = await drawn();
    const google = `google,${MODEL},1K,1,${micros / 1e6}`;
    await told(call(worker, 'PUT', path(), { csv: csvOf(`fal,${MODEL},1K,1,0.15`) }));

    const compared = await told<DeskBill>(call(worker, 'PUT', path(), { csv: csvOf(google, 'fal,Storage,,,0.30') }));

    expect(compared.bills).toMatchObject([
      { provider: 'fal', lines: 1 },
      { provider: 'google', lines: 1 },
    ]);
  });

  it('comes as CSV, to the micro-dollar', async () => {
    const { worker, micros } = await drawn();
    await told(call(worker, 'PUT', path(), { csv: csvOf(`google,${MODEL},1K,1,1`) }));

    const answer = await call(worker, 'GET', path('?format=csv'));
    const accepted = await call(worker, 'GET', path(), undefined, { ...asOwner(), Accept: 'text/csv' });

    expect(await accepted.text()).toBe(await answer.clone().text());
    expect(answer.headers.get('Content-Disposition')).toBe(`attachment; filename="peel-bill-${MONTH}.csv"`);
    expect(await answer.text()).toBe(
      `month,provider,model,size,pictures,ledger_micros,bill_micros,difference_micros,why\r\n${MONTH},google,${MODEL},1K,1,${micros},1000000,${1e6 - micros},price_differs\r\n`,
    );
  });

  it('of the demo is play money, and takes no bill', async () => {
    const worker = createTestWorker({ ...OWNER, GOOGLE_API_KEYS: '' });

    expect(await compare(worker)).toMatchObject({ demo: true, providers: [] });
    expect(await reasonOf(await call(worker, 'PUT', path(), { csv: csvOf() }))).toEqual([400, 'INVALID_FIELD']);
  });
});

describe('a bill', () => {
  it('is shown as it was read before it is kept', async () => {
    const worker = createTestWorker(OWNER);
    const csv = csvOf(`google,${MODEL},1K,3,0.12`, 'google,Storage,,,0.30', `google,${MODEL},1K,x,1`);

    const preview = await told<DeskBillPreview>(call(worker, 'POST', path('/read'), { csv }));

    expect(preview).toEqual({
      bills: [
        {
          ...{ provider: 'google', currency: 'USD', usdPerUnit: 1, lines: 1, micros: 120_000 },
          ...{ leftOutMicros: 300_000, leftOutLines: 1 },
          leftOut: [{ line: 3, text: 'Storage', micros: 300_000, because: 'not_pictures' }],
        },
      ],
      problems: [{ line: 4, text: `google, ${MODEL}, 1K, x, 1`, rule: 'must have a whole number of pictures' }],
    });
    expect(await compare(worker)).toMatchObject({ bills: [] });
  });

  it.each([
    [{ csv: csvOf(`google,${MODEL},1K,1,`) }, 'csv', 'line 2 has no amount'],
    [{ csv: csvOf('google,Storage,,,1') }, 'csv', 'must have a line about pictures'],
    [{ csv: `model,amount (EUR)\n${MODEL},1`, provider: 'google' }, 'usdPerUnit', 'the bill is in EUR'],
    [{ csv: csvOf(`google,${MODEL},1K,1,1`), usdPerUnit: 0 }, 'usdPerUnit', 'must be the dollars'],
    [{ csv: csvOf(), provider: 'acme' }, 'provider', 'must be one of google'],
    [{}, 'csv', 'must be'],
  ])('that cannot be kept says why: %j', async (body, field, words) => {
    const answer = await call(createTestWorker(OWNER), 'PUT', path(), body);

    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as ErrorAnswer;
    expect(error.message).toContain(words);
    expect(JSON.stringify(error.details)).toContain(`"field":"${field}"`);
  });

  it('is of a month', async () => {
    expect(await reasonOf(await call(createTestWorker(OWNER), 'GET', '/bills/2026-13'))).toEqual([
      400,
      'INVALID_FIELD',
    ]);
  });
});
