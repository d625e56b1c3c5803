/**
 * What happens when a lease ends. Nothing is given back because time has passed: whoever holds the money is asked, and
 * where nobody answers, it stays held.
 */
import type { Log } from '../shared/log.ts';
import type { LedgerBook } from './ledger.ts';
import type { Fate } from './reservation.ts';

/** Until somebody who did not answer, or is still at work, is asked again. */
const ASK_AGAIN_MS = 30_000;

export interface LeaseOptions {
  book: LedgerBook;
  /** Asks a `Generation` by its name what became of a reservation. */
  ask: (owner: string, id: string) => Promise<Fate>;
  now: () => number;
  log: Log;
}

export async function endLeases({ book, ask, now, log }: LeaseOptions): Promise<void> {
  for (const { id, owner } of book.due(now())) {
    if (owner === null) {
      book.settleInFull(id, now());
      log('lease_settled', { id, because: 'it had no object' });
      continue;
    }
    try {
      const fate = await ask(owner, id);
      if (fate.state === 'free') book.release(id, now());
      else if (fate.state === 'running') book.askAgainAt(id, now() + ASK_AGAIN_MS);
      else if (fate.settlement) book.settle(id, fate.settlement, now());
      else book.settleInFull(id, now());
      log('lease_ended', { id, state: fate.state });
    } catch (error) {
      book.askAgainAt(id, now() + ASK_AGAIN_MS);
      log('lease_owner_unreachable', { id, error: String(error) });
    }
  }
}
