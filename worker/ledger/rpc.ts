import type { Salt } from '../auth/daily-salt.ts';
import type { Site } from '../auth/site.ts';
import type { WindowPolicy } from '../limits/policies.ts';
import type { KeyHealth } from '../providers/key-health.ts';
import type { Failure } from '../shared/failure.ts';
import type { ReportedKeyHealth } from './provider-health.ts';
import type { LedgerReport } from './report.ts';
import type { Cap, Reservation, Settlement } from './reservation.ts';

/**
 * What a `Ledger` object does, as it is called: over the network, so that every call may fail, and may have been heard
 * all the same.
 */
export interface LedgerRpc {
  /** Holds money, or says why not. Asked twice with one id it answers the same. */
  reserve(reservation: Reservation): Promise<Failure | undefined>;
  /** @returns Why a reservation may not be spent any more. */
  confirm(id: string): Promise<Failure | undefined>;
  release(id: string): Promise<void>;
  settle(id: string, settlement: Settlement): Promise<void>;
  /** Counts an attempt of what costs nothing, or says why it may not be made. */
  attempt(policies: readonly WindowPolicy[]): Promise<Failure | undefined>;
  /** The random salt of a UTC day, `YYYY-MM-DD`. It is deleted when the day is over. */
  salt(day: string): Promise<Salt>;
  /** Stops paid work: nothing is reserved and nothing that is reserved goes up any more. */
  setPaused(paused: boolean): Promise<void>;
  /** Adds an isolate's counts to the owner's tables. @param hour `YYYY-MM-DDTHH`, UTC. */
  count(hour: string, counts: Readonly<Record<string, number>>): Promise<void>;
  /** What every caller may know of it. */
  facts(): Promise<LedgerFacts>;
  /** An isolate's news of a provider's key. Only the deployment's ledger is told. */
  reportHealth(health: KeyHealth): Promise<void>;
  keyHealth(): Promise<ReportedKeyHealth[]>;
  report(): Promise<LedgerReport>;
}

/** An interface as an object implements it: what a caller awaits may be answered at once. */
export type Served<T> = {
  [Name in keyof T]: T[Name] extends (...args: infer Args) => Promise<infer Answer>
    ? (...args: Args) => Answer | Promise<Answer>
    : never;
};

/** The money alone. */
export type MoneyRpc = Pick<LedgerRpc, 'reserve' | 'confirm' | 'release' | 'settle'>;

/** A ledger, and what is asked of it beside the money. */
export interface Account {
  ledger: MoneyRpc;
  caps: readonly Cap[];
  policies: readonly WindowPolicy[];
}

export interface Accounts {
  /** @param site Its id alone where nothing more is reserved. */
  site(site: Site | string, policies: readonly WindowPolicy[]): Account;
  deployment(): Account;
}

export interface LedgerFacts {
  paused: boolean;
  /** Milliseconds to a picture. */
  medians: { model: string; size: string; ms: number }[];
}

/** The one of the whole deployment; sites' are named `site:{id}`. */
export const DEPLOYMENT = 'deployment';
export const ledgerOf = (site: string): string => `site:${site}`;
