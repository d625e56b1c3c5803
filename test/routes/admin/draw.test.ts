/** A picture that the owner draws on the desk: real, paid for, and of a record that may not be saved. */
import { reset } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeskDrawing } from '../../../worker/desk-protocol.ts';
import type { SiteRecord } from '../../../worker/sites/site-record.ts';
import { eventually } from '../../eventually.ts';
import { createTestWorker, reasonOf, type TestWorker } from '../../support.ts';
import { newBody } from '../generate/money.ts';
import { call, OWNER, told } from './owner.ts';

afterEach(reset);

const SECRET_WORDS = 'A mug on a marble table, for {{who}}.';
const MUGS: SiteRecord = {
  ...{ origins: ['https://mugs.example'], adultsDeclared: true, promptMode: 'template' },
  models: ['gemini-3.1-flash-image'],
  template: { prompt: SECRET_WORDS, slots: [{ name: 'who', label: 'For whom', type: 'text', required: true }] },
};
const formOf = (who: string) => ({ contents: [{ parts: [{ peelTemplate: { slots: { who } } }] }] });
const draw = (worker: TestWorker, body: object, site = 'mugs') => call(worker, 'POST', `/sites/${site}/draw`, body);
const moneyOf = (worker: TestWorker, site: string) => worker.services.ledger(site).report(1);
const save = (worker: TestWorker, record: object = MUGS) => told(call(worker, 'PUT', '/sites/mugs', record));

describe('a drawing of the owner’s', () => {
  it('costs money of the site’s, under a name that no client can have', async () => {
    const worker = createTestWorker(OWNER);
    await save(worker);

    const drawn = await told<DeskDrawing>(draw(worker, { request: formOf('Ada') }));

    expect(drawn).toMatchObject({ model: 'gemini-3.1-flash-image', provider: 'google' });
    expect(drawn.costMicros).toBeGreaterThan(0);
    expect((await worker.fetch(new URL(drawn.address!).pathname)).headers.get('content-type')).toMatch(/^image\//);
    await eventually(() => moneyOf(worker, 'mugs')).toMatchObject({ settledMicros: drawn.costMicros, heldMicros: 0 });
    const [entry] = await worker.services.deploymentLedger().changes(1);
    expect(entry).toMatchObject({ what: 'picture_drawn', who: 'token', site: 'mugs' });
    expect(drawn.address).toContain(`/images/${entry?.target}/`);
    const named = await call(worker, 'POST', '/clients', { name: '@desk', site: 'mugs' });
    expect(await reasonOf(named)).toEqual([400, 'INVALID_FIELD']);
  });

  it('shows what a visitor’s browser receives: no word of the template', async () => {
    const worker = createTestWorker(OWNER);
    await save(worker);

    const { receives } = await told<DeskDrawing>(draw(worker, { request: formOf('Ada') }));

    const text = JSON.stringify(receives);
    expect(text).toContain('fileUri');
    expect(text).not.toContain('marble');
    expect(text).not.toMatch(/"text"|thought|modelVersion/);
  });

  it('is made of a draft that is not saved, by the money of what is saved', async () => {
    const worker = createTestWorker(OWNER);
    await save(worker, { ...MUGS, budgets: { dailyUsd: 0.01 } });
    const draft = { ...MUGS, budgets: { dailyUsd: 100 }, template: { prompt: 'A cup.', slots: [] } };
    const request = { contents: [{ parts: [{ peelTemplate: { slots: {} } }] }] };

    expect(await reasonOf(await draw(worker, { request, record: draft }))).toEqual([429, 'DAILY_BUDGET_SPENT']);
    // Another isolate, which remembers no refusal.
    const other = createTestWorker(OWNER);
    await save(other);
    const drawn = await told<DeskDrawing>(draw(other, { request, record: draft }));

    expect(drawn.address).toBeDefined();
    const { record } = await told<{ record: SiteRecord }>(call(other, 'GET', '/sites/mugs'));
    expect(record.template?.prompt).toBe(SECRET_WORDS);
  });

  it('is another each time, for the same request too', async () => {
    const worker = createTestWorker(OWNER);
    const request = newBody();

    const [first, second] = [
      await told<DeskDrawing>(draw(worker, { request }, 'default')),
      await told<DeskDrawing>(draw(worker, { request }, 'default')),
    ];

    expect(first.address).not.toBe(second.address);
    expect(second.costMicros).toBeGreaterThan(0);
  });

  it.each([
    { name: 'a paused site', body: { request: formOf('Ada') }, expected: [503, 'SITE_PAUSED'] },
    { name: 'a slot that is empty', body: { request: formOf('') }, expected: [400, 'INVALID_FIELD'] },
    {
      name: 'a broken draft',
      body: { request: formOf('Ada'), record: { origins: 1 } },
      expected: [400, 'INVALID_FIELD'],
    },
    {
      name: 'another model',
      body: { request: formOf('A'), model: 'nano-banana-pro' },
      expected: [400, 'MODEL_NOT_ALLOWED'],
    },
  ])('is refused and costs nothing: $name', async ({ name, body, expected }) => {
    const worker = createTestWorker(OWNER);
    await save(worker);
    if (name === 'a paused site')
      await told(call(worker, 'POST', '/pause', { scope: 'site', site: 'mugs', paused: true }));

    const answer = await draw(worker, body);

    expect((await reasonOf(answer))[1]).toBe(expected[1]);
    expect(await moneyOf(worker, 'mugs')).toMatchObject({ settledMicros: 0, heldMicros: 0 });
  });

  it('needs a site', async () => {
    const worker = createTestWorker(OWNER);

    expect(await reasonOf(await draw(worker, { request: newBody(), record: MUGS }))).toEqual([404, 'SITE_UNKNOWN']);
    expect(await reasonOf(await draw(worker, { request: newBody() }, 'Not-An-Id'))).toEqual([404, 'SITE_UNKNOWN']);
  });
});
