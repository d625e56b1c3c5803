/**
 * A ledger with everything that takes time. The decisions are those of {@link createLedgerMachine} and {@link
 * createLender}, each in one synchronous step. Around them stand a site's draws ({@link createBorrowing}), the
 * deployment's loans ({@link createLending}), questions to the owners of old reservations ({@link
 * createOwnerQuestions}) and the object's wake-up. Every ledger has all of them, because an object knows only its name.
 */
import type { Bound } from '../shared/bound.ts';
import type { Failure } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import { DAY_MS, dayOf } from '../shared/utc.ts';
import { createBorrowing } from './borrowing.ts';
import { createLedgerMachine, type LedgerOptions } from './ledger.ts';
import { createLender } from './lender.ts';
import { createLending } from './lending.ts';
import type { BorrowerReport, BorrowerRpc, LenderRpc, LoanAnswer } from './loan.ts';
import { createOwnerQuestions } from './owner-questions.ts';
import { type LedgerReport, reportOf } from './report.ts';
import type { Reservation, ReservationOutcome, Settlement } from './reservation.ts';
import type { PauseAnswer } from './rpc.ts';
import type { Sql } from './sql.ts';
import { TELL_AGAIN_MS, WAKE_SOON_MS } from './telling.ts';
import { KEEP_DAYS } from './usage.ts';

/** Longest wait of a refused caller, or of a report, for the owners of old reservations. */
const ASK_MS = 900;

/** What {@link createLedgerService} needs. Times are Unix milliseconds. */
export interface LedgerServiceOptions extends LedgerOptions {
  sql: Sql;
  /** The name of this ledger among those of the deployment. */
  name: string;
  /** The ledger that lends the deployment's budget. */
  lender: LenderRpc;
  /** The ledger of a site that has borrowed, by its name. */
  borrower: (name: string) => BorrowerRpc;
  /** Asks a `Generation` by its name what became of a reservation. */
  ask: (owner: string, id: string) => Promise<ReservationOutcome>;
  now: () => number;
  bound: Bound;
  pause: (ms: number) => Promise<unknown>;
  /** Keeps the object alive until a promise settles. */
  hold: (promise: Promise<unknown>) => void;
  /** Sets when the object is woken. Of several times the earliest counts. */
  wakeAt: (at: number) => Promise<void>;
  log: Log;
}

export function createLedgerService(options: LedgerServiceOptions) {
  const { sql, name, ask, now, bound, pause, hold, wakeAt, log } = options;
  const ledger = createLedgerMachine(sql, options);
  const lender = createLender(sql);
  const io = {
    ...{ now, bound, pause, hold, log },
    // A clock that was set back makes nothing last longer.
    isWithin: (at: number, ms: number): boolean => now() >= at && now() - at < ms,
    wakeSoon: (): Promise<void> => wakeAt(now() + WAKE_SOON_MS),
  };
  const borrowing = createBorrowing({ ...io, ledger, name, lender: options.lender });
  const lending = createLending({ ...io, ledger, lender, borrower: options.borrower });
  const owners = createOwnerQuestions({ ledger, settle, ask, hold, now, log });

  /** Records the cost of an attempt. Idempotent: the first settlement counts. */
  function settle(id: string, settlement: Settlement): void {
    const overrunMicros = ledger.settle(id, settlement, now());
    if (overrunMicros === 0) return;
    log('overrun', { ledger: name, id, overrunMicros, provider: settlement.provider, alarm: true });
    hold(borrowing.tellShortage());
  }

  const askOwners = (): Promise<unknown> => Promise.race([owners.askAll(), pause(ASK_MS)]);

  return {
    ledger,
    lender,

    /** Holds money. Idempotent by id. @returns Why not; undefined when the money is held. */
    async reserve(asked: Reservation): Promise<Failure | undefined> {
      const since = now();
      // While a deploy goes on, runs of an earlier version ask with caps that do not say whose they are, or name no
      // purse.
      if (asked.caps.some(({ of }) => of === undefined)) return OTHER_VERSION;
      const reservation = { ...asked, purses: asked.purses ?? [] };
      let refused = await borrowing.reserve(reservation, since);
      if (refused && MAY_COME_BACK.includes(refused.reason) && owners.areDue()) {
        await askOwners();
        borrowing.forgetRefusal();
        refused = await borrowing.reserve(reservation, since);
      }
      if (refused) ledger.refused(reservation, now());
      else borrowing.refill(reservation.caps);
      return refused;
    },

    confirm: (id: string): Failure | undefined => ledger.confirm(id),
    release: (id: string): void => ledger.release(id, now()),
    settle,

    draw: lending.draw,
    keepShare: lending.keepShare,

    /**
     * Stops or resumes paid work here and in all ledgers that borrow from this one.
     *
     * @param who As in the audit trail.
     */
    async setPaused(isPaused: boolean, who = ''): Promise<PauseAnswer> {
      const answer = await lending.setPaused(isPaused, who);
      log('paused', { ledger: name, paused: isPaused, unheard: answer.unheard.join(' ') });
      return answer;
    },

    /** Gives back what the deployment's ledger calls back, and hears of its pause. Idempotent. */
    recall(notice: LoanAnswer): BorrowerReport {
      const report = ledger.recall(notice, now());
      // Their money may be given back with the next recall.
      hold(owners.askAll());
      return report;
    },

    /** The state of this ledger. Owners of old reservations are asked first. @param days Of usage. */
    async report(days?: number): Promise<LedgerReport> {
      await askOwners();
      return reportOf(ledger, now(), days);
    },

    /**
     * What the object does when it is woken: tells others what they have not heard, asks the owners of old reservations
     * and deletes old rows.
     *
     * @returns When it must be woken next.
     */
    async wake(): Promise<number> {
      await borrowing.tellShortage();
      const isAllTold = await lending.tellAgain();
      await owners.askAll();
      const isLeft = ledger.forget(now());
      lender.forget(dayOf(now() - KEEP_DAYS * DAY_MS));
      if (isLeft) return now() + TELL_AGAIN_MS;
      return isAllTold ? nextDailyWake(name, now()) : now() + WAKE_SOON_MS;
    },
  };
}

/** What {@link createLedgerService} returns. */
export type LedgerService = ReturnType<typeof createLedgerService>;

const OTHER_VERSION: Failure = {
  ...{ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' },
  retryAfterSeconds: 5,
  cause: 'the run is of an earlier version',
};

/** Refusals that an old reservation may be the reason of: its run may have ended without telling the ledger. */
const MAY_COME_BACK: readonly string[] = [
  'BUDGET_HELD',
  'VISITOR_MINUTE',
  'VISITOR_DAY',
  'VISITOR_ATTEMPTS',
  'SESSION_SPENT',
  'CLIENT_LIMIT',
  'SITE_MINUTE',
];

/**
 * When a ledger is woken once a day: soon after midnight UTC, spread over half an hour by its name. Unix milliseconds.
 */
export function nextDailyWake(name: string, now: number): number {
  let spread = 0;
  for (const character of name) spread = (spread * 31 + character.charCodeAt(0)) % (30 * 60_000);
  const midnight = Math.floor(now / DAY_MS) * DAY_MS + 5 * 60_000 + spread;
  return midnight > now ? midnight : midnight + DAY_MS;
}
