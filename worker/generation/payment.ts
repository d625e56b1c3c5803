/**
 * The protocol of money between a run and its two ledgers, the site's and the deployment's. Each step is written down
 * before it is taken, so that after a crash at any point the record says the most that can have happened: nothing that
 * may have gone up is ever given back, and nothing that did not is ever kept.
 */
import type { ProviderName } from '../catalog/model.ts';
import { reservationId, type Settlement } from '../ledger/reservation.ts';
import type { Account } from '../ledger/rpc.ts';
import type { Failure } from '../shared/failure.ts';
import { LEASE_GRACE_MS, PERMIT_MS, type RunOutcome, type RunRecord } from './run-record.ts';

/** Where a run's record is written. */
export interface RecordStore {
  read(): RunRecord | undefined;
  write(record: RunRecord): void;
  /** Resolves when what was written would survive a crash. */
  flush(): Promise<void>;
}

export interface PaymentOptions {
  store: RecordStore;
  site: Account;
  deployment: Account;
  /** The name under which a ledger finds this run again; absent where nothing outlives the call. */
  owner?: string;
  /** Unix milliseconds. */
  now: () => number;
}

export interface Payment {
  /** Holds the money for the record's attempt. @returns Why not; by then nothing is held any more. */
  reserve(): Promise<Failure | undefined>;
  /** Writes that bytes may go up from now on. @returns Why they may not. */
  dispatch(provider: ProviderName): Promise<Failure | undefined>;
  /** Before a later attempt, when the one before provably did not run. */
  reserveNext(): Promise<Failure | undefined>;
  /** Writes what became of the run. Only the first word counts. */
  conclude(outcome: RunOutcome, settlement?: Settlement): void;
  /** Tells both ledgers. Throws where one does not answer; called again, it begins anew. */
  settleUp(): Promise<void>;
}

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
    // A pause that comes while the second ledger thinks is one that the first has not heard of: what counts is when
    // the first was asked.
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

  /** @param undo What is known to be enough; absent: it is not known who holds what, so everything is released. */
  async function giveUp(failure: Failure, undo?: readonly (() => Promise<void>)[]): Promise<Failure> {
    conclude('none');
    try {
      if (undo) await Promise.all(undo.map((release) => release()));
      else await tellAll(current());
      store.write({ ...current(), state: 'ended', endedAt: now() });
    } catch {
      // What is not undone now is undone by `settleUp`, which the alarm calls until it succeeds.
    }
    return failure;
  }

  async function dispatch(provider: ProviderName): Promise<Failure | undefined> {
    const record = current();
    // A slow word of theirs is an old one, and they are asked again; the deadline ends it.
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
    // While somebody else was asked, a ledger may have been told that this never goes up.
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
        // A later attempt that was never granted leaves the one before it where a ledger was not reached.
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
      // Of what is not concluded nothing can be said yet.
      if (record.state !== 'settling') return;
      await store.flush();
      await tellAll(record);
      store.write({ ...current(), state: 'ended', endedAt: now() });
    },
  };
}

const isSame = (a: RunRecord, b: RunRecord): boolean => a.run === b.run && a.attempt === b.attempt;

/** Heard where a run was held up past its lease. */
const FENCED: Failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the reservation has ended' };

/** A ledger that does not answer lets nobody spend. */
const LEDGER_RETRY_SECONDS = 5;
const unreachable = (error: unknown): Failure => ({
  reason: 'UPSTREAM_UNAVAILABLE',
  ran: 'no',
  retryAfterSeconds: LEDGER_RETRY_SECONDS,
  cause: `a ledger did not answer: ${String(error)}`,
});
