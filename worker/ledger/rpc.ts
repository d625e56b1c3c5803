import type { AlarmsRpc } from '../alarms/rpc.ts';
import type { Salt } from '../auth/daily-salt.ts';
import type { WindowPolicy } from '../limits/policies.ts';
import type { Purse } from '../limits/purses.ts';
import type { KeyHealth } from '../providers/key-health.ts';
import type { Failure } from '../shared/failure.ts';
import type { Site } from '../sites/site.ts';
import type { AuditEntry, Change } from './audit.ts';
import type { StoredBill } from './bills.ts';
import type { SiteChange, SiteChangeEnd } from './claims.ts';
import type { DeploymentReport } from './deployment-report.ts';
import type { DeskLedgerRpc } from './figures/desk-rpc.ts';
import type { BorrowerRpc, LenderRpc, LoanJudgeRpc } from './loan.ts';
import type { OriginCount, OriginCounts } from './origins.ts';
import type { PictureReport, VisitorReport } from './picture-reports.ts';
import type { ReportedKeyHealth } from './provider-health.ts';
import type { LedgerReport } from './report.ts';
import type { Cap, Demand, Reservation, Settlement } from './reservation.ts';
import type { MonthRow } from './usage.ts';

/**
 * A `Ledger` object over RPC. Every call may fail on the network and still have been carried out, so the money's calls
 * are idempotent by reservation id.
 */
export interface LedgerRpc extends LenderRpc, BorrowerRpc, LoanJudgeRpc, AlarmsRpc, DeskLedgerRpc {
  /** Holds money. Idempotent by id. @returns Why not; undefined when the money is held. */
  reserve(reservation: Reservation): Promise<Failure | undefined>;
  /** Checks that the money is still held and paid work is not paused. @returns Why it may not be spent. */
  confirm(id: string): Promise<Failure | undefined>;
  /** Frees the money of an attempt that provably did not run. Idempotent. An unknown id can never be reserved later. */
  release(id: string): Promise<void>;
  /** Records the cost of an attempt. Idempotent: the first settlement counts. */
  settle(id: string, settlement: Settlement): Promise<void>;
  /** Counts an attempt of a free call. Not idempotent. @returns Why it may not be made. */
  attempt(policies: readonly WindowPolicy[]): Promise<Failure | undefined>;
  /** The random salt of a UTC day, `YYYY-MM-DD`. The ledger deletes it after the day. */
  salt(day: string): Promise<Salt>;
  /**
   * Stops or resumes paid work of a site, or of the whole deployment, whose ledger tells every site's. While paused, no
   * reservation is made or confirmed. @param who As in the audit trail. Absent in calls of earlier versions.
   * @returns Sites that have not heard it; they are told until they have.
   */
  setPaused(paused: boolean, who?: string): Promise<PauseAnswer>;
  /**
   * Keeps a part of the deployment's budgets for a site, so that no other can borrow it. Only the deployment's ledger
   * is told. Idempotent; the last call counts. @param site Its id. @param part 0 to 1. Where all parts are more than 1
   * together, each is cut in proportion.
   */
  keepShare(site: string, part: number): Promise<void>;
  /** Refuses an address prefix until midnight UTC, by its name in the owner's list of generations. Idempotent. */
  block(prefix: string): Promise<void>;
  /** Ends a block. Idempotent. */
  unblock(prefix: string): Promise<void>;
  /** Whether a reservation would be granted; asks the deployment's ledger where it must. Writes nothing. @returns Why not. */
  judge(demand: Demand): Promise<Failure | undefined>;
  /**
   * Adds an isolate's counts to the site owner's tables. Not idempotent. @param hour `YYYY-MM-DDTHH`, UTC.
   * @param origins Pages that have asked. Absent in calls of earlier versions.
   */
  count(hour: string, counts: Readonly<Record<string, number>>, origins?: OriginCounts): Promise<void>;
  /** The public facts of the ledger. */
  facts(): Promise<LedgerFacts>;
  /** Stores an isolate's report on a provider's key. Only the deployment's ledger gets reports. */
  reportHealth(health: KeyHealth): Promise<void>;
  /** The last report of each provider, key and model. */
  keyHealth(): Promise<ReportedKeyHealth[]>;
  /**
   * Counts a wrong admin token. Only the deployment's ledger judges. @param prefix A hash of the address prefix.
   * @returns Seconds for which the address is locked, for a right token too; 0: it is not.
   */
  judgeOwner(prefix: string, isRight: boolean): Promise<number>;
  /** Adds to the audit trail, which only the deployment's ledger keeps. Not idempotent. */
  noteChange(change: Change): Promise<void>;
  /** The newest changes first. @param before Only those with a lower id. Absent: all. */
  changes(limit: number, before?: number): Promise<AuditEntry[]>;
  /**
   * Begins a change of a site's record. The five methods after it are, like this one, of the deployment's ledger alone.
   * @returns undefined while another change of the site runs.
   */
  beginSiteChange(site: string): Promise<SiteChange | undefined>;
  /** Keeps the highest epoch of a site whose change has begun. Idempotent. */
  raiseEpoch(site: string, epoch: number): Promise<void>;
  /** Ends a change. Idempotent. */
  endSiteChange(site: string, lease: string, end: SiteChangeEnd): Promise<void>;
  /** Takes a name for a client of a site. Idempotent by the hash of its key. @returns Whether no other key has it. */
  claimClient(site: string, name: string, hash: string): Promise<boolean>;
  /** Whether the name is still that key's. */
  holdsClient(site: string, name: string, hash: string): Promise<boolean>;
  /** Gives names back. Idempotent. @param name Absent: all of the site. @returns Hashes of their keys. */
  freeClients(site: string, name?: string): Promise<string[]>;
  /** The state of a site's ledger, for its owner. @param days Of usage; default 31. */
  report(days?: number): Promise<LedgerReport>;
  /**
   * Keeps a visitor's report of a picture. A visitor counts once for each picture and day.
   *
   * @returns Why it is not kept.
   */
  reportPicture(report: VisitorReport): Promise<Failure | undefined>;
  /** The open reports of these pictures, by their ids. */
  pictureReports(ids: readonly string[]): Promise<Record<string, PictureReport>>;
  /** Closes the reports of a picture: the owner keeps it. Idempotent. */
  closeReports(id: string): Promise<void>;
  /**
   * Marks the pictures that are on the site's wall, and no others. Idempotent.
   *
   * @param ids Without their class letters.
   */
  markWall(ids: readonly string[]): Promise<void>;
  /** Notes that a picture was deleted. Its row stays in the index until midnight UTC. Idempotent. */
  forgetPicture(id: string): Promise<void>;
  /** The state of the whole deployment, from the deployment's ledger. */
  deploymentReport(): Promise<DeploymentReport>;
  /** Today's pages of the site, the most frequent first. */
  origins(): Promise<{ admitted: OriginCount[]; refused: OriginCount[] }>;
  /** Sums of the site's months by provider, model and size. */
  months(): Promise<MonthRow[]>;
  /** The same of all sites, from the deployment's ledger. `unread`: names of ledgers that did not answer. */
  deploymentMonths(): Promise<{ rows: MonthRow[]; unread: string[] }>;
  /** Replaces a provider's bill of a month. Only the deployment's ledger keeps bills. Idempotent. */
  keepBill(bill: StoredBill): Promise<void>;
  /** All bills, newest month first. */
  bills(): Promise<StoredBill[]>;
  /** @param provider Absent: all bills of the month. @returns How many there were. Idempotent. */
  removeBill(month: string, provider?: string): Promise<number>;
}

/** An RPC interface as its object implements it: each method may answer synchronously. */
export type Served<T> = {
  [Name in keyof T]: T[Name] extends (...args: infer Args) => Promise<infer Answer>
    ? (...args: Args) => Answer | Promise<Answer>
    : never;
};

/** The ledger's calls about money. */
export type MoneyRpc = Pick<LedgerRpc, 'reserve' | 'confirm' | 'release' | 'settle'>;

/** How a ledger answers when the owner pauses it or ends the pause. */
export interface PauseAnswer {
  /** Names of sites' ledgers that have not heard it yet. They are told again until they have. */
  unheard: string[];
  /** What those may spend at most before they hear it, micro-dollars. Absent: all have heard it. */
  unheardMicros?: number;
}

/** A caller's limits: of counts (`policies`) and of money (`purses`). */
export interface CallerLimits {
  policies: readonly WindowPolicy[];
  purses: readonly Purse[];
}

/** What a run spends from: a site's ledger, with the caps and limits that a reservation in it must meet. */
export interface Funds extends CallerLimits {
  ledger: MoneyRpc;
  caps: readonly Cap[];
}

/**
 * The funds of a site. Getting them makes no call.
 *
 * @param site The id alone suffices when nothing more will be reserved; the funds then have no caps.
 */
export type FundsOf = (site: Site | string, limits: CallerLimits) => Funds;

/** The public facts of a ledger. */
export interface LedgerFacts {
  paused: boolean;
  /** What is spent and held of today, micro-dollars. */
  spentMicros: number;
  /** Median milliseconds to a picture. */
  medians: { model: string; size: string; ms: number }[];
}

/** Name of the deployment's ledger. */
export const DEPLOYMENT = 'deployment';
/** Name of a site's ledger, `site:{id}`. */
export const ledgerOf = (site: string): string => `site:${site}`;
/** The site of a ledger, by its name; undefined for the deployment's. */
export const siteOf = (ledger: string): string | undefined => /^site:(.*)$/.exec(ledger)?.[1];
