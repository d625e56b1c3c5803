/** Sites as data: written by their owner, in force for their visitors. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeskSetup } from '../../../worker/desk-protocol.ts';
import type { LedgerRpc } from '../../../worker/ledger/rpc.ts';
import type { SessionAnswer, SiteFacts } from '../../../worker/protocol.ts';
import type { SiteRecord } from '../../../worker/sites/site-record.ts';
import { createTestWorker, type ErrorAnswer, ORIGIN, reasonOf, type TestWorker } from '../../support.ts';
import { asOwner, call, OWNER, told } from './owner.ts';

afterEach(reset);

const SHOP: SiteRecord = {
  origins: ['https://posters.example'],
  budgets: { dailyUsd: 2 },
  proof: 'none',
  adultsDeclared: true,
};

interface ShownSite {
  id: string;
  source: string;
  record: SiteRecord;
  paused: boolean | null;
  problems?: { field: string; rule: string }[];
}
interface SavedSite {
  record: SiteRecord;
  changed: string[];
  warnings: { field: string; warning: string }[];
}

const save = (worker: TestWorker, id: string, record: unknown = SHOP, headers = {}) =>
  call(worker, 'PUT', `/sites/${id}`, record, { ...asOwner(), ...headers });
const factsOf = (worker: TestWorker, id: string, Origin = 'https://posters.example') =>
  worker.fetch(`/peel/site?site=${id}`, { headers: { Origin } });
const problemOf = async (answer: Response) => {
  const { error } = (await answer.clone().json()) as ErrorAnswer;
  return [...(await reasonOf(answer)), error.message];
};

describe('a site', () => {
  it('begins with its record, for pages of its origins', async () => {
    const worker = createTestWorker(OWNER);
    expect(await reasonOf(await factsOf(worker, 'posters'))).toEqual([404, 'SITE_UNKNOWN']);

    const { record, changed } = await told<SavedSite>(save(worker, 'posters'));

    expect(record).toEqual(SHOP);
    expect(changed).toEqual(['adultsDeclared', 'budgets.dailyUsd', 'origins', 'proof']);
    expect((await factsOf(worker, 'posters')).status).toBe(200);
    expect(await reasonOf(await factsOf(worker, 'posters', ORIGIN))).toEqual([403, 'ORIGIN_DENIED']);
    expect(await env.KV.get('site:posters')).toBe(await env.KV.get('site-last-good:posters'));
  });

  it('of the variables is not changed by what its first record leaves out and what stays so', async () => {
    const worker = createTestWorker(OWNER);
    const { record } = await told<ShownSite>(call(worker, 'GET', '/sites/default'));
    const origins = [...record.origins, 'https://tidewater.example'];

    const { budgets } = record;
    const saved = { origins, adultsDeclared: true, ...(budgets && { budgets }) };

    const { changed } = await told<SavedSite>(save(worker, 'default', saved));

    expect(changed).toEqual(['adultsDeclared', 'origins']);
  });

  it('changes at once where it is written', async () => {
    const worker = createTestWorker(OWNER);
    await told(save(worker, 'posters'));
    await factsOf(worker, 'posters');

    const { changed } = await told<SavedSite>(save(worker, 'posters', { ...SHOP, notice: 'For adults.' }));

    expect(changed).toEqual(['notice']);
    expect(await (await factsOf(worker, 'posters')).json()).toMatchObject({ notice: 'For adults.' });
  });

  it('ends with its record, and `default` is then the variables’ again', async () => {
    const worker = createTestWorker(OWNER);
    await told(save(worker, 'posters'));
    await told(save(worker, 'default', { ...SHOP, origins: ['https://other.example'] }));
    expect(await reasonOf(await factsOf(worker, 'default', ORIGIN))).toEqual([403, 'ORIGIN_DENIED']);

    for (const id of ['posters', 'default']) expect((await call(worker, 'DELETE', `/sites/${id}`)).status).toBe(204);

    expect(await reasonOf(await factsOf(worker, 'posters'))).toEqual([404, 'SITE_UNKNOWN']);
    expect((await factsOf(worker, 'default', ORIGIN)).status).toBe(200);
    expect((await env.KV.list({ prefix: 'site' })).keys).toEqual([]);
    expect(await reasonOf(await call(worker, 'DELETE', '/sites/posters'))).toEqual([404, 'SITE_UNKNOWN']);
    expect(await reasonOf(await call(worker, 'DELETE', '/sites/default'))).toEqual([404, 'NOT_FOUND']);
  });
});

describe('a record', () => {
  it.each([
    { name: 'without origins', record: { ...SHOP, origins: undefined }, field: 'origins', rule: 'must be given' },
    { name: 'with a path', record: { ...SHOP, origins: ['https://a.example/x'] }, field: 'origins.0' },
    {
      name: 'with an unknown field',
      record: { ...SHOP, colour: 'red' },
      field: 'colour',
      rule: 'is not known here. Accepted: origins, models,',
      reason: 'UNKNOWN_FIELD',
    },
    { name: 'with a negative budget', record: { ...SHOP, budgets: { dailyUsd: -1 } }, field: 'budgets.dailyUsd' },
    { name: 'with an unknown model', record: { ...SHOP, models: ['dall-e'] }, field: 'models.0' },
    { name: 'that declares no adults', record: { ...SHOP, adultsDeclared: false }, field: 'adultsDeclared' },
    { name: 'of another type', record: [SHOP], field: 'body' },
    { name: 'that is no JSON', record: '{"origins":', field: 'body' },
  ])(
    '$name is refused by name, and nothing is kept',
    async ({ record, field, rule = '', reason = 'INVALID_FIELD' }) => {
      const worker = createTestWorker(OWNER);

      const answer = await save(worker, 'posters', record);

      const [status, told, message] = await problemOf(answer);
      expect([status, told]).toEqual([400, reason]);
      expect(message).toContain(`${field} ${rule}`);
      expect(await env.KV.get('site:posters')).toBeNull();
    },
  );

  it.each(['Posters', '-a', 'a_b', 'a'.repeat(33)])('of the id %s is refused', async (id) => {
    expect((await problemOf(await save(createTestWorker(OWNER), id)))[2]).toMatch(/^id must have 1 to 32 of a-z/);
  });

  it('may have 128 KiB', async () => {
    const worker = createTestWorker(OWNER);
    const large = (bytes: number) => `${JSON.stringify(SHOP)}${' '.repeat(bytes - JSON.stringify(SHOP).length)}`;

    expect((await save(worker, 'posters', large(128 * 1024))).status).toBe(200);
    expect(await reasonOf(await save(worker, 'posters', large(128 * 1024 + 1)))).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it('is checked without being saved, with all its problems', async () => {
    const worker = createTestWorker(OWNER);
    const wrong = { ...SHOP, origins: 'all', limits: { perMinute: 0 }, extra: 1 };

    const found = await told<{ problems: { field: string }[] }>(call(worker, 'POST', '/sites/posters/check', wrong));
    const good = await told(call(worker, 'POST', '/sites/posters/check', SHOP));

    const meaning = { ...SHOP, origins: ['posters'], models: ['dall-e'], adultsDeclared: false };
    const unfit = await told<typeof found>(call(worker, 'POST', '/sites/posters/check', meaning));

    expect(found.problems.map(({ field }) => field)).toEqual(['origins', 'limits.perMinute', 'extra']);
    expect(unfit.problems.map(({ field }) => field)).toEqual(['origins.0', 'models.0', 'adultsDeclared']);
    expect(good).toMatchObject({ problems: [], warnings: [{ field: 'proof' }, { field: 'budgets.dailyUsd' }] });
    expect(await env.KV.get('site:posters')).toBeNull();
  });

  it('is saved with a warning where its retention has changed: kept answers are not found any more', async () => {
    const worker = createTestWorker(OWNER);
    const first = await told<SavedSite>(save(worker, 'posters', { ...SHOP, retention: '7d' }));
    const changed = await told<SavedSite>(save(worker, 'posters', { ...SHOP, retention: '90d' }));
    const same = await told<SavedSite>(save(worker, 'posters', { ...SHOP, retention: '90d' }));

    const of = ({ warnings }: SavedSite) => warnings.filter(({ field }) => field === 'retention').length;
    expect([of(first), of(changed), of(same)]).toEqual([0, 1, 0]);
  });

  it('is saved with warnings of what may surprise', async () => {
    const worker = createTestWorker({ ...OWNER, SITE_DAILY_BUDGET_USD: '3', DEPLOYMENT_DAILY_BUDGET_USD: '4.99' });
    const budgets = { dailyUsd: 2, visitorDailyUsd: 0.01 };
    const poor = { ...SHOP, origins: [], budgets: { dailyUsd: 0.01, visitorDailyUsd: 1, prefixDailyUsd: 1 } };

    const { warnings } = await told<SavedSite>(save(worker, 'posters', { ...SHOP, budgets }));

    expect(warnings.map(({ field }) => field)).toEqual(['proof', 'budgets.dailyUsd', 'budgets.visitorDailyUsd']);
    expect(warnings[1]?.warning).toContain('$5.00 a day together, and the deployment $4.99');
    const ofPoor = (await told<SavedSite>(save(worker, 'posters', poor))).warnings;
    expect(ofPoor.map(({ field }) => field)).toEqual([
      ...['proof', 'budgets.visitorDailyUsd', 'budgets.prefixDailyUsd', 'origins', 'budgets.dailyUsd'],
    ]);
    expect(ofPoor[4]?.warning).toMatch(/^is \$0\.01 a day for the site, and a picture holds .*: none is made$/);
  });

  it('is saved in the demo without a word on age, with a warning of what a provider key then does', async () => {
    const worker = createTestWorker({
      ...OWNER,
      SITE_DAILY_BUDGET_USD: '3',
      GOOGLE_API_KEYS: '',
      APIYI_API_KEYS: '',
      FAL_API_KEYS: '',
    });
    const { adultsDeclared: _, ...silent } = SHOP;

    expect((await told<SavedSite>(save(worker, 'posters'))).warnings).toEqual([]);
    expect((await told<SavedSite>(save(worker, 'posters', silent))).warnings).toEqual([
      { field: 'adultsDeclared', warning: expect.stringContaining('as soon as a provider key is set') },
    ]);
  });

  it('is saved with a warning where a day may spend its month, and visitors’ shares are of the month', async () => {
    const worker = createTestWorker(OWNER);
    const budgets = { dailyUsd: 1000, monthlyUsd: 5 };

    const { warnings } = await told<SavedSite>(save(worker, 'posters', { ...SHOP, budgets }));

    expect(warnings.map(({ warning }) => warning)).toEqual([
      'is none: any script can spend up to $1.50 a day from each network',
      'is $1000.00, and the whole month has $5.00: one day can spend it',
      expect.stringContaining('the sites may spend'),
    ]);
  });

  it('cannot keep a share that is promised to others', async () => {
    const worker = createTestWorker(OWNER);
    const keeping = (deploymentPercent: number) => ({ ...SHOP, budgets: { deploymentPercent } });
    await told(save(worker, 'a', keeping(60)));

    const answer = await save(worker, 'b', keeping(41));

    expect((await problemOf(answer))[2]).toBe(
      'budgets.deploymentPercent must leave the sum of all sites at 100 or less, which would be 101.',
    );
    expect((await save(worker, 'b', keeping(40))).status).toBe(200);
    expect((await save(worker, 'a', keeping(60))).status).toBe(200);
  });
});

it('a share is kept in the deployment’s ledger before the record is, and given back with it', async () => {
  const kept: [site: string, part: number, isRecordThere: boolean][] = [];
  const worker = createTestWorker(OWNER, (services) => ({
    ...services,
    deploymentLedger() {
      const ledger = services.deploymentLedger();
      return new Proxy(ledger, {
        get(_, name) {
          if (name !== 'keepShare')
            return (...args: unknown[]) => Reflect.apply(Reflect.get(ledger, name), ledger, args);
          return async (site: string, part: number) => {
            kept.push([site, part, (await env.KV.get(`site:${site}`)) !== null]);
            await ledger.keepShare(site, part);
          };
        },
      });
    },
  }));

  await told(save(worker, 'posters', { ...SHOP, budgets: { deploymentPercent: 25 } }));
  await told(call(worker, 'DELETE', '/sites/posters'));

  expect(kept).toEqual([
    ['posters', 0.25, false],
    ['posters', 0, false],
  ]);
});

describe('two windows', () => {
  it('do not overwrite each other', async () => {
    const worker = createTestWorker(OWNER);
    await told(save(worker, 'posters'));
    const seen = (await call(worker, 'GET', '/sites/posters')).headers.get('ETag')!;

    const first = await save(worker, 'posters', { ...SHOP, notice: 'one' }, { 'If-Match': seen });
    const second = await save(worker, 'posters', { ...SHOP, notice: 'two' }, { 'If-Match': seen });

    expect(first.status).toBe(200);
    expect((await problemOf(second)).slice(1)).toEqual([
      'INVALID_FIELD',
      'If-Match must be the ETag of the site: it was changed since it was read. Read it again.',
    ]);
    expect(await told(call(worker, 'GET', '/sites/posters'))).toMatchObject({ record: { notice: 'one' } });
    const again = await save(worker, 'posters', SHOP, { 'If-Match': first.headers.get('ETag')! });
    expect(again.status).toBe(200);
  });

  it('do not both begin a site', async () => {
    const worker = createTestWorker(OWNER);
    const fresh = { 'If-None-Match': '*' };

    expect((await save(worker, 'posters', SHOP, fresh)).status).toBe(200);
    expect((await problemOf(await save(worker, 'posters', SHOP, fresh)))[2]).toMatch(/^If-None-Match /);
    expect((await save(worker, 'default', SHOP, fresh)).status).toBe(200);
  });
});

describe('changes at once', () => {
  const statuses = async (answers: Promise<Response>[]) =>
    (await Promise.all(answers)).map(({ status }) => status).toSorted();
  /** A worker in which all of so many changes are judged before the first is written. */
  function createCrowd(changes: number): TestWorker {
    let judged = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    return createTestWorker(OWNER, (services) => ({
      ...services,
      templatePictures: {
        ...services.templatePictures,
        async missing() {
          judged += 1;
          if (judged === changes) resolve();
          await promise;
          return [];
        },
      },
    }));
  }

  it('of one reading are one change', async () => {
    const worker = createCrowd(4);
    const first = await save(createTestWorker(OWNER), 'posters');
    const seen = { 'If-Match': first.headers.get('ETag')! };

    const answers = ['a', 'b', 'c', 'd'].map((notice) => save(worker, 'posters', { ...SHOP, notice }, seen));

    expect(await statuses(answers)).toEqual([200, 400, 400, 400]);
  });

  it('begin a site once', async () => {
    const worker = createCrowd(6);
    const fresh = { 'If-None-Match': '*' };

    const answers = ['a', 'b', 'c', 'd', 'e', 'f'].map((notice) => save(worker, 'posters', { ...SHOP, notice }, fresh));

    expect(await statuses(answers)).toEqual([200, 400, 400, 400, 400, 400]);
  });

  it('without a condition are made one after the other', async () => {
    const worker = createTestWorker(OWNER);

    expect(await statuses(['a', 'b', 'c'].map((notice) => save(worker, 'posters', { ...SHOP, notice })))).toEqual([
      200, 200, 200,
    ]);
    expect((await save(worker, 'posters')).status).toBe(200);
  });

  it('wait for a change that has begun, and are refused where it does not end', async () => {
    const ledger = env.LEDGER.getByName('deployment') as unknown as LedgerRpc;
    await ledger.beginSiteChange('posters');

    expect(await reasonOf(await save(createTestWorker(OWNER), 'posters'))).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
    expect(await env.KV.get('site:posters')).toBeNull();
  });
});

describe('a record that was written by other means', () => {
  const OTHER = JSON.stringify({ ...SHOP, notice: 'other' });
  const etagOf = async (worker: TestWorker) => (await call(worker, 'GET', '/sites/posters')).headers.get('ETag')!;

  it('can be changed', async () => {
    const worker = createTestWorker(OWNER);
    await env.KV.put('site:posters', OTHER);

    const answer = await save(worker, 'posters', SHOP, { 'If-Match': await etagOf(worker) });

    expect(answer.status).toBe(200);
  });

  it('does not count within a minute after a change by the owner’s API', async () => {
    const worker = createTestWorker(OWNER);
    const first = (await save(worker, 'posters')).headers.get('ETag')!;
    await env.KV.put('site:posters', OTHER);

    const seen = await save(worker, 'posters', SHOP, { 'If-Match': await etagOf(worker) });
    const ended = await call(worker, 'POST', '/sites/posters/end-tickets', {});

    expect((await problemOf(seen))[2]).toMatch(/^If-Match must be the ETag/);
    expect(await reasonOf(ended)).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
    expect((await save(worker, 'posters', SHOP, { 'If-Match': first })).status).toBe(200);
  });
});

describe('the list', () => {
  it('has all sites with their source, a broken one with its problem and what is in it', async () => {
    const worker = createTestWorker(OWNER);
    await told(save(worker, 'posters'));
    await env.KV.put('site:broken', JSON.stringify({ ...SHOP, retention: '1y' }));
    await env.KV.put('site:torn', '{"origins":');

    const { sites } = await told<{ sites: ShownSite[] }>(call(worker, 'GET', '/sites'));

    expect(sites.map(({ id, source, paused, problems }) => [id, source, paused, problems?.[0]?.field])).toEqual([
      ['broken', 'record', false, 'retention'],
      ['default', 'variables', false, undefined],
      ['posters', 'record', false, undefined],
      ['torn', 'record', false, 'body'],
    ]);
    expect(sites[3]?.record).toBe('{"origins":');
  });

  it('shows the variables as a record that can be saved', async () => {
    const worker = createTestWorker({ ...OWNER, SITE_NOTICE: 'Hello', VISITOR_PER_DAY: '7' });
    const answer = await call(worker, 'GET', '/sites/default');
    const { record } = (await answer.clone().json()) as ShownSite;

    const { changed } = await told<SavedSite>(
      save(worker, 'default', { ...record, adultsDeclared: true }, { 'If-Match': answer.headers.get('ETag')! }),
    );

    expect(changed).toEqual(['adultsDeclared']);
    const facts = (await (await factsOf(worker, 'default', ORIGIN)).json()) as SiteFacts;
    expect(facts).toMatchObject({ notice: 'Hello', limits: { perDay: 7 } });
  });

  it('shows the variables where they name more than a record can', async () => {
    const worker = createTestWorker({ ...OWNER, SITE_DAILY_BUDGET_USD: '999999999' });

    const { record } = await told<ShownSite>(call(worker, 'GET', '/sites/default'));

    expect(record).toMatchObject({ budgets: { dailyUsd: 999_999_999 } });
  });

  it.each([
    ['nothing but what differs from the defaults', {}, {}],
    ['the owner’s word on money', { SITE_DAILY_BUDGET_USD: '5' }, { budgets: { dailyUsd: 5 } }],
    [
      'a visitor’s part that is no part of the day',
      { SITE_DAILY_BUDGET_USD: '20', VISITOR_DAILY_USD: '0.2', VISITOR_PER_DAY: '7' },
      { budgets: { dailyUsd: 20, visitorDailyUsd: 0.2 }, limits: { visitorPerDay: 7 } },
    ],
  ])('names of the variables %s, so that a saved change fixes nothing else', async (_, variables, named) => {
    const usual = { SITE_DAILY_BUDGET_USD: '', SITE_MONTHLY_BUDGET_USD: '', SITE_PROOF: 'pow' };
    const worker = createTestWorker({ ...OWNER, ...usual, ...variables });

    const { record } = await told<ShownSite>(call(worker, 'GET', '/sites/default'));

    expect(record).toEqual({ origins: [ORIGIN], ...named });
    await told(save(worker, 'default', { ...record, adultsDeclared: true }));
    const money = async () => {
      const { steps } = await told<DeskSetup>(call(worker, 'GET', '/setup'));
      return steps.find(({ name }) => name === 'money')?.done;
    };
    expect(await money()).toBe('budgets' in named);
  });

  it('tells of a pause', async () => {
    const worker = createTestWorker(OWNER);
    await told(save(worker, 'posters'));
    await told(save(worker, 'resting', { ...SHOP, paused: true }));

    await told(call(worker, 'POST', '/pause', { scope: 'site', site: 'posters', paused: true }));

    const { sites } = await told<{ sites: ShownSite[] }>(call(worker, 'GET', '/sites'));
    expect(sites.filter(({ paused }) => paused).map(({ id }) => id)).toEqual(['posters', 'resting']);
    await told(call(worker, 'POST', '/pause', { scope: 'deployment', paused: true }));
    const all = await told<{ sites: ShownSite[] }>(call(worker, 'GET', '/sites'));
    expect(all.sites.map(({ id, paused }) => [id, paused])).toEqual([
      ...[
        ['default', true],
        ['posters', true],
        ['resting', true],
      ],
    ]);
    expect(await told(call(worker, 'GET', '/sites/default'))).toMatchObject({ paused: true });
    const unknown = await call(worker, 'POST', '/pause', { scope: 'site', site: 'none', paused: true });
    expect(await reasonOf(unknown)).toEqual([404, 'SITE_UNKNOWN']);
    const both = await call(worker, 'POST', '/pause', { scope: 'deployment', site: 'posters', paused: true });
    expect((await problemOf(both))[2]).toMatch(/^site must be left out/);
  });
});

describe('tickets', () => {
  const ticketOf = async (worker: TestWorker, site = 'posters') => {
    const answer = await worker.fetch('/peel/session', {
      method: 'POST',
      headers: { Origin: 'https://posters.example', 'content-type': 'application/json' },
      body: JSON.stringify({ site }),
    });
    return ((await answer.json()) as SessionAnswer).token;
  };
  const models = async (worker: TestWorker, token: string) => {
    const headers = { Origin: 'https://posters.example', 'x-goog-api-key': token };
    const answer = await worker.fetch('/v1beta/models', { headers });
    return answer.ok ? 'ok' : (await reasonOf(answer))[1];
  };

  it('of a removed origin end with it', async () => {
    const worker = createTestWorker(OWNER);
    await told(save(worker, 'posters'));
    const token = await ticketOf(worker);
    expect(await models(worker, token)).toBe('ok');

    await told(save(worker, 'posters', { ...SHOP, origins: ['https://elsewhere.example'] }));

    expect(await models(worker, token)).toBe('ORIGIN_DENIED');
  });

  it('end at the owner’s word, and stay so when an older copy of the record is saved', async () => {
    const worker = createTestWorker(OWNER);
    await told(save(worker, 'posters'));
    const token = await ticketOf(worker);

    expect(await told(call(worker, 'POST', '/sites/posters/end-tickets', {}))).toEqual({ id: 'posters', epoch: 1 });

    expect(await models(worker, token)).toBe('TICKET_EXPIRED');
    expect(await models(worker, await ticketOf(worker))).toBe('ok');
    expect((await told<SavedSite>(save(worker, 'posters'))).record).toMatchObject({ epoch: 1 });
    expect(await models(worker, token)).toBe('TICKET_EXPIRED');
  });

  it('stay ended when a copy is saved at the same time', async () => {
    const worker = createTestWorker(OWNER);
    await told(save(worker, 'posters'));
    const token = await ticketOf(worker);

    await Promise.all([
      ...['a', 'b'].map((notice) => told(save(worker, 'posters', { ...SHOP, notice }))),
      told(call(worker, 'POST', '/sites/posters/end-tickets', {})),
      ...['c', 'd'].map((notice) => told(save(worker, 'posters', { ...SHOP, notice }))),
    ]);

    expect(await told(call(worker, 'GET', '/sites/posters'))).toMatchObject({ record: { epoch: 1 } });
    expect(await models(worker, token)).toBe('TICKET_EXPIRED');
  });

  it('of a deleted site end with it, and those that were ended before stay so', async () => {
    const worker = createTestWorker(OWNER);
    await told(save(worker, 'posters'));
    const ended = await ticketOf(worker);
    await told(call(worker, 'POST', '/sites/posters/end-tickets', {}));
    const open = await ticketOf(worker);
    await told(call(worker, 'DELETE', '/sites/posters'));

    const { record } = await told<SavedSite>(save(worker, 'posters'));

    expect(record).toEqual({ ...SHOP, epoch: 2 });
    for (const token of [ended, open]) expect(await models(worker, token)).toBe('TICKET_EXPIRED');
  });

  it('of `default` stay ended when it is the variables’ again', async () => {
    const worker = createTestWorker(OWNER);
    await told(save(worker, 'default'));
    const token = await ticketOf(worker, 'default');
    await told(call(worker, 'POST', '/sites/default/end-tickets', {}));
    await told(save(worker, 'default', { ...SHOP, origins: ['https://posters.example', ORIGIN] }));

    await told(call(worker, 'DELETE', '/sites/default'));

    const other = createTestWorker({ ...OWNER, SITE_ORIGINS: 'https://posters.example', SITE_PROOF: 'none' });
    expect(await models(other, token)).toBe('TICKET_EXPIRED');
    expect(await models(other, await ticketOf(other, 'default'))).toBe('ok');
    const { sites } = await told<{ sites: ShownSite[] }>(call(other, 'GET', '/sites'));
    expect(sites).toMatchObject([{ id: 'default', source: 'variables', record: { epoch: 1 } }]);
    expect(await reasonOf(await call(other, 'DELETE', '/sites/default'))).toEqual([404, 'NOT_FOUND']);
    expect((await told<SavedSite>(save(other, 'default'))).record).toMatchObject({ epoch: 1 });
  });

  it('cannot be ended by numbers that do not count on', async () => {
    const worker = createTestWorker(OWNER);
    for (const epoch of [1e300, Number.MAX_SAFE_INTEGER, 1_000_000_001, -1, 1.5]) {
      const [, , message] = await problemOf(await save(worker, 'posters', { ...SHOP, epoch }));
      expect(message).toBe('epoch must be a whole number from 0 to 1000000000.');
    }
    await told(save(worker, 'posters', { ...SHOP, epoch: 1_000_000_000 }));

    const answer = await call(worker, 'POST', '/sites/posters/end-tickets', {});

    expect((await problemOf(answer))[2]).toBe('epoch is at its end, 1000000000.');
  });

  it('of the variables’ site end only after it has a record', async () => {
    const answer = await call(createTestWorker(OWNER), 'POST', '/sites/default/end-tickets', {});

    expect((await problemOf(answer))[2]).toBe(
      'A record of this site was not found. The site default comes from the variables until a record is saved.',
    );
  });
});
