/**
 * The messages between a run and the ledger of its site. The run asks it to hold money before a call, and settles or
 * releases it afterwards. Money is integer micro-dollars.
 */
import type { ProviderName, Size } from '../catalog/model.ts';
import type { WindowPolicy } from '../limits/policies.ts';
import type { Purse } from '../limits/purses.ts';
import type { LimitReason } from '../shared/failure.ts';
import type { Period } from './periods.ts';

/** The most that may be spent in a UTC day or month. `reason`: the refusal when it is spent. */
export interface Cap {
  /**
   * Whose budget it is: the site's, which its ledger knows as a whole, or the deployment's, of which it has a slice.
   */
  of: 'site' | 'deployment';
  period: Period;
  micros: number;
  reason: LimitReason;
  /** Part of the deployment's cap that is kept for this site, 0 to 1. */
  part?: number;
}

/** What a reservation has to fit into. */
export interface Demand {
  micros: number;
  caps: readonly Cap[];
  /** Limits by visitor, session, client and site, counted exactly. */
  policies: readonly WindowPolicy[];
  /** The caller's dollars. */
  purses: readonly Purse[];
}

/** Model and size that were paid for, in the site owner's tables. */
export interface Subject {
  model: string;
  size: Size;
}

/** A request to hold money for one attempt of a run. */
export interface Reservation extends Demand {
  /** `{run}:{attempt}`. A second request with the same id holds nothing more. */
  id: string;
  run: string;
  /** Id of the attempt before, which provably did not run. Its money is freed in the same step. */
  replaces?: string;
  /** Longest time that the call may last. At its end a reservation without an owner counts as spent. */
  leaseMs: number;
  /** Name of the `Generation` that knows the outcome. Absent (`no-store`): no object knows more than the ledger. */
  owner?: string;
  subject: Subject;
}

/**
 * Age at which a reservation's owner may be asked, where money or a count is missed. Most pictures are made by then.
 */
export const ASK_AFTER_MS = 30_000;

/** What a run has cost, and what came of it. */
export interface Settlement {
  /** Cost by the provider's usage. The part over the reservation is its overrun. */
  micros: number;
  /** `unknown`: of a call that was cut off, where the deployment has several providers for its model. */
  provider: ProviderName | 'unknown';
  outcome: 'picture' | 'refused' | 'unknown';
  /** The answer was charged, and none of its pictures came whole. */
  isLost?: true;
  /** From the start of the run to its end. Absent when unknown. */
  durationMs?: number;
  /**
   * For the site owner's index of pictures. `file`: of the last one, such as `0.png`. `keepDays`: the retention.
   * `prefix`: the name of a visitor's address prefix; `client`: that of an API client. `tokens`: as the provider counts
   * them.
   */
  picture?: {
    id: string;
    file?: string;
    keepDays: number;
    prefix?: string;
    client?: string;
    tokens?: { input: number; output: number };
  };
}

/**
 * A `Generation`'s answer about a reservation. `free`: the attempt did not run and never will. `running`: ask again
 * later. `isRecorded`: it may have reached the provider, and the object settles it even after a crash. `spent`: it may
 * have reached the provider, and this is its settlement.
 */
export type ReservationOutcome =
  | { state: 'free' }
  | { state: 'running'; isRecorded: boolean }
  | { state: 'spent'; settlement: Settlement };

/** The id of a reservation, `{run}:{attempt}`. */
export const reservationId = (run: string, attempt: number): string => `${run}:${attempt}`;
