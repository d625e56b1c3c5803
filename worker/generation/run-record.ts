/**
 * What is written down of a run, and what follows from it. A `Generation` writes each step before it takes it, so
 * whoever finds the record after a crash knows the most that can have happened.
 */
import type { RetentionClass } from '../auth/site.ts';
import type { CatalogModel, ProviderName } from '../catalog/model.ts';
import type { Settlement, Subject } from '../ledger/reservation.ts';
import type { Fallback } from '../request/last-picture.ts';
import type { GenerateRequest } from '../request/request.ts';
import type { Failure } from '../shared/failure.ts';

/**
 * `reserving`: the ledgers may have been asked. `reserved`: both granted. `dispatched`: bytes may have gone up.
 * `settling`: the outcome is known, a ledger may not have heard of it. `ended`: both have.
 */
type RunState = 'reserving' | 'reserved' | 'dispatched' | 'settling' | 'ended';

/**
 * `broken`: it answered and was charged, and the answer is no use; another attempt is as good as the first. `none`: it
 * provably did not run, and costs nothing.
 */
export type RunOutcome = 'picture' | 'refused' | 'broken' | 'unknown' | 'none';

export interface RunRecord {
  run: string;
  state: RunState;
  /** Counts reservations; the last one's id is `{run}:{attempt}`. */
  attempt: number;
  /** The pictures' id, new for every run. */
  id: string;
  key: string;
  site: { id: string; retention: RetentionClass };
  subject: Subject;
  /** As the catalog had it at the start: it may be gone when the run is found again. Absent where nothing outlives the call. */
  model?: CatalogModel;
  /** What its price depends on beside the subject. */
  priced: Pick<GenerateRequest, 'size' | 'thinkingLevel' | 'grounding'>;
  /** Drafts come only to those who asked for thoughts. */
  thoughts: boolean;
  form: 'json' | 'array' | 'sse';
  /** Name of the visitor's address prefix, for the owner's index. */
  prefix?: string;
  micros: number;
  /** Unix milliseconds, all of them. */
  startedAt: number;
  deadlineAt: number;
  reservedAt: number;
  provider?: ProviderName;
  /** Whose key has answered. */
  maker?: { provider: ProviderName; key: string };
  /** Written before it goes up. */
  fallback?: Fallback;
  outcome?: RunOutcome;
  /** What the ledgers are told; absent where the money is free again. */
  settlement?: Settlement;
  endedAt?: number;
  /** Its picture is stored and its manifest is not (yet): that one is in the object's rows. */
  isUnkept?: boolean;
}

/** A finished object forgets itself after this; until then it knows why not to pay again (design §3). */
export const MEMORY_MS = 3_600_000;
/** So many refusals of the same request within {@link MEMORY_MS}, and the last one is told again. */
export const REFUSALS_REPLAYED_AFTER = 3;

/** What the same request does next where no run is going on. */
export type NextStep =
  | { do: 'start' }
  /** What was stored may be there: a caller who looked before it was written comes here. */
  | { do: 'look' }
  | { do: 'replay refusal' }
  | { do: 'fail'; failure: Failure };

/** @param refusals Times at which the model refused, Unix milliseconds. */
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

/** A permission to dispatch is this fresh, or the ledgers are asked again: a pause stops paid work within it. */
export const PERMIT_MS = 5_000;
/** Past a run's deadline; then a ledger asks what became of its money (design §3). */
export const LEASE_GRACE_MS = 60_000;

/** The visitor-facing meaning of a failure for the money: whether the paid work may have been done. */
export function mayHaveRun(failure: Failure): boolean {
  if ('ran' in failure) return failure.ran !== 'no';
  return failure.reason === 'DEADLINE';
}

/** Refusals that are about the one who asked; whoever joined him asks for himself. */
const PERSONAL: readonly string[] = [
  'VISITOR_MINUTE',
  'VISITOR_DAY',
  'VISITOR_ATTEMPTS',
  'SESSION_SPENT',
  'CLIENT_LIMIT',
];

export const isPersonal = ({ reason }: Failure): boolean => PERSONAL.includes(reason);
