/**
 * A ledger object in a world: the real state machine and the real end of leases, in a shell that handles calls and
 * alarms as `Ledger` does.
 */
import { endLeases } from '../../../../worker/ledger/leases.ts';
import { createLedgerMachine } from '../../../../worker/ledger/ledger.ts';
import type { Reservation, ReservationOutcome, Settlement } from '../../../../worker/ledger/reservation.ts';
import type { Failure } from '../../../../worker/shared/failure.ts';
import type { Machine, Room } from './node.ts';

const FORGET_EVERY_MS = 3_600_000;

export interface LedgerNode extends Machine {
  reserve(asked: Reservation): Promise<Failure | undefined>;
  confirm(id: string): Failure | undefined | Promise<Failure | undefined>;
  release(id: string): void | Promise<void>;
  settle(id: string, settlement: Settlement): void | Promise<void>;
  setPaused(paused: boolean): void;
}

export interface LedgerRoom extends Room {
  /** Asks a `Generation` for the outcome of a reservation. */
  ask: (owner: string, id: string) => Promise<ReservationOutcome>;
}

export type MakeLedger = (room: LedgerRoom) => LedgerNode;

/** As `worker/objects/ledger.ts`, line by line, without the platform's class. */
export const makeLedger: MakeLedger = (room) => {
  const { now, ask } = room;
  const log = () => undefined;
  const ledger = createLedgerMachine(room.sql);
  let alarmAt = Number.POSITIVE_INFINITY;
  let forgottenAt = 0;

  async function wakeAt(at: number | undefined): Promise<void> {
    if (at === undefined || at >= alarmAt) return;
    alarmAt = at;
    await room.setAlarm(at);
  }

  return {
    async reserve(asked) {
      const refused = ledger.reserve(asked, now());
      if (!refused) await wakeAt(ledger.nextDue());
      return refused;
    },
    confirm: (id) => ledger.confirm(id),
    release: (id) => ledger.release(id, now()),
    settle: (id, settlement) => void ledger.settle(id, settlement, now()),
    setPaused: (paused) => ledger.setPaused(paused),
    async alarm() {
      alarmAt = Number.POSITIVE_INFINITY;
      try {
        await endLeases({ ledger, ask, now, log });
        if (now() - forgottenAt > FORGET_EVERY_MS) {
          // A separate step, so that the recorder sees it.
          room.sql.atomically(() => ledger.forget(now()));
          forgottenAt = now();
        }
      } catch (error) {
        if (room.isOver) throw error;
      }
      await wakeAt(Math.max(now() + 1000, ledger.nextDue() ?? now() + FORGET_EVERY_MS));
    },
  };
};
