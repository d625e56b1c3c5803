/** A ledger on the real SQLite of an object of its own, and a complete reservation to change one thing of. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { createLedgerMachine, type LedgerMachine } from '../../worker/ledger/ledger.ts';
import { createLender } from '../../worker/ledger/lender.ts';
import type { Cap, Reservation, Settlement } from '../../worker/ledger/reservation.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import type { WindowPolicy } from '../../worker/limits/policies.ts';

/** Monday noon, UTC. */
export const NOW = Date.UTC(2026, 10, 23, 12);
export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

export const inLedger = <T>(
  test: (ledger: LedgerMachine, storage: DurableObjectStorage) => T | Promise<T>,
): Promise<T> =>
  runInDurableObject(env.LEDGER.getByName(crypto.randomUUID()), (_ledger, { storage }) =>
    test(createLedgerMachine(sqlOf(storage)), storage),
  );

/** Makes this the only site of its deployment, which decides on the deployment's caps too. */
export function standAlone(ledger: LedgerMachine): void {
  const draw = { report: ledger.recall(NOTHING_LENT, NOW), day: '', price: 0, asked: [], isBackground: false };
  ledger.take({ ...NOTHING_LENT, isAlone: true }, draw);
}

/** Stops or resumes paid work in a ledger, as its owner does. */
export const setPaused = (storage: DurableObjectStorage, isPaused: boolean): void =>
  createLender(sqlOf(storage)).setPaused(isPaused, { at: NOW, who: 'token' });

const NOTHING_LENT = { isAlone: false, pause: { version: 0, isPaused: false }, loans: {} };

export const dayCap = (micros: number): Cap => ({ of: 'site', period: 'day', micros, reason: 'DAILY_BUDGET_SPENT' });
export const monthCap = (micros: number): Cap => ({
  ...{ of: 'site', period: 'month' },
  micros,
  reason: 'MONTHLY_BUDGET_SPENT',
});

/** The caps of the deployment. */
export const deploymentCap = (micros: number, period: Cap['period'] = 'day'): Cap => ({
  ...{ of: 'deployment', period },
  micros,
  reason: 'DEPLOYMENT_BUDGET_SPENT',
});

/** A reservation of 100 of the day's 300 micro-dollars. Its id is `{run}:{attempt}`. */
export const reservation = (id = 'r1:1', change: Partial<Reservation> = {}): Reservation => ({
  id,
  run: id.split(':')[0] as string,
  micros: 100,
  leaseMs: 360_000,
  owner: 'key',
  subject: { model: 'gemini-3.1-flash-image', size: '1K' },
  caps: [dayCap(300)],
  policies: [],
  purses: [],
  ...change,
});

export const settlement = (micros: number, change: Partial<Settlement> = {}): Settlement => ({
  micros,
  provider: 'google',
  outcome: 'picture',
  ...change,
});

export const policy = (limit: number, change: Partial<WindowPolicy> = {}): WindowPolicy => ({
  name: 'visitor-minute',
  who: 'default.p1',
  limit,
  windowSeconds: 60,
  reason: 'VISITOR_MINUTE',
  ...change,
});

export const HELD = { reason: 'BUDGET_HELD' } as const;
export const SPENT = { reason: 'DAILY_BUDGET_SPENT' } as const;
/** The failure for a message that came after its reservation was released. */
export const UNDONE = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' } as const;
