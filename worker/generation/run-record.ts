/**
 * The record of a run, and the decisions that follow from it. Until a run is dispatched its record is in memory alone:
 * what is not written has not gone up. From then on each step is written before it is taken, so after a crash the record
 * states the most that can have happened.
 */

import type { CatalogModel, ProviderName } from '../catalog/model.ts';
import type { Settlement, Subject } from '../ledger/reservation.ts';
import type { Fallback } from '../request/last-picture.ts';
import type { GenerateRequest } from '../request/request.ts';
import type { Failure } from '../shared/failure.ts';
import { HOUR_MS } from '../shared/utc.ts';
import type { RetentionClass } from '../sites/site.ts';

/**
 * `reserving`: the ledger may have been asked. `reserved`: it granted. `dispatched`: bytes may have gone up. `settling`:
 * the outcome is known, but the ledger may not have it. `ended`: the ledger has it.
 */
type RunState = 'reserving' | 'reserved' | 'dispatched' | 'settling' | 'ended';

/**
 * `broken`: the answer was charged and is useless, so the same request may start again. `unknown`: it may have run and
 * counts in full. `none`: it provably did not run and costs nothing.
 */
export type RunOutcome = 'picture' | 'refused' | 'broken' | 'unknown' | 'none';

/** One run, as JSON in the object's row. Money is integer micro-dollars, times are Unix milliseconds. */
export interface RunRecord {
  /** 128 random bits in hex. */
  run: string;
  state: RunState;
  /** Number of reservations so far. The last one's id is `{run}:{attempt}`. */
  attempt: number;
  /** Id of the pictures, new for every run. */
  id: string;
  key: string;
  site: { id: string; retention: RetentionClass };
  /** Of the deployment. Absent in records of earlier versions. */
  origin?: string;
  subject: Subject;
  /** The model at the start; the catalog may have changed at recovery. Absent when nothing outlives the call. */
  model?: CatalogModel;
  /** Settings that the price depends on, beside the subject. */
  priced: Pick<GenerateRequest, 'size' | 'thinkingLevel' | 'grounding'>;
  /** Whether drafts may be part of the answer: the request asked for thoughts, or one has come all the same. */
  thoughts: boolean;
  /** A verdict of the provider has come before its picture was stored as a part of a whole unit: it is not kept. */
  hasVerdict?: true;
  /** The request has filled a template: drafts are not kept. */
  isOfTemplate?: true;
  form: 'json' | 'array' | 'sse';
  /** Name of the visitor's address prefix, for the site owner's index. */
  prefix?: string;
  /** Name of the API client that asked, for the same. */
  client?: string;
  /** What the ledger holds. */
  micros: number;
  startedAt: number;
  deadlineAt: number;
  /** When the ledger was asked; 0 before it granted. */
  reservedAt: number;
  provider?: ProviderName;
  /** Signature origin: the provider and key that answered. */
  maker?: { provider: ProviderName; key: string };
  /** Written before the fallback request goes up. */
  fallback?: Fallback;
  outcome?: RunOutcome;
  /** What the ledger gets. Absent when the money is free again. */
  settlement?: Settlement;
  endedAt?: number;
  /** The picture is in R2 and its manifest is not yet: the manifest is in the object's rows. */
  isUnkept?: boolean;
}

/**
 * A finished object deletes itself after this time. Until then an unknown outcome is not paid again (`docs/money.md`).
 */
export const MEMORY_MS = HOUR_MS;
/** After so many refusals of the same request within {@link MEMORY_MS}, the last refusal is replayed. */
export const REFUSALS_REPLAYED_AFTER = 3;

/** What the same request does next when no run is going on. */
export type NextStep =
  | { do: 'start' }
  /** Read the kept answer: it may be newer than the caller's own look. */
  | { do: 'look' }
  | { do: 'replay refusal' }
  | { do: 'fail'; failure: Failure };

/**
 * Decides what a request does after its last run.
 *
 * @param refusals Times at which the model refused, Unix milliseconds.
 * @param now Unix milliseconds.
 */
export function whatNext(record: RunRecord | undefined, refusals: readonly number[], now: number): NextStep {
  const endedAt = record?.endedAt ?? record?.startedAt ?? 0;
  if (record?.outcome === 'unknown' && now - endedAt < MEMORY_MS) {
    const retryAfterSeconds = Math.max(1, Math.ceil((endedAt + MEMORY_MS - now) / 1000));
    return { do: 'fail', failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', retryAfterSeconds } };
  }
  if (record?.outcome === 'picture') return { do: 'look' };
  const recent = refusals.filter((at) => now - at < MEMORY_MS);
  return recent.length >= REFUSALS_REPLAYED_AFTER ? { do: 'replay refusal' } : { do: 'start' };
}

/**
 * Longest age of a permission to dispatch. An older one is confirmed again, so a pause takes effect within this time.
 */
export const PERMIT_MS = 5_000;
/** Time after a run's deadline at which its reservation's lease ends (`docs/money.md`). */
export const LEASE_GRACE_MS = 60_000;

/** Whether the paid work may have been done in spite of a failure. */
export function mayHaveRun(failure: Failure): boolean {
  if ('ran' in failure) return failure.ran !== 'no';
  return failure.reason === 'DEADLINE';
}

/** Refusals that concern only the caller that started the run. A caller that joined starts its own. */
const PERSONAL: readonly string[] = [
  'VISITOR_MINUTE',
  'VISITOR_DAY',
  'VISITOR_ATTEMPTS',
  'SESSION_SPENT',
  // A minute of all visitors is no client's.
  'SITE_MINUTE',
  'CLIENT_LIMIT',
];

/** Whether a failure concerns only the caller that started the run. */
export const isPersonal = (failure: Failure): boolean =>
  PERSONAL.includes(failure.reason) || ('purse' in failure && failure.purse !== undefined);
