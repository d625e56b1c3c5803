/**
 * Questions to the owners of old reservations. The owner of a reservation is the `Generation` whose run it pays for. A
 * run that crashed may leave its reservation behind, and only its object knows whether the call went up. Time alone
 * frees no money: while an owner does not answer, the money stays held.
 */
import type { Log } from '../shared/log.ts';
import type { DueHold, LedgerMachine } from './ledger.ts';
import { ASK_AFTER_MS, type ReservationOutcome, type Settlement } from './reservation.ts';

export interface OwnerQuestionsOptions {
  ledger: LedgerMachine;
  /** Records what a reservation has cost, and tells of an overrun. */
  settle: (id: string, settlement: Settlement) => void;
  /** Asks a `Generation` by its name what became of a reservation. */
  ask: (owner: string, id: string) => Promise<ReservationOutcome>;
  /** Keeps the object alive until a promise settles. */
  hold: (promise: Promise<unknown>) => void;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
}

export function createOwnerQuestions({ ledger, settle, ask, hold, now, log }: OwnerQuestionsOptions) {
  /** Questions under way, by reservation. */
  const asking = new Map<string, Promise<void>>();

  /** Does with a reservation what its owner says of it. */
  function follow(id: string, outcome: ReservationOutcome): void {
    if (outcome.state === 'free') ledger.release(id, now());
    else if (outcome.state === 'spent') settle(id, outcome.settlement);
    // A recorded run is settled by its own object, so it is asked again only if that has not happened in time.
    else if (outcome.isRecorded && ledger.isWithinLease(id, now())) ledger.askAgain(id);
    else ledger.askAgain(id, now() + ASK_AFTER_MS);
  }

  /** Never rejects. */
  async function askOwner({ id, owner }: DueHold): Promise<void> {
    if (owner === null) {
      ledger.settleInFull(id, now());
      log('lease_settled', { id, because: 'it had no object' });
      return;
    }
    try {
      const outcome = await ask(owner, id);
      follow(id, outcome);
      log('owner_asked', { id, state: outcome.state });
    } catch (error) {
      ledger.askAgain(id, now() + ASK_AFTER_MS);
      log('owner_unreachable', { id, error: String(error) });
    }
  }

  /** Old reservations whose owners are not being asked already. */
  const due = (): DueHold[] => ledger.due(now()).filter(({ id }) => !asking.has(id));

  return {
    /** Whether there is an old reservation whose owner is not being asked. */
    areDue: (): boolean => due().length > 0,

    /**
     * Asks the owners of old reservations side by side, and settles or frees what they say. One that hangs keeps no
     * other from being asked. A reservation without an owner (`no-store`) counts in full at the end of its lease. Never
     * rejects.
     */
    async askAll(): Promise<void> {
      const answers = due().map((each) => {
        const answer = askOwner(each).finally(() => asking.delete(each.id));
        asking.set(each.id, answer);
        hold(answer);
        return answer;
      });
      await Promise.all(answers);
    },
  };
}
