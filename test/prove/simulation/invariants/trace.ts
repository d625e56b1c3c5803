/** The happenings of a world in their order. The checker sees nothing else. */
import type { Cap } from '../../../../worker/ledger/reservation.ts';
import { DEPLOYMENT } from '../../../../worker/ledger/rpc.ts';
import type { WindowPolicy } from '../../../../worker/limits/policies.ts';
import type { Purse } from '../../../../worker/limits/purses.ts';

/** `site:{id}`, or {@link DEPLOYMENT} for the sum of all sites. */
export type LedgerName = string;

/** Times are true Unix milliseconds, not those of an object's clock. Money is micro-dollars. */
export type Happening = { at: number } & (
  | {
      type: 'held';
      ledger: LedgerName;
      id: string;
      micros: number;
      day: string;
      counted?: Counted;
      purses?: readonly Purse[];
    }
  /** `micros`: within the reservation; `overrun`: beyond it. */
  | { type: 'settled'; ledger: LedgerName; id: string; day: string; micros: number; overrun: number }
  | { type: 'released'; ledger: LedgerName; id: string }
  /** A ledger got the message that a call never ran, even if it did not know the id. */
  | { type: 'undone'; ledger: LedgerName; id: string }
  /** Its row was deleted after its lifetime. */
  | { type: 'forgotten'; ledger: LedgerName; id: string }
  /** The network delivered a reservation twice. */
  | { type: 'repeated'; ledger: LedgerName; id: string }
  /** A ledger's rows say so: its own owner's word, or that of the deployment's owner. */
  | { type: 'paused'; ledger: LedgerName; paused: boolean }
  /** The deployment's ledger answers that every site has heard the pause. */
  | { type: 'pauseAnswered' }
  /** The deployment's ledger keeps a part of its caps for a site. */
  | { type: 'kept'; site: LedgerName; part: number }
  /** The deployment's ledger has lent more to a site. */
  | { type: 'lent'; site: LedgerName; account: string; micros: number }
  /** A ledger's memory, or what two ledgers know of the same loan, is not what it must be. */
  | { type: 'mismatch'; of: 'memory' | 'loans'; what: string }
  /** The first byte is sent to the provider. `noStore`: no object records the call. */
  | { type: 'dispatched'; ledger: LedgerName; id: string; key: string; noStore: boolean; isKept: boolean }
  /** The sender knows that the call did not run. */
  | { type: 'notRun'; id: string }
  | { type: 'billed'; id: string; micros: number }
  /** Recorded: the ledger knows the outcome of a run. */
  | { type: 'ended'; run: string; key: string; outcome: string | undefined; localAt: number }
  | { type: 'asked'; visit: number }
  | { type: 'answered'; visit: number; how: string }
  /** The answer to a request at the end of all demand and faults. `day`: UTC, by the clock of the site's ledger. */
  | { type: 'probed'; ledger: LedgerName; price: number; day: string; how: string; isLast: boolean }
  /** An object lost its memory. */
  | { type: 'crashed'; who: string }
  /** A message between two ledgers was lost or is late, or a clock was set. */
  | { type: 'troubled' }
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
  /** By ledger; those of {@link DEPLOYMENT} are for all sites together. */
  caps: Readonly<Record<LedgerName, Readonly<Record<Cap['period'], number>>>>;
  /** The most that visitors may spend of a site's caps. Every caller is a visitor. */
  visitorCaps?: Readonly<Record<LedgerName, Readonly<Record<Cap['period'], number>>>>;
  /** Whether the provider never bills more output than it is allowed, and so never more than the hold. */
  keepsToCap: boolean;
  /** Whether any clock was ever wrong. Rules about time apply only if none was. */
  clocksJump: boolean;
}

/** Names of the sites' ledgers. */
export const sitesOf = ({ caps }: Facts): LedgerName[] => Object.keys(caps).filter((name) => name !== DEPLOYMENT);

export const runOf = (id: string): string => id.split(':')[0]!;
