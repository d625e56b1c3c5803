/** The providers' keys and prices as the owner reads them, in front of the fake upstream. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { DeskKeyCheck, DeskKeys, DeskPrice } from '../../../worker/desk-protocol.ts';
import type { AuditEntry } from '../../../worker/ledger/audit.ts';
import { tagOf } from '../../../worker/providers/key-tag.ts';
import { createTestWorker, reasonOf, type TestWorker } from '../../support.ts';
import { FAKE_APIYI_KEYS, FAKE_FAL_KEYS, FAKE_GOOGLE_KEYS } from '../../upstream/keys.ts';
import { call, OWNER, told } from './owner.ts';

afterEach(reset);

const MODEL = 'gemini-3-pro-image';
const read = (worker: TestWorker) => told<DeskKeys>(call(worker, 'GET', '/keys'));
const check = (worker: TestWorker, body: unknown) => call(worker, 'POST', '/keys/check', body);
const keepers = () => ({
  ...OWNER,
  GOOGLE_API_KEYS: [FAKE_GOOGLE_KEYS[0], 'a-key-that-google-does-not-know'].join(','),
  APIYI_API_KEYS: FAKE_APIYI_KEYS[0],
  APIYI_BASE_URL: inject('upstreamUrl'),
  FAL_API_KEYS: FAKE_FAL_KEYS[0],
});

describe('the keys', () => {
  it('are told by place and tag, in the order in which they are asked, after a free look at those never asked', async () => {
    const worker = createTestWorker(keepers());

    const { keys, demo, providers } = await read(worker);

    expect(demo).toBe(false);
    expect(keys).toMatchObject([
      { provider: 'google', place: 1, tag: tagOf(FAKE_GOOGLE_KEYS[0]!), state: 'ready', since: expect.any(Number) },
      { provider: 'google', place: 2, state: 'stopped', why: 'key-invalid', status: 400 },
      { provider: 'apiyi', place: 1, state: 'ready', since: expect.any(Number) },
      { provider: 'fal', place: 1, state: 'ready' },
    ]);
    expect(keys[3]).not.toHaveProperty('since');
    expect(providers).toMatchObject([
      { provider: 'google', variable: 'GOOGLE_API_KEYS', checkable: true, used: true },
      { provider: 'apiyi', checkable: true },
      { provider: 'fal', checkable: false },
    ]);
  });

  it('are none in the demo', async () => {
    const { GOOGLE_API_KEYS: _, ...demo } = keepers();
    const worker = createTestWorker({ ...demo, GOOGLE_API_KEYS: '', APIYI_API_KEYS: '', FAL_API_KEYS: '' });

    expect(await read(worker)).toMatchObject({ demo: true, keys: [], prices: [] });
  });

  it('that were replaced at their place are looked at again', async () => {
    const before = createTestWorker({ ...OWNER, GOOGLE_API_KEYS: 'a-key-that-google-does-not-know' });
    expect((await read(before)).keys).toMatchObject([{ state: 'stopped' }]);

    expect((await read(createTestWorker(OWNER))).keys).toMatchObject([{ state: 'ready' }]);
  });
});

describe('a check', () => {
  it.each([
    [{ provider: 'google', place: 1 }, { outcome: 'works' }],
    [
      { provider: 'google', place: 2 },
      { outcome: 'refused', trouble: 'key-invalid', status: 400 },
    ],
    [{ provider: 'apiyi', place: 1 }, { outcome: 'works' }],
    [{ provider: 'fal', place: 1 }, { outcome: 'no_free_call' }],
  ])('of %j is %j', async (body, expected) => {
    const worker = createTestWorker(keepers());

    expect(await told<DeskKeyCheck>(check(worker, body))).toEqual(expected);
    const { entries } = await told<{ entries: AuditEntry[] }>(call(worker, 'GET', '/audit'));
    expect(entries[0]).toMatchObject({ what: 'key_checked', target: `${body.provider} ${body.place}` });
  });

  it('says nothing of the key where the provider does not answer', async () => {
    const worker = createTestWorker({ ...OWNER, GOOGLE_BASE_URL: 'http://127.0.0.1:9' });

    expect(await told(check(worker, { provider: 'google', place: 1 }))).toEqual({ outcome: 'unclear' });
  });

  it.each([
    [{ provider: 'google', place: 9 }, [404, 'NOT_FOUND']],
    [{ provider: 'google', place: 0 }, [400, 'INVALID_FIELD']],
    [{ provider: 'demo', place: 1 }, [400, 'INVALID_FIELD']],
    [{ provider: 'google' }, [400, 'INVALID_FIELD']],
  ])('of %j is refused', async (body, expected) => {
    expect(await reasonOf(await check(createTestWorker(OWNER), body))).toEqual(expected);
  });
});

describe('a price', () => {
  const put = (worker: TestWorker, body: unknown, path = `/prices/google/${MODEL}`) => call(worker, 'PUT', path, body);
  const listed = async (worker: TestWorker) => (await read(worker)).prices.find(({ model }) => model === MODEL)!;

  it('is confirmed today, in force at once and beside what KV held by hand', async () => {
    await env.KV.put('catalog', JSON.stringify({ [MODEL]: { displayName: 'Pro of ours' } }));
    const worker = createTestWorker(OWNER);
    const before = await listed(worker);

    const confirmed = await told<DeskPrice>(put(worker, {}));

    const today = new Date().toISOString().slice(0, 10);
    expect(confirmed).toEqual({ ...before, confirmed: today, until: expect.any(String), state: 'fresh' });
    expect(await listed(worker)).toEqual(confirmed);
    expect(confirmed.displayName).toBe('Pro of ours');
    expect(await listed(createTestWorker(OWNER))).toEqual(confirmed);
  });

  it('is corrected from today on, and what is drawn then costs as much', async () => {
    const worker = createTestWorker(OWNER);
    const { figures, bySize } = await listed(worker);

    const corrected = await told<DeskPrice>(
      put(worker, { figures: { imageOutPerMillion: figures.imageOutPerMillion! * 2 } }),
    );

    expect(corrected.bySize['1K']).toBe(bySize['1K']! * 2);
    const { entries } = await told<{ entries: AuditEntry[] }>(call(worker, 'GET', '/audit'));
    expect(entries[0]).toMatchObject({
      what: 'price_corrected',
      target: `google ${MODEL}`,
      fields: ['imageOutPerMillion'],
    });
  });

  it.each([
    [{ figures: { perCall: 5 } }, [400, 'UNKNOWN_FIELD']],
    [{ figures: { imageOutPerMillion: -1 } }, [400, 'INVALID_FIELD']],
    [{ figures: { imageOutPerMillion: 0.5 } }, [400, 'INVALID_FIELD']],
    [{ price: 5 }, [400, 'UNKNOWN_FIELD']],
  ])('is not changed by %j', async (body, expected) => {
    expect(await reasonOf(await put(createTestWorker(OWNER), body))).toEqual(expected);
  });

  it('is not found at a provider without a key', async () => {
    expect(await reasonOf(await put(createTestWorker(OWNER), {}, `/prices/fal/${MODEL}`))).toEqual([404, 'NOT_FOUND']);
  });

  it('is not written over changes by hand that cannot be read', async () => {
    await env.KV.put('catalog', 'not JSON');

    expect(await reasonOf(await put(createTestWorker(OWNER), {}))).toEqual([400, 'INVALID_FIELD']);
    expect(await env.KV.get('catalog')).toBe('not JSON');
  });
});
