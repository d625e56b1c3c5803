/**
 * The messages between a site's ledger and the deployment's, which lends it the deployment's budget in slices.
 *
 * Every number is absolute and only grows: what was lent, what was given back, what was spent. The other side keeps the
 * largest that it has heard. So a message that comes late, twice or never changes nothing that is not true, and lost
 * money is too little lent and never too much. Money is integer micro-dollars.
 *
 * An account is a cap's day or month, by its name: `2026-11-29` or `2026-11`.
 */
import type { Failure } from '../shared/failure.ts';
import type { Period } from './periods.ts';

/** What a site's ledger says of one account. */
export interface SliceReport {
  /** All that it knows to be lent to it. */
  got: number;
  /** All that it has given back. */
  back: number;
  /** Cost of what it has settled. */
  spent: number;
  /** What it holds and has spent beyond its slice. Only an overrun makes that positive. */
  short: number;
}

/**
 * How a site's ledger stands to the deployment's budget. `new`: it has never asked. `alone`: the deployment has no other
 * site, so it decides by its own sums and never asks. `sharing`: it spends slices.
 */
export type Standing = 'new' | 'alone' | 'sharing';

/** What a site's ledger knows of its loans: of the accounts that a message names, or of all where that was asked. */
export interface BorrowerReport {
  standing: Standing;
  slices: Readonly<Record<string, SliceReport>>;
  /** Where all slices are told: overruns from before the first of them that are not paid for. */
  owed?: { day: number; month: number };
}

/** A site's ledger asks for money. */
export interface Draw {
  report: BorrowerReport;
  /** UTC day that the money is for. */
  day: string;
  /** What the reservation costs that waits; 0 where none does. */
  price: number;
  /** The deployment's caps, as the caller's configuration has them, and what is asked under each. */
  asked: readonly { period: Period; cap: number; need: number; want: number }[];
  /** Part of these caps that is kept for the site, as its configuration has it. Absent: nothing is said of it. */
  part?: number;
  /** No reservation waits for this draw, so the lender grants only money that is free and sends no recalls. */
  isBackground: boolean;
}

/** Whether the deployment is paused. The larger version counts. */
export interface PauseNotice {
  version: number;
  isPaused: boolean;
}

/** What the deployment's ledger says of one account. */
export interface LoanNotice {
  /** All that it has lent. */
  lent: number;
  /** The borrower gives back until it has given back this much in all. */
  target: number;
  /** Whether it may not use that money any more, even where it is held now and becomes free later. */
  isDue: boolean;
}

/** The answer to a draw, and the message that calls money back. */
export interface LoanAnswer {
  /** Only in the answer to a draw. */
  isAlone: boolean;
  /** With `isAlone`: overruns that the deployment's ledger knows from before, in an earlier version. */
  owed?: { day: number; month: number };
  /** Only in a recall: the answer must tell of every slice, because the lender keeps no loans of this site yet. */
  wantsAll?: true;
  pause: PauseNotice;
  loans: Readonly<Record<string, LoanNotice>>;
  /** Why nothing was lent. */
  refusal?: Failure;
}

/** The calls of a site's ledger to the deployment's. */
export interface LenderRpc {
  draw(site: string, draw: Draw): Promise<LoanAnswer>;
}

/** The calls of the deployment's ledger to a site's. */
export interface BorrowerRpc {
  /** Tells of the pause and calls money back. Idempotent. */
  recall(notice: LoanAnswer): Promise<BorrowerReport>;
}
