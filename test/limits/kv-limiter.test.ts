import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { CountedVisitor } from '../../worker/auth/caller.ts';
import { createLimits, KV_TIMEOUT_MS, type Limits, type LimitsOptions } from '../../worker/limits/kv-limiter.ts';
import {
  attemptPoliciesOf,
  policiesOf,
  renditionPoliciesOf,
  uploadPoliciesOf,
  type WindowPolicy,
} from '../../worker/limits/policies.ts';
import type { Site } from '../../worker/sites/site.ts';

const NOW = 1_790_000_000_000;
const DAY_MS = 86_400_000;
const DAY = Math.floor(NOW / DAY_MS);
const MIB = 1024 * 1024;
const site = { id: 'default', visitorPerMinute: 3, visitorPerDay: 20, sessionUses: 5, sitePerMinute: 120 } as Site;

const visitorOf = (prefix: string, session = 's', of: Partial<Site> = {}): CountedVisitor => ({
  ...{ kind: 'visitor', site: { ...site, ...of }, origin: '', visitor: 'v', session },
  ...{ rung: 'none', uses: of.sessionUses ?? site.sessionUses, prefix, network: prefix },
});
/** What a generation of this visitor counts, but attempts. */
const picturesOf = (visitor: CountedVisitor): WindowPolicy[] =>
  policiesOf(visitor).filter(({ perAttempt }) => !perAttempt);

/** One isolate on the real KV, and what it does there. */
function setUp(options: Partial<LimitsOptions> = {}) {
  const clock = { now: NOW };
  const logged: string[] = [];
  const pauses: number[] = [];
  const reads: string[][] = [];
  const writes: { key: string; value: unknown; expirationTtl: number }[] = [];
  const kv = {
    get(keys: string[]) {
      reads.push(keys);
      return env.KV.get(keys);
    },
    put(key: string, value: string, put: { expirationTtl: number }) {
      writes.push({ key, value: JSON.parse(value), ...put });
      return env.KV.put(key, value, put);
    },
  } as unknown as LimitsOptions['kv'];
  const limits = createLimits({
    kv,
    now: () => clock.now,
    // The KV timeout never comes; the time between two writes is over at once.
    async pause(ms) {
      if (ms === KV_TIMEOUT_MS) return new Promise(() => undefined);
      pauses.push(ms);
      clock.now += ms;
      return undefined;
    },
    log: (event) => logged.push(event),
    ...options,
  });
  return { limits, clock, logged, pauses, reads, writes };
}

/** What is left of each policy, by name. */
const left = async (limits: Limits, policies: readonly WindowPolicy[]) =>
  Object.fromEntries((await limits.read(policies)).map(({ policy, state }) => [policy.name, state.remaining]));

describe('a visitor’s limits', () => {
  it('are one key, read once and written once for a picture', async () => {
    const { limits, reads, writes } = setUp();
    const visitor = visitorOf('one');
    const key = `limit:visitor:default.one:${DAY}`;

    const before = await left(limits, policiesOf(visitor));
    await limits.count(attemptPoliciesOf(visitor));
    await limits.count(picturesOf(visitor));

    const all = {
      ...{ 'visitor-minute': 3, session: 5, 'visitor-day': 20 },
      ...{ 'attempts-minute': 15, 'attempts-day': 100 },
      ...{ 'network-attempts-minute': 60, 'network-attempts-day': 400 },
    };
    expect(before).toEqual(all);
    expect(reads).toEqual([[key]]);
    const minute = Math.floor(NOW / 60_000);
    const value = { 'visitor-minute': [minute, 1, 0], 'session:default.s': [DAY, 1, 0], 'visitor-day': [DAY, 1, 0] };
    expect(writes).toEqual([{ key, value, expirationTtl: 86_400 }]);
    expect((await env.KV.list({ prefix: 'limit:' })).keys.map(({ name }) => name)).toEqual([key]);
  });

  it('count what starts, and read without counting', async () => {
    const { limits } = setUp();
    const pictures = picturesOf(visitorOf('counts'));

    await left(limits, pictures);
    await limits.count(pictures);
    await limits.count(pictures);

    expect(await left(limits, pictures)).toEqual({ 'visitor-minute': 1, session: 3, 'visitor-day': 18 });
  });

  it('are seen by another isolate through KV', async () => {
    const visitor = visitorOf('shared');
    const here = setUp().limits;
    await here.count(picturesOf(visitor));
    await here.count(attemptPoliciesOf(visitor));

    expect(await left(setUp().limits, policiesOf(visitor))).toMatchObject({
      ...{ 'visitor-minute': 2, session: 4, 'visitor-day': 19 },
      // Attempts are known only to the isolate that counted them.
      'attempts-minute': 15,
    });
    expect(await left(here, policiesOf(visitor))).toMatchObject({ 'attempts-minute': 14 });
  });

  it('are what two isolates know together, when each counts after it has read', async () => {
    const pictures = picturesOf(visitorOf('both'));
    const [one, other] = [setUp().limits, setUp().limits];

    for (const limits of [one, other]) {
      await limits.read(pictures);
      await limits.count(pictures);
    }

    expect(await left(one, pictures)).toMatchObject({ 'visitor-minute': 1, 'visitor-day': 18 });
  });

  it('keep an isolate’s own count where KV has lost it', async () => {
    const pictures = picturesOf(visitorOf('lost'));
    const { limits } = setUp();
    await limits.count(pictures);
    await limits.count(pictures);

    // An isolate that has read nothing overwrites the key.
    await setUp().limits.count(pictures);

    expect(await left(limits, pictures)).toMatchObject({ 'visitor-minute': 1 });
    expect(await left(setUp().limits, pictures)).toMatchObject({ 'visitor-minute': 2 });
  });

  it('hold each session apart, and the day of all of them', async () => {
    const { limits } = setUp();
    await limits.count(picturesOf(visitorOf('tabs', 'a')));
    await limits.count(picturesOf(visitorOf('tabs', 'b')));

    expect(await left(setUp().limits, picturesOf(visitorOf('tabs', 'a')))).toMatchObject({
      ...{ session: 4, 'visitor-day': 18 },
    });
  });

  it('forget the oldest of many sessions, and no more than that', async () => {
    const { limits, writes } = setUp();
    for (let n = 0; n < 40; n += 1) await limits.count(picturesOf(visitorOf('many', `s${n}`, { visitorPerDay: 99 })));

    const value = writes.at(-1)?.value as Record<string, unknown>;
    const sessions = Object.keys(value).filter((field) => field.startsWith('session'));
    expect(sessions).toEqual(Array.from({ length: 32 }, (_, n) => `session:default.s${n + 8}`));
    expect(value).toMatchObject({ 'visitor-day': [DAY, 40, 0] });
  });

  it('lose nothing of what one isolate starts at once, and write the key once a second', async () => {
    const pictures = picturesOf(visitorOf('burst', 's', { visitorPerMinute: 100 }));
    const { limits, pauses, writes } = setUp();

    await Promise.all(Array.from({ length: 20 }, () => limits.count(pictures)));

    expect(await left(setUp().limits, pictures)).toMatchObject({ 'visitor-minute': 80 });
    expect(writes).toHaveLength(2);
    expect(pauses).toEqual([1000]);
  });

  it('wait for the rest of the second also where the last write is long done', async () => {
    const pictures = picturesOf(visitorOf('soon'));
    const { limits, clock, pauses } = setUp();

    await limits.count(pictures);
    clock.now += 400;
    await limits.count(pictures);

    expect(pauses).toEqual([600]);
  });

  it('begin anew in the next minute, but for the share of the last that is still in sight', async () => {
    const pictures = picturesOf(visitorOf('next'));
    const minuteStart = NOW - (NOW % 60_000);
    const { limits, clock } = setUp();
    clock.now = minuteStart + 59_000;
    for (let n = 0; n < 3; n += 1) await limits.count(pictures);

    clock.now = minuteStart + 90_000;
    const half = await left(limits, pictures);
    clock.now = minuteStart + 180_000;

    expect(half).toMatchObject({ 'visitor-minute': 1, 'visitor-day': 17 });
    expect(await left(limits, pictures)).toMatchObject({ 'visitor-minute': 3, 'visitor-day': 17 });
  });
});

describe('uploads', () => {
  it('are counted in the visitor’s own key, with one write', async () => {
    const { limits, writes } = setUp();
    const visitor = visitorOf('uploads');
    await limits.count(picturesOf(visitor));

    await limits.count(uploadPoliciesOf(visitor, 20 * MIB));
    await limits.count(uploadPoliciesOf(visitor, 1));

    const elsewhere = setUp().limits;
    expect(await left(elsewhere, uploadPoliciesOf(visitor, 1))).toMatchObject({ uploads: 98, 'upload-mib': 179 });
    expect(await left(elsewhere, picturesOf(visitor))).toMatchObject({ 'visitor-day': 19 });
    expect(new Set(writes.map(({ key }) => key))).toEqual(new Set([`limit:visitor:default.uploads:${DAY}`]));
    expect(writes).toHaveLength(3);
  });

  it('of all visitors are counted in memory, and written once a minute', async () => {
    const { limits, clock, writes } = setUp();
    const key = `limit:site-upload-mib:default:${DAY}`;
    const upload = (n: number) => uploadPoliciesOf(visitorOf(`crowd${n}`), 10 * MIB);
    const total = () => writes.filter((write) => write.key === key);

    for (let n = 0; n < 50; n += 1) await limits.count(upload(n));
    expect(total()).toEqual([]);
    expect(await left(limits, upload(0))).toMatchObject({ 'site-upload-mib': 20_480 - 500 });
    clock.now += 60_000;
    for (let n = 0; n < 50; n += 1) await limits.count(upload(n));
    clock.now += 59_999;
    await limits.count(upload(0));

    // Written with the first act after the minute.
    expect(total()).toEqual([{ key, value: { 'site-upload-mib': [DAY, 510, 0] }, expirationTtl: 172_800 }]);
    expect(await left(setUp().limits, upload(0))).toMatchObject({ 'site-upload-mib': 20_480 - 510 });
  });

  it('of all visitors are seen the day after, as far as the day before is still in sight', async () => {
    const upload = uploadPoliciesOf(visitorOf('yesterday'), MIB);
    await env.KV.delete(`limit:site-upload-mib:default:${DAY}`);
    await env.KV.put(`limit:site-upload-mib:default:${DAY - 1}`, `{"site-upload-mib":[${DAY - 1},10000,0]}`);
    const { limits, clock, reads } = setUp();
    clock.now = DAY * DAY_MS + DAY_MS / 2;

    expect(await left(limits, upload)).toMatchObject({ 'site-upload-mib': 20_480 - 5000 });
    expect(reads[0]).toContain(`limit:site-upload-mib:default:${DAY - 1}`);
  });
});

it('renditions of a site and of the deployment are one key, written once a minute', async () => {
  const { limits, clock, writes } = setUp();
  const policies = renditionPoliciesOf('default');

  for (let n = 0; n < 20; n += 1) {
    clock.now += 10_000;
    await limits.count(policies);
  }

  expect(writes).toHaveLength(3);
  expect(writes.at(-1)).toMatchObject({
    key: `limit:renditions:deployment:${DAY}`,
    value: { renditions: [DAY, 19, 0], 'renditions:site.default': [DAY, 19, 0] },
  });
  expect((await limits.read(policies)).map(({ state }) => state.remaining)).toEqual([1980, 980]);
});

describe('KV', () => {
  it('that fails lets requests through, and the log says so', async () => {
    const broken = {
      get: () => Promise.reject(new Error('KV GET failed: 500')),
      put: () => Promise.reject(new Error('KV PUT failed: 429')),
    } as unknown as LimitsOptions['kv'];
    const { limits, logged } = setUp({ kv: broken });
    const pictures = picturesOf(visitorOf('broken'));

    expect(await left(limits, pictures)).toMatchObject({ 'visitor-minute': 3 });
    await limits.count(pictures);

    expect(logged).toEqual(['limits_kv_failed', 'limits_kv_failed']);
    expect(await left(limits, pictures)).toMatchObject({ 'visitor-minute': 2 });
  });

  it('that lost one write gets all counts with the next', async () => {
    let isBroken = true;
    const pictures = picturesOf(visitorOf('mended'));
    const kv = {
      get: (keys: string[]) => env.KV.get(keys),
      async put(...args: Parameters<KVNamespace['put']>) {
        if (isBroken) throw new Error('KV PUT failed: 429');
        return env.KV.put(...args);
      },
    } as unknown as LimitsOptions['kv'];
    const { limits } = setUp({ kv });

    await limits.count(pictures);
    isBroken = false;
    await limits.count(pictures);

    expect(await left(setUp().limits, pictures)).toMatchObject({ 'visitor-minute': 1 });
  });

  it('that hangs is not waited for', async () => {
    const hanging = {
      get: () => new Promise(() => undefined),
      put: () => Promise.resolve(),
    } as unknown as LimitsOptions['kv'];
    const { limits, logged } = setUp({ kv: hanging, pause: () => Promise.resolve() });

    expect(await left(limits, picturesOf(visitorOf('hanging')))).toMatchObject({ 'visitor-minute': 3 });
    expect(logged).toEqual(['limits_kv_slow']);
  });

  it('is not asked where it counts nothing: for clients, a site’s minute and attempts', async () => {
    const { limits, reads, writes } = setUp();
    const client = policiesOf({ kind: 'client', site, name: 'dev', perMinute: 7 });
    const siteMinute = policiesOf(visitorOf('free')).filter(({ name }) => name === 'site-minute');

    for (const policies of [[], client, siteMinute, attemptPoliciesOf(visitorOf('free'))]) {
      await limits.read(policies);
      await limits.count(policies);
    }

    expect([reads, writes]).toEqual([[], []]);
    expect(await limits.read([...client, ...siteMinute])).toEqual([]);
  });

  it.each([
    'lots',
    '7',
    '[1]',
    'null',
    '{"visitor-minute":9}',
    '{"visitor-minute":[1,"2",3]}',
    '{"visitor-minute":[1,2]}',
  ])('with a damaged value counts nothing: %s', async (value) => {
    await env.KV.put(`limit:visitor:default.damaged:${DAY}`, value);

    expect(await left(setUp().limits, picturesOf(visitorOf('damaged')))).toMatchObject({ 'visitor-minute': 3 });
  });
});
