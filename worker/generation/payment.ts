/**
 * The protocol of money between a run and its two ledgers, the site's and the deployment's. Each step is written to the
 * record before it is taken, so after a crash the record states the most that can have happened. Money for a call that
 * may have reached the provider is never refunded. Money for a call that did not is never kept.
 */
import type { ProviderName } from '../catalog/model.ts';
import { reservationId, type Settlement } from '../ledger/reservation.ts';
import type { Account } from '../ledger/rpc.ts';
import type { Failure } from '../shared/failure.ts';
import { LEASE_GRACE_MS, PERMIT_MS, type RunOutcome, type RunRecord } from './run-record.ts';

/** Storage of a run's record. Reads and writes are synchronous. */
export interface RecordStore {
  read(): RunRecord | undefined;
  write(record: RunRecord): void;
  /** Resolves when every write so far would survive a crash. */
  flush(): Promise<void>;
}

/** What {@link createPayment} needs. */
export interface PaymentOptions {
  store: RecordStore;
  site: Account;
  deployment: Account;
  /** Name of the `Generation` that a ledger asks about this run. Absent when nothing outlives the call (`no-store`). */
  owner?: string;
  /** Unix milliseconds. */
  now: () => number;
}

/**
 * The money of one run, in the order of its calls. A returned {@link Failure} means that nothing may go up. Ledgers
 * that do not answer are a `Failure` too, except in `settleUp`.
 */
export interface Payment {
  /**
   * Holds the money for the record's attempt in both ledgers.
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
  /** Sends the outcome to both ledgers. Idempotent. @throws When a ledger does not answer; call it again later. */
  settleUp(): Promise<void>;
}

/** The payment of the run in `store`. It keeps no state of its own, so it can be created again after a crash. */
export function createPayment({ store, site, deployment, owner, now }: PaymentOptions): Payment {
  const accounts = [site, deployment];

  function current(): RunRecord {
    const record = store.read();
    if (!record) throw new Error('no run is recorded');
    return record;
  }

  const idOf = ({ run, attempt }: RunRecord, back = 0): string => reservationId(run, attempt - back);

  async function reserve(): Promise<Failure | undefined> {
    const record = current();
    const id = idOf(record);
    const replaces = record.attempt > 1 ? idOf(record, 1) : undefined;
    // The permit carries the time before the first ledger was asked: a pause set while the second is answering is
    // unknown to the first.
    const askedAt = now();
    store.write({ ...record, state: 'reserving' });
    await store.flush();
    const asked = {
      id,
      run: record.run,
      ...(replaces !== undefined && { replaces }),
      micros: record.micros,
      leaseMs: Math.max(0, record.deadlineAt - now()) + LEASE_GRACE_MS,
      ...(owner !== undefined && { owner }),
      subject: record.subject,
    };
    try {
      const atSite = await site.ledger.reserve({ ...asked, caps: site.caps, policies: site.policies });
      if (atSite)
        return await giveUp(atSite, replaces === undefined ? [] : [() => deployment.ledger.release(replaces)]);
      const { caps, policies } = deployment;
      const atDeployment = await deployment.ledger.reserve({ ...asked, caps, policies });
      if (atDeployment) return await giveUp(atDeployment, [() => site.ledger.release(id)]);
    } catch (error) {
      return giveUp(unreachable(error));
    }
    const after = current();
    if (!isSame(after, record) || after.state !== 'reserving') return giveUp(FENCED);
    store.write({ ...after, state: 'reserved', reservedAt: askedAt });
    return undefined;
  }

  /** @param undo The releases that suffice. Absent: it is unknown which ledger holds money, so both release all. */
  async function giveUp(failure: Failure, undo?: readonly (() => Promise<void>)[]): Promise<Failure> {
    conclude('none');
    try {
      if (undo) await Promise.all(undo.map((release) => release()));
      else await tellAll(current());
      store.write({ ...current(), state: 'ended', endedAt: now() });
    } catch {
      // `settleUp` releases the rest; the alarm calls it until it succeeds.
    }
    return failure;
  }

  async function dispatch(provider: ProviderName): Promise<Failure | undefined> {
    const record = current();
    // A confirmation that took over `PERMIT_MS` is stale already, so both are asked again, until the deadline.
    for (let permittedAt = record.reservedAt; now() - permittedAt > PERMIT_MS && now() < record.deadlineAt; ) {
      permittedAt = now();
      try {
        const answers = await Promise.all(accounts.map(({ ledger }) => ledger.confirm(idOf(record))));
        const refused = answers.find((answer) => answer !== undefined);
        if (refused) return refused;
      } catch (error) {
        return unreachable(error);
      }
    }
    const after = current();
    // Meanwhile `GenerationMachine.outcome` may have answered a ledger that this attempt never goes up.
    if (!isSame(after, record) || after.state !== 'reserved' || now() >= after.deadlineAt) return FENCED;
    store.write({ ...after, state: 'dispatched', provider });
    await store.flush();
    return undefined;
  }

  function conclude(outcome: RunOutcome, settlement?: Settlement): void {
    const record = current();
    if (record.state === 'settling' || record.state === 'ended') return;
    store.write({ ...record, state: 'settling', outcome, ...(settlement && { settlement }) });
  }

  async function tellAll(record: RunRecord): Promise<void> {
    const { settlement, attempt } = record;
    const id = idOf(record);
    await Promise.all(
      accounts.map(async ({ ledger }) => {
        if (settlement) return ledger.settle(id, settlement);
        await ledger.release(id);
        // A ledger that a later attempt did not reach still holds the money of the attempt before.
        if (attempt > 1) await ledger.release(idOf(record, 1));
      }),
    );
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
      // Before `conclude` the outcome is unknown; after `ended` both ledgers have it.
      if (record.state !== 'settling') return;
      await store.flush();
      await tellAll(record);
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
