import type { Log } from '../shared/log.ts';
import type { DueHold, LedgerMachine } from './ledger.ts';
import { ASK_AFTER_MS, type ReservationOutcome, type Settlement } from './reservation.ts';

/** What {@link askOwner} needs. */
export interface AskOwnerOptions {
  ledger: LedgerMachine;
  /** Records what a reservation has cost, and tells of an overrun. */
  settle: (id: string, settlement: Settlement) => void;
  /** Asks a `Generation` by its name what became of a reservation. */
  ask: (owner: string, id: string) => Promise<ReservationOutcome>;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
}

/**
 * Asks the owner of an old reservation what became of it. Time alone frees no money: while the owner does not answer, the
 * money stays held. A reservation without an owner counts in full at the end of its lease. Idempotent; never throws for
 * a `Generation` that fails.
 */
export async function askOwner(
  { id, owner }: DueHold,
  { ledger, settle, ask, now, log }: AskOwnerOptions,
): Promise<void> {
  if (owner === null) {
    ledger.settleInFull(id, now());
    log('lease_settled', { id, because: 'it had no object' });
    return;
  }
  try {
    const outcome = await ask(owner, id);
    if (outcome.state === 'free') ledger.release(id, now());
    else if (outcome.state === 'spent') settle(id, outcome.settlement);
    // A recorded run is settled by its own object, so it is asked again only if that has not happened in time.
    else if (outcome.isRecorded && ledger.isWithinLease(id, now())) ledger.askAgain(id);
    else ledger.askAgain(id, now() + ASK_AFTER_MS);
    log('owner_asked', { id, state: outcome.state });
  } catch (error) {
    ledger.askAgain(id, now() + ASK_AFTER_MS);
    log('owner_unreachable', { id, error: String(error) });
  }
}
