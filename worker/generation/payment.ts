/**
 * The protocol of money between a run and the ledger of its site. Nothing is written before the ledger's yes. That bytes
 * may go up is written before they do, so after a crash the record states the most that can have happened. Money for a
 * call that may have reached the provider is never refunded. Money for a call that did not is never kept.
 */
import type { ProviderName } from '../catalog/model.ts';
import { reservationId, type Settlement } from '../ledger/reservation.ts';
import type { Funds } from '../ledger/rpc.ts';
import type { Failure } from '../shared/failure.ts';
import { LEASE_GRACE_MS, PERMIT_MS, type RunOutcome, type RunRecord } from './run-record.ts';

/** Storage of a run's record. Reads and writes are synchronous. */
export interface RecordStore {
  read(): RunRecord | undefined;
  write(record: RunRecord): void;
  /** Called when a run is dispatched. Resolves when every write so far would survive a crash. */
  flush(): Promise<void>;
}

/** What {@link createPayment} needs. */
export interface PaymentOptions {
  store: RecordStore;
  funds: Funds;
  /** Name of the `Generation` that the ledger asks about this run. Absent when nothing outlives the call (`no-store`). */
  owner?: string;
  /** Unix milliseconds. */
  now: () => number;
}

/**
 * The money of one run, in the order of its calls. A returned {@link Failure} means that nothing may go up. A ledger
 * that does not answer is a `Failure` too, except in `settleUp`.
 */
export interface Payment {
  /**
   * Holds the money for the record's attempt.
   *
   * @returns Why not. The run is then concluded with `none`; what could not be released is left to `settleUp`.
   */
  reserve(): Promise<Failure | undefined>;
  /** Writes and flushes that bytes may go up from now on. @returns Why they may not. */
  dispatch(provider: ProviderName): Promise<Failure | undefined>;
  /** Holds the money for the next attempt, when the one before provably did not run. @returns As `reserve` does. */
  reserveNext(): Promise<Failure | undefined>;
  /** Writes the outcome of the run. Idempotent: the first call counts. */
  conclude(outcome: RunOutcome, settlement?: Settlement): void;
  /** Sends the outcome to the ledger. Idempotent. @throws When it does not answer; call it again later. */
  settleUp(): Promise<void>;
}

/** The payment of the run in `store`. It keeps no state of its own, so it can be created again after a crash. */
export function createPayment({ store, funds, owner, now }: PaymentOptions): Payment {
  const { ledger, caps, policies, purses } = funds;

  function current(): RunRecord {
    const record = store.read();
    if (!record) throw new Error('no run is recorded');
    return record;
  }

  const idOf = ({ run, attempt }: RunRecord, back = 0): string => reservationId(run, attempt - back);

  async function reserve(): Promise<Failure | undefined> {
    const record = current();
    const replaces = record.attempt > 1 ? idOf(record, 1) : undefined;
    // The permit carries the time of the question: a pause set while the answer is under way is unknown to it.
    const askedAt = now();
    store.write({ ...record, state: 'reserving' });
    let refused: Failure | undefined;
    try {
      refused = await ledger.reserve({
        id: idOf(record),
        run: record.run,
        ...(replaces !== undefined && { replaces }),
        micros: record.micros,
        leaseMs: Math.max(0, record.deadlineAt - now()) + LEASE_GRACE_MS,
        ...(owner !== undefined && { owner }),
        subject: record.subject,
        caps,
        policies,
        purses,
      });
    } catch (error) {
      return giveUp(unreachable(error));
    }
    if (refused) return end(refused);
    const after = current();
    if (!isSame(after, record) || after.state !== 'reserving') return giveUp(FENCED);
    store.write({ ...after, state: 'reserved', reservedAt: askedAt });
    return undefined;
  }

  /** Ends a run for which no money is held. */
  function end(failure: Failure): Failure {
    conclude('none');
    store.write({ ...current(), state: 'ended', endedAt: now() });
    return failure;
  }

  /** Ends a run for which money may be held. What cannot be released now is left to `settleUp`. */
  async function giveUp(failure: Failure): Promise<Failure> {
    conclude('none');
    try {
      await tell(current());
      store.write({ ...current(), state: 'ended', endedAt: now() });
    } catch {
      // The alarm calls `settleUp` until it succeeds. Without one, the ledger asks this object, which knows no such run.
    }
    return failure;
  }

  /**
   * Asks the ledger again where a permission is older than `PERMIT_MS`, until the deadline. An answer that takes longer
   * is old already.
   *
   * @param since When the permission was asked for.
   * @returns When the one in force was asked for, or why there is none.
   */
  async function permitted(record: RunRecord, since: number): Promise<Failure | number> {
    let askedAt = since;
    while (now() - askedAt > PERMIT_MS && now() < record.deadlineAt) {
      askedAt = now();
      try {
        const refused = await ledger.confirm(idOf(record));
        if (refused) return refused;
      } catch (error) {
        return unreachable(error);
      }
    }
    return askedAt;
  }

  async function dispatch(provider: ProviderName): Promise<Failure | undefined> {
    const record = current();
    const permit = await permitted(record, record.reservedAt);
    if (typeof permit !== 'number') return permit;
    const after = current();
    if (!isSame(after, record) || after.state !== 'reserved' || now() >= after.deadlineAt) return FENCED;
    store.write({ ...after, state: 'dispatched', provider });
    await store.flush();
    // A slow disk may have made the permission old. Nothing has gone up yet, so a refusal is still free.
    const still = await permitted(after, permit);
    if (typeof still !== 'number') return still;
    return now() >= after.deadlineAt ? FENCED : undefined;
  }

  function conclude(outcome: RunOutcome, settlement?: Settlement): void {
    const record = current();
    if (record.state === 'settling' || record.state === 'ended') return;
    store.write({ ...record, state: 'settling', outcome, ...(settlement && { settlement }) });
  }

  async function tell(record: RunRecord): Promise<void> {
    const { settlement, attempt } = record;
    const id = idOf(record);
    if (settlement) return ledger.settle(id, settlement);
    await ledger.release(id);
    // Where a later attempt did not reach the ledger, it still holds the money of the attempt before.
    if (attempt > 1) await ledger.release(idOf(record, 1));
  }

  return {
    reserve,
    dispatch,
    conclude,
    async reserveNext() {
      const record = current();
      store.write({ ...record, attempt: record.attempt + 1 });
      return reserve();
    },
    async settleUp() {
      const record = current();
      // Before `conclude` the outcome is unknown; after `ended` the ledger has it.
      if (record.state !== 'settling') return;
      await tell(record);
      store.write({ ...current(), state: 'ended', endedAt: now() });
    },
  };
}

const isSame = (a: RunRecord, b: RunRecord): boolean => a.run === b.run && a.attempt === b.attempt;

/** The run was delayed past its lease, so its money may be free already. */
const FENCED: Failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the reservation has ended' };

/** Delay after which a caller may ask again. While a ledger does not answer, nothing is spent. */
const LEDGER_RETRY_SECONDS = 5;
const unreachable = (error: unknown): Failure => ({
  reason: 'UPSTREAM_UNAVAILABLE',
  ran: 'no',
  retryAfterSeconds: LEDGER_RETRY_SECONDS,
  cause: `a ledger did not answer: ${String(error)}`,
});
