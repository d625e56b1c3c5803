import type { Log } from '../shared/log.ts';
import type { LedgerMachine } from './ledger.ts';
import type { ReservationOutcome } from './reservation.ts';
import { ASK_AFTER_MS } from './reservation.ts';

/** What {@link askOwners} needs. */
export interface AskOwnersOptions {
  ledger: LedgerMachine;
  /** Asks a `Generation` by its name what became of a reservation. */
  ask: (owner: string, id: string) => Promise<ReservationOutcome>;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
}

/**
 * Asks the owners of old reservations what became of them, side by side. Time alone frees no money: while an owner does
 * not answer, the money stays held. A reservation without an owner counts in full at the end of its lease. Idempotent;
 * never throws for a `Generation` that fails.
 */
export async function askOwners({ ledger, ask, now, log }: AskOwnersOptions): Promise<void> {
  async function end(owner: string, id: string): Promise<void> {
    try {
      const outcome = await ask(owner, id);
      if (outcome.state === 'free') ledger.release(id, now());
      else if (outcome.state === 'spent' && outcome.settlement) ledger.settle(id, outcome.settlement, now());
      else if (outcome.state === 'spent') ledger.settleInFull(id, now());
      // A recorded run is settled by its own object, so it is asked again only if that has not happened in time.
      else if (outcome.isRecorded && ledger.isWithinLease(id, now())) ledger.askAgain(id);
      else ledger.askAgain(id, now() + ASK_AFTER_MS);
      log('owner_asked', { id, state: outcome.state });
    } catch (error) {
      ledger.askAgain(id, now() + ASK_AFTER_MS);
      log('owner_unreachable', { id, error: String(error) });
    }
  }

  await Promise.all(
    ledger.due(now()).map(async ({ id, owner }) => {
      if (owner !== null) return end(owner, id);
      ledger.settleInFull(id, now());
      log('lease_settled', { id, because: 'it had no object' });
    }),
  );
}
