/** Keys of API clients, from their making to their end. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { hashOfKey } from '../../../worker/auth/clients.ts';
import type { LedgerRpc } from '../../../worker/ledger/rpc.ts';
import { createTestWorker, type ErrorAnswer, reasonOf, type TestWorker } from '../../support.ts';
import { GENERATE, MODEL, newBody } from '../generate/money.ts';
import { call, OWNER, told } from './owner.ts';

afterEach(reset);

interface MadeClient {
  key: string;
  name: string;
  site: string;
  hint: string;
  source?: string;
}

const make = (worker: TestWorker, wish: object) => call(worker, 'POST', '/clients', { name: 'newsletter', ...wish });
const models = async (worker: TestWorker, key: string) => {
  const answer = await worker.fetch('/v1beta/models', { headers: { 'x-goog-api-key': key } });
  if (!answer.ok) return (await reasonOf(answer))[1];
  return ((await answer.json()) as { models: { name: string }[] }).models.map(({ name }) => name);
};

describe('a key', () => {
  it('is shown once, is kept as a hash, and draws', async () => {
    const worker = createTestWorker(OWNER);

    const { key, hint } = await told<MadeClient>(make(worker, {}));

    expect(key).toMatch(/^pk_[A-Za-z0-9_-]{22}$/);
    expect(hint).toBe(`…${key.slice(-4)}`);
    const made = await worker.ask(GENERATE, newBody(), { 'x-goog-api-key': key });
    expect(made.status).toBe(200);
    const { keys } = await env.KV.list();
    const kept = await Promise.all(keys.map(async ({ name, metadata }) => [name, metadata, await env.KV.get(name)]));
    expect(JSON.stringify(kept)).not.toContain(key.slice(3));
    const listed = await (await call(worker, 'GET', '/clients')).text();
    expect(listed).not.toContain(key);
    expect(JSON.parse(listed)).toMatchObject({
      clients: [
        { name: 'dev', source: 'variables', audience: 'own', takes: 'named' },
        { name: 'newsletter', site: 'default', source: 'record', hint, createdAt: expect.any(String) },
      ],
    });
  });

  it('ends when it is revoked, and its name is free again', async () => {
    const worker = createTestWorker(OWNER);
    const { key } = await told<MadeClient>(make(worker, {}));
    expect(await models(worker, key)).toContain(`models/${MODEL}`);

    expect((await call(worker, 'DELETE', '/clients/newsletter')).status).toBe(204);

    expect(await models(worker, key)).toBe('KEY_INVALID');
    expect(await reasonOf(await call(worker, 'DELETE', '/clients/newsletter'))).toEqual([404, 'NOT_FOUND']);
    expect((await make(worker, {})).status).toBe(200);
  });

  it('opens its models of the site’s, and no other', async () => {
    const worker = createTestWorker(OWNER);
    const { key } = await told<MadeClient>(make(worker, { models: [MODEL] }));

    expect(await models(worker, key)).toEqual([`models/${MODEL}`]);
    const other = await worker.ask('gemini-3-pro-image:generateContent', newBody(), { 'x-goog-api-key': key });
    expect(await reasonOf(other)).toEqual([403, 'MODEL_NOT_ALLOWED']);
  });

  it('belongs to its site', async () => {
    const worker = createTestWorker(OWNER);
    const record = { origins: ['https://posters.example'], models: [MODEL], proof: 'none', adultsDeclared: true };
    await told(call(worker, 'PUT', '/sites/posters', record));

    const { key } = await told<MadeClient>(make(worker, { site: 'posters' }));

    expect(await models(worker, key)).toEqual([`models/${MODEL}`]);
    expect((await make(worker, {})).status).toBe(200);
    expect((await call(worker, 'DELETE', '/clients/newsletter?site=posters')).status).toBe(204);
    expect(await models(worker, key)).toBe('KEY_INVALID');
  });

  it('that may use none of a narrowed site’s models reads so', async () => {
    const worker = createTestWorker(OWNER);
    const record = { origins: ['https://posters.example'], proof: 'none', adultsDeclared: true };
    await told(call(worker, 'PUT', '/sites/posters', record));
    const { key } = await told<MadeClient>(make(worker, { site: 'posters', models: [MODEL] }));
    await told(call(worker, 'PUT', '/sites/posters', { ...record, models: ['gemini-3-pro-image'] }));

    const answer = await worker.ask(GENERATE, newBody(), { 'x-goog-api-key': key });

    const { error } = (await answer.json()) as ErrorAnswer;
    expect(error.message).toMatch(/is not allowed here\. This key may use none of the site’s models/);
  });

  it('of a site that is unknown is refused with the sites that there are', async () => {
    const worker = createTestWorker(OWNER);
    await told(call(worker, 'PUT', '/sites/posters', { origins: [], adultsDeclared: true }));
    const paused = call(worker, 'POST', '/pause', { scope: 'site', site: 'poster', paused: true });
    const unknown = [make(worker, { site: 'poster' }), call(worker, 'GET', '/usage?site=poster'), paused];

    for (const answer of await Promise.all(unknown)) {
      const { error } = (await answer.clone().json()) as ErrorAnswer;
      expect(await reasonOf(answer)).toEqual([404, 'SITE_UNKNOWN']);
      expect(error.message).toBe('This site was not found. site must be one of default, posters.');
    }
  });

  it('is listed as expired after its end', async () => {
    const start = Date.now();
    let now = start;
    const worker = createTestWorker(OWNER, (services) => ({ ...services, now: () => now }));
    await told(make(worker, { expiresAt: new Date(start + 60_000).toISOString() }));
    const list = () => told<{ clients: object[] }>(call(worker, 'GET', '/clients'));

    expect((await list()).clients[1]).not.toHaveProperty('expired');
    now = start + 61_000;
    expect((await list()).clients[1]).toMatchObject({ name: 'newsletter', expired: true });
  });

  it('has its own limit', async () => {
    const worker = createTestWorker(OWNER);
    const { key } = await told<MadeClient>(make(worker, { perMinute: 1 }));
    const draw = () => worker.ask(GENERATE, newBody(), { 'x-goog-api-key': key });

    expect((await draw()).status).toBe(200);
    expect(await reasonOf(await draw())).toEqual([429, 'CLIENT_LIMIT']);
  });
});

describe('a name', () => {
  it('is one client’s, also of five that are made at once, and free again with the key', async () => {
    const worker = createTestWorker(OWNER);

    const answers = await Promise.all(Array.from({ length: 5 }, () => make(worker, {})));

    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(4);
    for (const answer of refused) {
      expect(((await answer.json()) as ErrorAnswer).error.message).toContain('name must be new');
    }
    expect((await env.KV.list({ prefix: 'client:' })).keys).toHaveLength(1);
    expect((await call(worker, 'DELETE', '/clients/newsletter')).status).toBe(204);
    expect((await make(worker, {})).status).toBe(200);
  });

  it('of several keys is revoked with all of them', async () => {
    const worker = createTestWorker(OWNER);
    const { key } = await told<MadeClient>(make(worker, {}));
    const twin = `pk_${'A'.repeat(22)}`;
    const { keys } = await env.KV.list({ prefix: 'client:' });
    const record = (await env.KV.get(keys[0]!.name))!;
    await env.KV.put(`client:${hashOfKey(twin)}`, record, { metadata: keys[0]!.metadata });
    for (const each of [key, twin]) expect(await models(worker, each)).toContain(`models/${MODEL}`);

    expect((await call(worker, 'DELETE', '/clients/newsletter')).status).toBe(204);

    for (const each of [key, twin]) expect(await models(worker, each)).toBe('KEY_INVALID');
  });

  it('that is revoked while its key is made leaves no key', async () => {
    const worker = createTestWorker(OWNER, (services) => ({
      ...services,
      async openStores() {
        const stores = await services.openStores();
        const { siteStore, clientStore } = stores;
        // The moment between the claim of the name and the writing of the key.
        async function read(id: string) {
          await clientStore.revoke(id, 'newsletter');
          return siteStore.read(id);
        }
        return { ...stores, siteStore: { ...siteStore, read } };
      },
    }));

    expect(await reasonOf(await make(worker, {}))).toEqual([404, 'NOT_FOUND']);

    expect((await env.KV.list({ prefix: 'client:' })).keys).toEqual([]);
  });
});

describe('a deleted site', () => {
  const POSTERS = { origins: ['https://posters.example'], proof: 'none', adultsDeclared: true };

  it('takes its keys along, and a new one of its id does not know them', async () => {
    const worker = createTestWorker(OWNER);
    await told(call(worker, 'PUT', '/sites/posters', POSTERS));
    const one = await told<MadeClient>(make(worker, { site: 'posters' }));
    const two = await told<MadeClient>(make(worker, { site: 'posters', name: 'shop' }));
    const elsewhere = await told<MadeClient>(make(worker, {}));
    for (const { key } of [one, two]) expect(await models(worker, key)).toContain(`models/${MODEL}`);

    expect((await call(worker, 'DELETE', '/sites/posters')).status).toBe(204);
    await told(call(worker, 'PUT', '/sites/posters', POSTERS));

    for (const { key } of [one, two]) expect(await models(worker, key)).toBe('KEY_INVALID');
    expect(await models(worker, elsewhere.key)).toContain(`models/${MODEL}`);
    expect((await make(worker, { site: 'posters' })).status).toBe(200);
  });

  it('gets no key that was asked for before', async () => {
    const worker = createTestWorker(OWNER, (services) => ({
      ...services,
      async openStores() {
        const stores = await services.openStores();
        const { clientStore } = stores;
        // The site was found, and is deleted before the name is taken.
        const add: typeof clientStore.add = async (...args) => {
          await env.KV.delete('site:posters');
          return clientStore.add(...args);
        };
        return { ...stores, clientStore: { ...clientStore, add } };
      },
    }));
    await told(call(worker, 'PUT', '/sites/posters', POSTERS));

    expect(await reasonOf(await make(worker, { site: 'posters' }))).toEqual([404, 'NOT_FOUND']);

    expect((await env.KV.list({ prefix: 'client:' })).keys).toEqual([]);
  });

  it('whose deletion broke off leaves its keys to the next one', async () => {
    const worker = createTestWorker(OWNER);
    await told(call(worker, 'PUT', '/sites/posters', POSTERS));
    const { key } = await told<MadeClient>(make(worker, { site: 'posters' }));
    const record = await env.KV.get('site:posters');
    await env.KV.delete('site:posters');
    const ledger = env.LEDGER.getByName('deployment') as unknown as LedgerRpc;
    const change = (await ledger.beginSiteChange('posters'))!;
    await ledger.endSiteChange('posters', change.lease, { etag: null });

    expect((await call(worker, 'DELETE', '/sites/posters')).status).toBe(204);

    await env.KV.put('site:posters', record!);
    expect(await models(worker, key)).toBe('KEY_INVALID');
  });

  it('`default` goes on as the variables’ with its keys', async () => {
    const worker = createTestWorker(OWNER);
    await told(call(worker, 'PUT', '/sites/default', POSTERS));
    const { key } = await told<MadeClient>(make(worker, {}));

    expect((await call(worker, 'DELETE', '/sites/default')).status).toBe(204);

    expect(await models(worker, key)).toContain(`models/${MODEL}`);
  });
});

it.each([
  { name: 'a name with a blank', wish: { name: 'news letter' }, message: 'name must have 1 to 32' },
  { name: 'no name', wish: { name: undefined }, message: 'name must be given' },
  { name: 'the name of another', wish: { name: 'taken' }, message: 'name must be new: another client' },
  { name: 'a name of the variables', wish: { name: 'dev' }, message: 'name must be new: another client' },
  { name: 'an unknown model', wish: { models: ['dall-e'] }, message: 'models.0 must be one of gemini' },
  { name: 'no models', wish: { models: [] }, message: 'models must name models, or be left out' },
  { name: 'an end that is past', wish: { expiresAt: '2020-01-01T00:00:00Z' }, message: 'expiresAt must be a time to' },
  {
    name: 'a day that is none',
    wish: { expiresAt: '2027-02-30T00:00:00Z' },
    message: 'expiresAt must be a day that the',
  },
  { name: 'an end without a zone', wish: { expiresAt: 'tomorrow' }, message: 'expiresAt must be a time such as' },
  { name: 'half a picture', wish: { perMinute: 0.5 }, message: 'perMinute must be a whole number' },
  { name: 'a debt', wish: { dailyUsd: -1 }, message: 'dailyUsd must be an amount' },
  { name: 'another audience', wish: { audience: 'all' }, message: 'audience must be own' },
  { name: 'other takes', wish: { takes: 'any' }, message: 'takes must be named' },
  {
    name: 'a key of its own',
    ...{
      wish: { key: 'pk_1' },
      reason: 'UNKNOWN_FIELD',
      message: 'key is not known here. Accepted: name, site, models',
    },
  },
])('a client with $name is refused by name', async ({ wish, message, ...refusal }) => {
  const worker = createTestWorker(OWNER);
  await told(make(worker, { name: 'taken' }));

  const answer = await make(worker, wish);

  const { error } = (await answer.clone().json()) as ErrorAnswer;
  expect(await reasonOf(answer)).toEqual([400, 'reason' in refusal ? refusal.reason : 'INVALID_FIELD']);
  expect(error.message).toContain(message);
  expect((await env.KV.list({ prefix: 'client:' })).keys).toHaveLength(1);
});

it('a client of an unknown site is not made, and one of the variables is not revoked', async () => {
  const worker = createTestWorker(OWNER);

  expect(await reasonOf(await make(worker, { site: 'none' }))).toEqual([404, 'SITE_UNKNOWN']);
  const answer = await call(worker, 'DELETE', '/clients/dev');
  expect(((await answer.json()) as ErrorAnswer).error.message).toContain('take the client out of that variable');
});
