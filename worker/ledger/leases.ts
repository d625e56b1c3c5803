import type { Log } from '../shared/log.ts';
import type { LedgerMachine } from './ledger.ts';
import type { ReservationOutcome } from './reservation.ts';

/** Delay before asking a `Generation` again that did not answer or is still running. */
const ASK_AGAIN_MS = 30_000;

/** What {@link endLeases} needs. */
export interface LeaseOptions {
  ledger: LedgerMachine;
  /** Asks a `Generation` by its name what became of a reservation. */
  ask: (owner: string, id: string) => Promise<ReservationOutcome>;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
}

/**
 * Handles every lease that has ended. Time alone frees no money: the `Generation` that owns the reservation is asked,
 * and while it does not answer, the money stays held. A reservation without an owner counts in full. Idempotent; never
 * throws for a `Generation` that fails.
 */
export async function endLeases({ ledger, ask, now, log }: LeaseOptions): Promise<void> {
  for (const { id, owner } of ledger.due(now())) {
    if (owner === null) {
      ledger.settleInFull(id, now());
      log('lease_settled', { id, because: 'it had no object' });
      continue;
    }
    try {
      const outcome = await ask(owner, id);
      if (outcome.state === 'free') ledger.release(id, now());
      else if (outcome.state === 'running') ledger.askAgainAt(id, now() + ASK_AGAIN_MS);
      else if (outcome.settlement) ledger.settle(id, outcome.settlement, now());
      else ledger.settleInFull(id, now());
      log('lease_ended', { id, state: outcome.state });
    } catch (error) {
      ledger.askAgainAt(id, now() + ASK_AGAIN_MS);
      log('lease_owner_unreachable', { id, error: String(error) });
    }
  }
}
