/** Calls the owner's API: the ledgers' reports and the pause switch. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_TOKEN, type Peel } from './peel.ts';

/** Money in micro-dollars. */
export interface LedgerReport {
  day: string;
  dayCapMicros: number;
  settledMicros: number;
  heldMicros: number;
  overrunMicros: number;
  owedMicros: number;
  monthCapMicros: number;
  monthSettledMicros: number;
  monthHeldMicros: number;
  monthOverrunMicros: number;
  paused: boolean;
  open: OpenReservation[];
  usage: { model: string; size: string; pictures: number; costMicros: number; overrunMicros: number }[];
}

export interface OpenReservation {
  id: string;
  micros: number;
  /** Unix milliseconds. */
  leaseUntil: number;
}

export interface Ledgers {
  site: LedgerReport;
  deployment: LedgerReport;
}

export const readLedgers = (peel: Peel): Promise<Ledgers> => call<Ledgers>(peel, 'ledger');

/** How long the settling of a finished run may take on a machine with other work, in milliseconds. */
export const SETTLE_MS = 60_000;

/**
 * Waits for reservations to be settled or released.
 *
 * @param isMeant Chooses the reservations; absent: all.
 * @returns The last report of the ledgers, even if some are still open.
 */
export async function awaitNothingOpen(
  peel: Peel,
  withinMs = SETTLE_MS,
  isMeant: (open: OpenReservation) => boolean = () => true,
): Promise<Ledgers> {
  const end = Date.now() + withinMs;
  for (;;) {
    const ledgers = await readLedgers(peel);
    if (!openOf(ledgers).some(isMeant) || Date.now() > end) return ledgers;
    await sleep(50);
  }
}

/** The reservations that are open in either ledger. */
export const openOf = ({ site, deployment }: Ledgers): OpenReservation[] => [...site.open, ...deployment.open];

/** Resolves when the worker has acknowledged the change. */
export const setPaused = (peel: Peel, scope: 'site' | 'deployment', paused: boolean): Promise<unknown> =>
  call(peel, 'pause', { scope, paused });

async function call<T>(peel: Peel, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${peel.url}/peel/admin/api/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`/peel/admin/api/${path} answered ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
