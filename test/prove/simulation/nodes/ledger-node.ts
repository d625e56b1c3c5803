/**
 * A ledger object in a world: the real service, with the world's network, disk and clock in place of the platform's.
 */
import type { BorrowerReport, BorrowerRpc, Draw, LenderRpc, LoanAnswer } from '../../../../worker/ledger/loan.ts';
import type { LedgerReport } from '../../../../worker/ledger/report.ts';
import type { Reservation, ReservationOutcome, Settlement } from '../../../../worker/ledger/reservation.ts';
import type { PauseAnswer } from '../../../../worker/ledger/rpc.ts';
import { createLedgerService, nextDailyWake } from '../../../../worker/ledger/service.ts';
import type { Failure } from '../../../../worker/shared/failure.ts';
import { inspectMemory, watchCounts } from './memory.ts';
import { boundBy, type Machine, type Room } from './node.ts';

type Answer<T> = T | Promise<T>;

export interface LedgerNode extends Machine {
  reserve(asked: Reservation): Promise<Failure | undefined>;
  confirm(id: string): Answer<Failure | undefined>;
  release(id: string): Answer<void>;
  settle(id: string, settlement: Settlement): Answer<unknown>;
  setPaused(paused: boolean): Promise<PauseAnswer>;
  draw(site: string, draw: Draw): Promise<LoanAnswer>;
  recall(notice: LoanAnswer): Answer<BorrowerReport>;
  keepShare(site: string, part: number): Promise<void>;
  report(): Promise<LedgerReport>;
  /** @returns What of its memory is not that of its rows. */
  inspect(): string[];
}

export interface LedgerRoom extends Room {
  name: string;
  /** Asks a `Generation` for the outcome of a reservation. */
  ask: (owner: string, id: string) => Promise<ReservationOutcome>;
  lender: LenderRpc;
  borrower: (name: string) => BorrowerRpc;
}

export type MakeLedger = (room: LedgerRoom) => LedgerNode;

export const makeLedger: MakeLedger = (room) => {
  const { name, sql, ask, lender, borrower, now } = room;
  let alarmAt = Number.POSITIVE_INFINITY;

  async function wakeAt(at: number): Promise<void> {
    if (at >= alarmAt) return;
    alarmAt = at;
    await room.setAlarm(at);
  }

  /** Sets the daily alarm where none is set. */
  function ring(): void {
    const at = room.alarmAt();
    if (at === undefined) void wakeAt(nextDailyWake(name, now()));
    else alarmAt = Math.min(alarmAt, at);
  }

  const service = createLedgerService({
    ...{ sql, name, lender, borrower, ask, now, wakeAt },
    bound: boundBy(room.wait),
    pause: room.wait,
    hold: (promise) => {
      promise.catch((error) => room.note({ type: 'mismatch', of: 'memory', what: `${name} fails: ${String(error)}` }));
    },
    log: () => undefined,
  });
  const miscounted = watchCounts(service.ledger, sql);

  return {
    reserve(asked) {
      ring();
      return service.reserve(asked);
    },
    confirm: service.confirm,
    release: service.release,
    settle: service.settle,
    setPaused: service.setPaused,
    draw(site, draw) {
      ring();
      return service.draw(site, draw);
    },
    recall: service.recall,
    keepShare: service.keepShare,
    report: service.report,
    async alarm() {
      alarmAt = Number.POSITIVE_INFINITY;
      await wakeAt(await service.wake());
    },
    inspect: () => [...miscounted.splice(0), ...inspectMemory(service, sql, now())].map((what) => `${name}: ${what}`),
  };
};
