/** The book of alarms and its messages, on an object's real SQLite, with a receiver and a clock of the test's own. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { BUDGET_ALARMS } from '../../worker/alarms/budgets.ts';
import { type AlarmServiceOptions, createAlarmService } from '../../worker/alarms/service.ts';
import type { AlarmSignal } from '../../worker/alarms/signal.ts';
import { createLedgerMachine } from '../../worker/ledger/ledger.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import type { KeyHealth } from '../../worker/providers/key-health.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ORIGIN = 'https://peel.tidewater.example';
const HOOK = 'https://hooks.example.com/in?token=1';

const budget = (change: Partial<AlarmSignal> = {}): AlarmSignal => ({
  ...{ name: 'budget_80', site: 'shop', subject: 'day', period: '2026-11-23 of 3500000' },
  facts: { period: 'day', spentMicros: 2_800_000, capMicros: 3_500_000, percent: 80, endsAt: NOW + DAY_MS / 2 },
  ...change,
});

interface Sent {
  address: string;
  headers: Headers;
  body: string;
}

/** @param statuses How the receiver answers, in turn, and from then on; `null`: with a broken connection. */
async function inService(
  test: (stage: Awaited<ReturnType<typeof open>>) => Promise<void>,
  { statuses = [200], ...change }: { statuses?: (number | null)[] } & Partial<AlarmServiceOptions> = {},
): Promise<void> {
  await runInDurableObject(env.LEDGER.getByName(crypto.randomUUID()), async (_ledger, { storage }) => {
    const sql = sqlOf(storage);
    createLedgerMachine(sql);
    await test(open(sql, statuses, change));
  });
}

function open(sql: AlarmServiceOptions['sql'], statuses: (number | null)[], change: Partial<AlarmServiceOptions>) {
  const clock = { now: NOW };
  const sent: Sent[] = [];
  const wakes: number[] = [];
  const logged: string[] = [];
  const health: KeyHealth[] = [];
  const start = () =>
    createAlarmService({
      sql,
      variable: () => undefined,
      readSources: async () => ({ catalog: [], providers: [], sites: [], demo: true, providerKeys: [], caps: CAPS }),
      keyHealth: () => health,
      random: (bytes) => crypto.getRandomValues(bytes),
      fetch: async (address, init) => {
        sent.push({ address, headers: new Headers(init.headers), body: String(init.body) });
        const status = statuses[Math.min(sent.length, statuses.length) - 1] ?? null;
        if (status === null) throw new Error('the connection broke');
        return new Response(null, {
          status,
          ...(status === 302 && { headers: { Location: 'https://other.example' } }),
        });
      },
      abortAfter: () => new AbortController().signal,
      now: () => clock.now,
      wakeAt: async (at) => void wakes.push(at),
      log: (event) => void logged.push(event),
      ...change,
    });
  return { service: start(), restart: start, clock, sent, wakes, logged, health };
}
const CAPS = { dayMicros: 20_000_000, monthMicros: 200_000_000 };

describe('an alarm', () => {
  it('rings once in its period, however often its cause is told', () =>
    inService(async ({ service, sent, logged }) => {
      service.setWebhook(HOOK);

      for (let times = 0; times < 50; times += 1) await service.ring([budget()]);
      await service.wake();

      expect((await service.list(ORIGIN)).open).toMatchObject([{ name: 'budget_80', site: 'shop', told: 'sent' }]);
      expect(sent).toHaveLength(1);
      expect(logged.filter((event) => event === 'alarm_rang')).toHaveLength(1);
    }));

  it('is over by itself with its period, and rings in the next one', () =>
    inService(async ({ service, clock }) => {
      await service.ring([budget({ closesAt: NOW + DAY_MS / 2 })]);
      clock.now += DAY_MS;

      expect(service.open()).toEqual([]);
      await service.ring([budget({ period: '2026-11-24 of 3500000' })]);

      const { open, past } = await service.list(ORIGIN);
      expect(open).toHaveLength(1);
      expect(past).toMatchObject([{ at: NOW, closedAt: NOW + DAY_MS / 2 }]);
    }));

  it('takes the place of a lower step, and adds up what it is told to', () =>
    inService(async ({ service }) => {
      await service.ring([budget({ name: 'budget_50' }), budget({ steps: BUDGET_ALARMS })]);
      const overrun: AlarmSignal = {
        name: 'overrun',
        site: 'shop',
        period: 'd',
        facts: { model: 'm' },
        adds: { overrunMicros: 7, pictures: 1 },
      };
      await service.ring([overrun, overrun]);

      expect(service.open().map(({ name, facts }) => [name, facts.overrunMicros, facts.pictures])).toEqual([
        ['overrun', 14, 2],
        ['budget_80', undefined, undefined],
      ]);
    }));

  it('that its owner puts away does not ring again in its period', () =>
    inService(async ({ service, sent }) => {
      await service.ring([budget()]);
      const [alarm] = service.open();

      expect(service.dismiss(alarm!.id)).toBe(true);
      expect(service.dismiss(alarm!.id)).toBe(false);
      await service.ring([budget()]);

      expect(service.open()).toEqual([]);
      expect(sent).toEqual([]);
    }));

  it('of a budget never steps down in its period', () =>
    inService(async ({ service }) => {
      const steps = BUDGET_ALARMS;
      await service.ring([budget({ steps }), budget({ name: 'budget_100', steps })]);
      await service.ring([budget({ steps })]);
      const [spent, ...others] = service.open();
      expect([spent?.name, others]).toEqual(['budget_100', []]);

      service.dismiss(spent!.id);
      await service.ring([budget({ steps })]);

      expect(service.open()).toEqual([]);
    }));

  it('of a key ends when the key works, and is open again without a message when it is refused again', () =>
    inService(async ({ service, health, clock, sent }) => {
      service.setWebhook(HOOK);
      const providerKeys = [{ provider: 'google', count: 1 }];
      health.push({ provider: 'google', key: 1, state: 'rests', trouble: 'key-invalid', since: NOW });
      await service.keysChanged(providerKeys);
      expect(service.open()).toMatchObject([{ name: 'key_refused' }]);

      const [refused] = health.splice(0);
      await service.keysChanged(providerKeys);
      expect(service.open()).toEqual([]);

      clock.now += MINUTE_MS;
      health.push({ ...refused!, since: clock.now });
      await service.keysChanged(providerKeys);

      expect(service.open()).toMatchObject([{ name: 'key_refused', at: NOW, facts: { since: clock.now } }]);
      await service.wake();
      await service.wake();
      expect(sent).toHaveLength(1);
    }));

  it('of a budget ends when its cap is raised', () => {
    let caps = CAPS;
    return inService(
      async ({ service, clock }) => {
        const { site: _, ...deployment } = budget({
          facts: { period: 'day', spentMicros: 16_000_000, capMicros: 20_000_000, percent: 80 },
        });
        await service.ring([deployment]);
        expect((await service.list(ORIGIN)).open).toHaveLength(1);

        caps = { ...CAPS, dayMicros: 30_000_000 };
        clock.now += MINUTE_MS;

        expect((await service.list(ORIGIN)).open).toEqual([]);
      },
      { readSources: async () => ({ catalog: [], providers: [], sites: [], demo: true, providerKeys: [], caps }) },
    );
  });

  it('that floods fills neither the ledger nor the way to the webhook, and hides no other', () =>
    inService(async ({ service, sent }) => {
      service.setWebhook(HOOK);

      await service.ring(
        Array.from({ length: 700 }, (_, at) => ({
          ...({ name: 'picture_reported', site: 'shop', subject: `b${at}`, period: `b${at}` } as const),
          facts: { picture: `b${at}`, reportedAt: NOW },
        })),
      );
      await service.ring([budget()]);
      for (let times = 0; times < 20; times += 1) await service.wake();

      expect(service.open()).toHaveLength(501);
      expect(sent).toHaveLength(101);
      expect(service.open().find(({ name }) => name === 'budget_80')).toMatchObject({ told: 'sent' });
    }));

  it('still rings where prices and sites cannot be read', () =>
    inService(
      async ({ service, logged }) => {
        await service.ring([budget()]);

        expect((await service.list(ORIGIN)).open).toHaveLength(1);
        expect(logged).toContain('alarms_unlooked');
      },
      { readSources: () => Promise.reject(new Error('KV does not answer')) },
    ));
});

describe('a message', () => {
  it('has the id, the words and the facts, and a signature of its secret', () =>
    inService(async ({ service, sent }) => {
      await service.list(ORIGIN);
      const secret = service.setWebhook(HOOK);
      await service.ring([budget()]);
      await service.wake();

      const [{ address, headers, body }] = sent as [Sent];
      expect(address).toBe(HOOK);
      const [alarm] = service.open();
      expect(JSON.parse(body)).toEqual({
        ...{ id: alarm!.id, name: 'budget_80', at: NOW, site: 'shop', text: alarm!.text, facts: alarm!.facts },
        ...{ deployment: ORIGIN, runbook: `${ORIGIN}/docs/runbook#budget_80` },
      });
      const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers.get('Peel-Signature') ?? '')!;
      expect(Number(t)).toBe(NOW / 1000);
      expect(v1).toBe(await hmac(secret, `${t}.${body}`));
    }));

  it('is tried again after 1, 5, 30, 120 and 480 minutes under one id, and then given up', () =>
    inService(
      async ({ service, clock, sent, wakes }) => {
        service.setWebhook(HOOK);
        await service.ring([budget()]);
        const waits: number[] = [];

        for (let next: number | undefined = wakes.at(-1); next !== undefined; ) {
          clock.now = Math.max(clock.now, next);
          const before = clock.now;
          next = await service.wake();
          if (next !== undefined) waits.push((next - before) / MINUTE_MS);
        }

        expect(waits).toEqual([1, 5, 30, 120, 480]);
        expect(new Set(sent.map(({ body }) => JSON.parse(body).id)).size).toBe(1);
        const { open, webhook } = await service.list(ORIGIN);
        expect(open).toMatchObject([{ told: 'failed' }]);
        expect(webhook?.deliveries).toMatchObject([{ name: 'budget_80', status: 500, tries: 6 }]);
      },
      { statuses: [503, null, 302, 404, 500, 500] },
    ));

  it('waits through a restart', () =>
    inService(
      async ({ service, restart, clock, sent }) => {
        service.setWebhook(HOOK);
        await service.ring([budget()]);
        await service.wake();
        clock.now += MINUTE_MS;

        const after = restart();
        expect(await after.wake()).toBeUndefined();

        expect(sent).toHaveLength(2);
        expect(after.open()).toMatchObject([{ told: 'sent' }]);
      },
      { statuses: [500, 200] },
    ));

  it('that waits is not sent to a webhook that was removed', () =>
    inService(
      async ({ service, clock, sent }) => {
        service.setWebhook(HOOK);
        await service.ring([budget()]);
        await service.wake();

        expect(service.removeWebhook()).toBe(true);
        clock.now += MINUTE_MS;
        expect(await service.wake()).toBeUndefined();

        expect(sent).toHaveLength(1);
        expect((await service.list(ORIGIN)).webhook).toBeNull();
        expect(service.open()).toMatchObject([{ told: 'failed' }]);
      },
      { statuses: [500] },
    ));
});

describe('the webhook', () => {
  it('is tested once and at once', () =>
    inService(async ({ service, sent }) => {
      expect(await service.test(ORIGIN)).toBeUndefined();
      service.setWebhook(HOOK);

      expect(await service.test(ORIGIN)).toEqual({ at: NOW, name: 'test', status: 200, ms: 0, tries: 1 });

      expect(JSON.parse(sent[0]!.body)).toMatchObject({
        ...{ name: 'test', facts: {}, deployment: ORIGIN },
        text: 'This is a test from peel.tidewater.example. Nothing happened.',
      });
      expect((await service.list(ORIGIN)).webhook).toEqual({
        ...{ address: 'https://hooks.example.com/…', source: 'desk' },
        deliveries: [{ at: NOW, name: 'test', status: 200, ms: 0, tries: 1 }],
      });
    }));

  it('of the variable counts before the desk’s, with a secret of its own', () =>
    inService(
      async ({ service, sent }) => {
        const first = service.renewSecret();
        const second = service.renewSecret();
        await service.test(ORIGIN);

        expect(first).toMatch(/^whsec_[0-9a-f]{64}$/);
        expect(second).not.toBe(first);
        const [{ headers, body }] = sent as [Sent];
        const signed = headers.get('Peel-Signature')!;
        expect(signed).toBe(`t=${NOW / 1000},v1=${await hmac(second!, `${NOW / 1000}.${body}`)}`);
        expect((await service.list(ORIGIN)).webhook).toMatchObject({ source: 'variable' });
      },
      { variable: () => 'https://variable.example/in' },
    ));
});

async function hmac(secret: string, text: string): Promise<string> {
  const encode = (value: string) => new TextEncoder().encode(value);
  const key = await crypto.subtle.importKey('raw', encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, encode(text))).toHex();
}
