/**
 * What the money's three objects say to each other: a `Generation` asks two `Ledger`s (its site's and the
 * deployment's) to hold money before a call, and tells them afterwards what became of it. Money is integer
 * micro-dollars.
 */
import type { ProviderName, Size } from '../catalog/model.ts';
import type { WindowPolicy } from '../limits/policies.ts';
import type { LimitReason } from '../shared/failure.ts';

/** The most that may be spent in a UTC day or month, and what a caller hears when it is. */
export interface Cap {
  period: 'day' | 'month';
  micros: number;
  reason: LimitReason;
}

/** What is paid for, for the owner's tables. */
export interface Subject {
  model: string;
  size: Size;
}

export interface Reservation {
  /** `{run}:{attempt}`. Asked twice it is granted once. */
  id: string;
  run: string;
  /** The attempt before, which provably did not run: its money is free again in the same step. */
  replaces?: string;
  micros: number;
  /** How long the money is held before the ledger asks what became of it. */
  leaseMs: number;
  /** Name of the `Generation` to ask then. Absent (`no-store`): there is nobody to ask, and it counts as spent. */
  owner?: string;
  subject: Subject;
  caps: readonly Cap[];
  /** Exact counts of pictures by visitor, session, client and site. Empty for the deployment. */
  policies: readonly WindowPolicy[];
}

/** What a run came to. */
export interface Settlement {
  /** By the provider's usage; what is over the reservation is its overrun. */
  micros: number;
  provider: ProviderName | 'unknown';
  outcome: 'picture' | 'refused' | 'unknown';
  /** From the first attempt to the last picture; absent where it is not known. */
  durationMs?: number;
  /** For the owner's index of generations. */
  picture?: { id: string; keepDays: number; prefix?: string };
}

/**
 * What a `Generation` answers when a lease has ended. `free`: it never went up and now never will. `running`: it has
 * its deadline, ask again. `spent`: it went up.
 */
export type ReservationOutcome = { state: 'free' } | { state: 'running' } | { state: 'spent'; settlement?: Settlement };

export const reservationId = (run: string, attempt: number): string => `${run}:${attempt}`;
