/** The happenings of a world in their order. The checker sees nothing else. */
import type { WindowPolicy } from '../../../../worker/limits/policies.ts';

export type LedgerName = 'site' | 'deployment';

/** Times are true Unix milliseconds, not those of an object's clock. Money is micro-dollars. */
export type Happening = { at: number } & (
  | { type: 'held'; ledger: LedgerName; id: string; micros: number; day: string; counted?: Counted }
  /** `micros`: within the reservation; `overrun`: beyond it. */
  | { type: 'settled'; ledger: LedgerName; id: string; day: string; micros: number; overrun: number }
  | { type: 'released'; ledger: LedgerName; id: string }
  /** A ledger got the message that a call never ran, even if it did not know the id. */
  | { type: 'undone'; ledger: LedgerName; id: string }
  /** Its row was deleted after its lifetime. */
  | { type: 'forgotten'; ledger: LedgerName; id: string }
  /** The network delivered a reservation twice. */
  | { type: 'repeated'; ledger: LedgerName; id: string }
  | { type: 'paused'; ledger: LedgerName; paused: boolean }
  /** The first byte is sent to the provider. `noStore`: no object records the call. */
  | { type: 'dispatched'; id: string; key: string; noStore: boolean; isKept: boolean }
  /** The sender knows that the call did not run. */
  | { type: 'notRun'; id: string }
  | { type: 'billed'; id: string; micros: number }
  /** Recorded: both ledgers know the outcome of a run. */
  | { type: 'ended'; run: string; key: string; outcome: string | undefined; localAt: number }
  | { type: 'asked'; visit: number }
  | { type: 'answered'; visit: number; how: string }
  /** An object lost its memory. */
  | { type: 'crashed'; who: string }
  /** The end of the world, with its open runs. */
  | { type: 'rest'; unfinished: readonly string[] }
);

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;
/** A happening before the time is known at which it became safe. */
export type Untimed = WithoutTime<Happening>;

/** A picture in a visitor's or session's count, at the ledger's own time. */
export interface Counted {
  at: number;
  policies: readonly WindowPolicy[];
}

/** The facts of a world that the rules need. */
export interface Facts {
  caps: Record<LedgerName, { day: number; month: number }>;
  /** Whether the provider never bills more output than it is allowed, and so never more than the hold. */
  keepsToCap: boolean;
  /** Whether any clock was ever wrong. Rules about time apply only if none was. */
  clocksJump: boolean;
}

export const runOf = (id: string): string => id.split(':')[0]!;
