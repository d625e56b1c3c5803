/** A run whose money is held: it is carried out and concluded, and its last event is emitted. */
import type { CatalogModel } from '../catalog/model.ts';
import { withoutPictures } from '../gemini/forms/picture-parts.ts';
import type { Chunk } from '../gemini/lift/skeleton.ts';
import type { KeptInput } from '../request/inputs.ts';
import type { Failure } from '../shared/failure.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { GenerationDependencies } from './dependencies.ts';
import type { GenerationEvent, GenerationJob } from './job.ts';
import type { Payment } from './payment.ts';
import { type RunEnd, type RunOrder, runGeneration, StillPending } from './run.ts';
import { MEMORY_MS, mayHaveRun, type RunRecord } from './run-record.ts';
import { settlementOf, unknownOf } from './settlements.ts';

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;
/** By then the caller that asked has read a withdrawn picture, or has left, and a rendition that was begun is stored. */
const TAKE_BACK_AFTER_MS = 30_000;
/** Within this time the alarm stores the pending parts, once R2 accepts them again. */
const PENDING_RETRY_SECONDS = 60;

/** A job whose money the ledger holds. */
export interface PaidRun {
  job: GenerationJob;
  model: CatalogModel;
  inputs: readonly KeptInput[];
  payment: Payment;
}

/**
 * Runs a paid job and writes its outcome to the record. It settles nothing: the caller calls `payment.settleUp()`.
 * Does not throw for an expected failure. When R2 takes no picture in time, the run stays `dispatched`, and the alarm
 * recovers it.
 */
export async function carryOut(run: PaidRun, deps: GenerationDependencies, emit: (event: GenerationEvent) => void) {
  const startedAt = deps.now();
  const record = deps.rows.read()!;
  try {
    const end = await runGeneration(orderOf(run, record, deps), deps, emit);
    const hasGoneUp = deps.rows.read()?.state === 'dispatched';
    conclude(end, run.payment, deps.now() - startedAt, deps);
    emit('failure' in end ? failed(hasGoneUp ? endingOf(end) : neverSent(end.failure)) : doneOf(end));
    if ('isWithdrawn' in end || 'isWithheld' in end) takeBack(record.id, deps);
  } catch (error) {
    if (!(error instanceof StillPending)) throw error;
    // The picture is safe in this object's rows. The alarm stores it, and the next caller gets it.
    const retryAfterSeconds = PENDING_RETRY_SECONDS;
    emit(failed({ reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause: error.message, retryAfterSeconds }));
  }
}

/** The failure of a run that was never dispatched: it charged nothing, so its outcome is never unknown. */
export const neverSent = (failure: Failure): Failure =>
  mayHaveRun(failure)
    ? { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: `never sent: ${causeOf(failure)}` }
    : failure;

/** An unknown outcome is not paid again for an hour, so its first caller hears the same wait as the next one. */
function endingOf({ outcome, failure }: Extract<RunEnd, { failure: Failure }>): Failure {
  const canWait = failure.reason === 'DEADLINE' || 'ran' in failure;
  return outcome === 'unknown' && canWait ? { retryAfterSeconds: MEMORY_MS / 1000, ...failure } : failure;
}

const causeOf = (failure: Failure): string => ('cause' in failure && failure.cause) || failure.reason;
type Done = Extract<RunEnd, { kept: boolean }>;

const doneOf = ({ manifest, kept, isWithdrawn }: Done): GenerationEvent => ({
  ...{ type: 'done', manifest, kept },
  ...(isWithdrawn && { isWithdrawn }),
});

/** The manifest for later replays. Withdrawn pictures are deleted by then, so they are left out. */
function toldAgain({ manifest, isWithdrawn }: Done): Manifest {
  if (!isWithdrawn) return manifest;
  return { ...manifest, chunks: withoutPictures(manifest.chunks, manifest.form), images: [] };
}

/**
 * Deletes pictures in all sizes, a little later. Of withdrawn ones the caller's worker does so after delivery, and this
 * covers a caller that has left. Withheld ones are deleted already, but one may have been made smaller meanwhile.
 */
export function takeBack(id: string, { hold, pause, images, log }: GenerationDependencies): void {
  hold(
    pause(TAKE_BACK_AFTER_MS)
      .then(() => images.remove(id))
      .catch((error) => log('take_back_failed', { id, error: String(error) })),
  );
}

/** The last event of a run that failed. */
export const failed = (failure: Failure): GenerationEvent => ({ type: 'failed', failure });

function orderOf({ job, model, inputs, payment }: PaidRun, record: RunRecord, deps: GenerationDependencies): RunOrder {
  const { rows, pendingParts, now } = deps;
  let kept = 0;
  return {
    ...{ key: job.key, site: job.site, origin: job.origin, request: job.request, form: job.form, model, pendingParts },
    ...(job.templateVersion !== undefined && { templateVersion: job.templateVersion }),
    id: record.id,
    worstMicros: record.micros,
    inputs: inputs.map(deps.inputs.open),
    signal: AbortSignal.timeout(Math.max(1, record.deadlineAt - now())),
    permit: async (attempt, provider) =>
      (attempt > 1 ? await payment.reserveNext() : undefined) ?? payment.dispatch(provider),
    storePending: () => storePending(record.deadlineAt, deps),
    note: (facts) => rows.write({ ...rows.read()!, ...facts }),
    checkpoint(chunks: readonly Chunk[]) {
      rows.putChunks(chunks, kept);
      kept = chunks.length;
    },
  };
}

async function storePending(deadlineAt: number, { now, flushPending, pause }: GenerationDependencies): Promise<void> {
  const deadline = AbortSignal.timeout(Math.max(1, deadlineAt - now()));
  for (let waitMs = FIRST_RETRY_MS; now() < deadlineAt; waitMs = Math.min(2 * waitMs, MAX_RETRY_MS)) {
    if (await flushPending(deadline)) return;
    await pause(waitMs);
  }
  throw new StillPending('the picture is made and not stored yet');
}

function conclude(end: RunEnd, payment: Payment, durationMs: number, { rows, now }: GenerationDependencies): void {
  const record = rows.read()!;
  // A call that was never dispatched is free, whatever broke before it.
  if (end.outcome === 'none' || record.state === 'reserving' || record.state === 'reserved') {
    payment.conclude('none');
  } else if (end.outcome === 'unknown') {
    payment.conclude('unknown', { ...unknownOf(record), ...(end.micros !== undefined && { micros: end.micros }) });
  } else if (end.outcome === 'broken') {
    payment.conclude('broken', { ...unknownOf(record), micros: end.manifest.costMicros, isLost: true });
  } else if ('kept' in end) {
    if (end.outcome === 'refused') rows.putRefusal(now(), toldAgain(end));
    payment.conclude(end.outcome, settlementOf(record, end, durationMs));
    if (end.outcome !== 'picture' || end.kept) return;
    // R2 did not take the manifest: callers get it from the rows until R2 does.
    rows.putUnkept(end.manifest);
    rows.write({ ...rows.read()!, isUnkept: true });
  }
}
