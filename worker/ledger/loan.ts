/**
 * The messages between a site's ledger and the deployment's, which lends it the deployment's budget in slices.
 *
 * Every number is absolute and only grows: what was lent, what was given back, what was spent. The receiver keeps the
 * largest that it has heard. So a message that comes late, twice or never does no harm: at worst a site has been lent
 * less than the deployment's ledger believes, and never more. Money is integer micro-dollars.
 *
 * An account is the money of one day or month, named as its period: `2026-11-29` or `2026-11` (`periods.ts`).
 */
import type { Failure } from '../shared/failure.ts';
import type { Taken } from './budget.ts';
import type { Period } from './periods.ts';
import type { Cap } from './reservation.ts';

/** What a site's ledger says of one account. */
export interface SliceReport {
  /** All that it knows to be lent to it. */
  got: number;
  /** All that it has given back. */
  back: number;
  /** Cost of what it has settled. */
  spent: number;
  /** By how much what it holds and has spent is more than its slice. Only an overrun makes that positive. */
  short: number;
}

/**
 * How a site's ledger stands to the deployment's budget. `new`: it has never asked. `alone`: the deployment has no
 * other site, so it decides by its own sums and never asks. `sharing`: it spends slices.
 */
export type Standing = 'new' | 'alone' | 'sharing';

/** What a site's ledger knows of its loans: of the accounts that a message names, or of all where that was asked. */
export interface BorrowerReport {
  standing: Standing;
  slices: Readonly<Record<string, SliceReport>>;
  /** Only with a report of all slices: unpaid overruns from before the first of them. */
  owed?: { day: number; month: number };
}

/** A site's ledger asks for money. */
export interface Draw {
  report: BorrowerReport;
  /** UTC day that the money is for, `YYYY-MM-DD`. */
  day: string;
  /** Price of the reservation that waits for it; 0 where none does. */
  price: number;
  /**
   * The deployment's caps, as the caller's configuration has them, and what is asked under each. `need`: what the
   * reservation lacks. `want`: `need` and more, for the reservations that follow.
   */
  asked: readonly { period: Period; cap: number; need: number; want: number }[];
  /** Part of these caps that is kept for the site, 0 to 1, as its configuration has it. Absent: it says nothing. */
  part?: number;
  /** No reservation waits for this draw, so the lender grants only money that is free and sends no recalls. */
  isBackground: boolean;
}

/** Whether the deployment is paused. Of two notices the one with the larger version counts. */
export interface PauseNotice {
  version: number;
  isPaused: boolean;
}

/** What the deployment's ledger says of one account. */
export interface LoanNotice {
  /** All that it has lent. */
  lent: number;
  /** The borrower gives back idle money until it has given back this much in all. */
  target: number;
  /** Whether the borrower may not use that money any more, even where it is held and becomes free later. */
  isDue: boolean;
}

/** The answer to a draw, and the message that calls money back. */
export interface LoanAnswer {
  /** In the answer to a draw: the site is the only one and need not draw again. */
  isAlone: boolean;
  /** With `isAlone`: unpaid overruns in the deployment's own books of an earlier version. */
  owed?: { day: number; month: number };
  /** Only in a recall: the report must have every slice, because the lender has no loans of this site yet. */
  wantsAll?: true;
  pause: PauseNotice;
  loans: Readonly<Record<string, LoanNotice>>;
  /** Why nothing was lent. */
  refusal?: Failure;
}

/** The call of a site's ledger to the deployment's. */
export interface LenderRpc {
  draw(site: string, draw: Draw): Promise<LoanAnswer>;
}

/** The call of the deployment's ledger to a site's. */
export interface BorrowerRpc {
  /** Tells whether the deployment is paused, and calls money back. Idempotent. */
  recall(notice: LoanAnswer): Promise<BorrowerReport>;
}

/** The part of a demand that the deployment's ledger judges. */
export interface LoanQuestion {
  /** The price. */
  micros: number;
  /** The deployment's caps. */
  caps: readonly Cap[];
  /** UTC day, `YYYY-MM-DD`. */
  day: string;
}

/** What a site has taken of the periods of a day, as its ledger knows it. */
export type TakenOfDay = Readonly<Record<Period, Taken>>;

/** The calls of a dry run, which lend nothing. */
export interface LoanJudgeRpc {
  /**
   * Whether the deployment's ledger would lend what a demand needs, once idle money has been called back.
   *
   * @param site Name of the ledger that would draw.
   * @returns Why not.
   */
  judgeLoan(site: string, question: LoanQuestion): Promise<Failure | undefined>;
  /** What this ledger has taken. @param day UTC, `YYYY-MM-DD`. */
  takenOn(day: string): Promise<TakenOfDay>;
}
