/** What happened in a world, in the order it happened: all that the checker sees. */
import type { WindowPolicy } from '../../../../worker/limits/policies.ts';

export type LedgerName = 'site' | 'deployment';

/** Times are true ones, Unix milliseconds, and belong to no object's clock. Money is micro-dollars. */
export type Happening = { at: number } & (
  | { type: 'held'; ledger: LedgerName; id: string; micros: number; day: string; counted?: Counted }
  /** `micros`: within the reservation; `overrun`: beyond it. */
  | { type: 'settled'; ledger: LedgerName; id: string; day: string; micros: number; overrun: number }
  | { type: 'released'; ledger: LedgerName; id: string }
  /** A ledger was told that it never ran, whether it knew of it or not. */
  | { type: 'undone'; ledger: LedgerName; id: string }
  /** Its row is past its life. */
  | { type: 'forgotten'; ledger: LedgerName; id: string }
  /** The network has brought a reservation twice. */
  | { type: 'repeated'; ledger: LedgerName; id: string }
  | { type: 'paused'; ledger: LedgerName; paused: boolean }
  /** The first byte goes up. `noStore`: nothing but the call itself knows of it. */
  | { type: 'dispatched'; id: string; key: string; noStore: boolean; isKept: boolean }
  /** Whoever sent it knows that it did not run. */
  | { type: 'notRun'; id: string }
  | { type: 'billed'; id: string; micros: number }
  /** Written down: both ledgers have heard what became of a run. */
  | { type: 'ended'; run: string; key: string; outcome: string | undefined; localAt: number }
  | { type: 'asked'; visit: number }
  | { type: 'answered'; visit: number; how: string }
  /** An object lost its memory. */
  | { type: 'crashed'; who: string }
  /** The end, with what is still open. */
  | { type: 'rest'; unfinished: readonly string[] }
);

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;
/** As it is noted, before it is known when it became safe. */
export type Untimed = WithoutTime<Happening>;

/** A picture that is counted on somebody, at the ledger's own time. */
export interface Counted {
  at: number;
  policies: readonly WindowPolicy[];
}

/** What a trace is held against. */
export interface Facts {
  caps: Record<LedgerName, { day: number; month: number }>;
  /** Whether the provider never charges for more output than it was allowed, and so never more than was held. */
  keepsToCap: boolean;
  /** Whether any clock was ever wrong; rules about time alone hold only where none was. */
  clocksJump: boolean;
}

export const runOf = (id: string): string => id.split(':')[0]!;
