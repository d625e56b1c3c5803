/**
 * The logic of a `Generation` object: callers join the current run or start one, and after a crash the last run is
 * recovered. The object itself (`objects/generation.ts`) is a shell.
 */
import { type CatalogModel, findModel } from '../catalog/model.ts';
import type { ReservationOutcome } from '../ledger/reservation.ts';
import type { CallerLimits } from '../ledger/rpc.ts';
import type { KeptInput } from '../request/inputs.ts';
import { DEADLINE_SECONDS } from '../shared/deadline.ts';
import type { Failure } from '../shared/failure.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { GenerationDependencies } from './dependencies.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import type { GenerationEvent, GenerationJob, KeptUnder, RequestInputs } from './job.ts';
import { carryOut, failed, neverSent } from './paid-run.ts';
import { createPayment, type Payment } from './payment.ts';
import { recoverRun } from './recovery.ts';
import { isPersonal, LEASE_GRACE_MS, MEMORY_MS, type RunRecord, whatNext } from './run-record.ts';
import { unknownOf } from './settlements.ts';
import { findStoredManifest } from './stored-manifest.ts';

/** Interval of the watchdog alarm. It finds a run that was cut off, so that its money is settled. */
const WATCHDOG_MS = 30_000;
/**
 * Watchdog rings, eight minutes together, after which a run counts as hung: everything that it waits for ends sooner.
 * Rings are counted and not times compared, because a corrected clock would end a healthy run.
 */
const HUNG_RINGS = 16;
/** The caller that starts a run stores its inputs in R2 within this time. Otherwise it counts as gone. */
const INPUTS_TIMEOUT_MS = 60_000;
/** How long the owner's deletion waits for the end of a run. */
const ERASE_PATIENCE_MS = 15_000;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;
/** Delay after which a caller may ask again when a ledger or R2 did not answer. */
const LATER_SECONDS = 5;

/** How a start went. `over`: it ended for all callers. `yours`: it ended, and each joined caller may start its own. */
type Start = 'running' | 'over' | 'yours';

interface Live {
  /** Watchdog rings so far. */
  rings: number;
  log: EventLog;
  start: Promise<Start>;
  end: Promise<void>;
}

/**
 * Runs the generations of one request key, one at a time. It holds no state that a crash must not lose: a new machine
 * on the same rows continues where the last one stopped.
 */
export class GenerationMachine {
  readonly #deps: GenerationDependencies;
  #live: Live | undefined;
  #recovering: Promise<void> | undefined;
  #retries = 0;

  constructor(deps: GenerationDependencies) {
    this.#deps = deps;
  }

  /**
   * The events of the current run, or of a new one. Ends with `done` or `failed`. A known answer is replayed and costs
   * nothing. Leaving early does not stop the run.
   */
  async *ask(job: GenerationJob, inputs: RequestInputs): AsyncGenerator<GenerationEvent, void, undefined> {
    for (;;) {
      const joined = this.#live !== undefined;
      const live = this.#live ?? this.#begin(job, inputs);
      const start = await live.start;
      // A refusal that concerns only the caller that started the run does not end the others.
      if (joined && start === 'yours') {
        await live.end;
        continue;
      }
      if (start === 'running') yield { type: 'admitted', joined };
      return yield* live.log.listen();
    }
  }

  #begin(job: GenerationJob, inputs: RequestInputs): Live {
    const log = createEventLog();
    const start = Promise.withResolvers<Start>();
    const end = this.#run(job, inputs, log, start.resolve)
      .catch((error) => {
        this.#deps.log('generation_broken', { error: error instanceof Error ? (error.stack ?? '') : String(error) });
        const failure: Failure = { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause: String(error) };
        log.emit(failed(isOpenAndPaid(this.#deps.rows.read()) ? failure : neverSent(failure)));
      })
      .finally(() => {
        this.#live = undefined;
        start.resolve('over');
        log.end();
      });
    this.#deps.hold(end);
    this.#live = { rings: 0, log, start: start.promise, end };
    return this.#live;
  }

  async #run(job: GenerationJob, asked: RequestInputs, log: EventLog, started: (how: Start) => void): Promise<void> {
    const { rows, inputs, catalog } = this.#deps;
    if (await this.#tellKnown(job, log)) return;
    const model = findModel(catalog, job.request.model);
    if (!model) return log.emit(failed({ reason: 'NOT_FOUND', what: `The model "${job.request.model}"` }));

    const record = this.#newRecord(job, model);
    rows.write(record);
    const payment = this.#paymentOf(record, job);
    const refused = await payment.reserve();
    if (refused) {
      log.emit(failed(refused));
      started(isPersonal(refused) ? 'yours' : 'over');
      return this.#tidy();
    }
    const kept = await this.#keepInputs(asked);
    if (!kept) {
      // The caller that started the run left before anything went up. Nothing was paid, and joined callers start anew.
      payment.conclude('none');
      log.emit(failed({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the inputs did not come' }));
      started('yours');
      await this.#settleUp(payment);
      return this.#tidy();
    }
    started('running');
    await carryOut({ job, model, inputs: kept, payment }, this.#deps, log.emit);
    await this.#settleUp(payment);
    await inputs.discard(kept).catch((error) => this.#deps.log('inputs_left', { error: String(error) }));
    await this.#tidy();
  }

  /** Answers from what earlier runs left. @returns Whether that ended the log, so that no run starts. */
  async #tellKnown(job: GenerationJob, log: EventLog): Promise<boolean> {
    const { rows, now } = this.#deps;
    await this.recover();
    const record = rows.read();
    // R2 does not take this answer yet, so it is sent from the rows: another run would pay again.
    if (record?.isUnkept) return tellWhole(rows.unkept(), false, log) || tellLater('not kept yet', log);
    // The ledger must have the last outcome before another run starts.
    if (record && record.state !== 'ended') return tellLater('not settled yet', log);
    rows.dropRefusals(now() - MEMORY_MS);
    const next = whatNext(record, rows.refusalTimes(), now());
    switch (next.do) {
      case 'fail':
        log.emit(failed(next.failure));
        return true;
      case 'look':
        return this.#tellKept(job, log);
      case 'replay refusal':
        return tellWhole(rows.lastRefusal(), false, log);
      case 'start':
        return false;
    }
  }

  /** @returns false when the kept answer is gone. */
  async #tellKept({ site, key, origin }: GenerationJob, log: EventLog): Promise<boolean> {
    try {
      return tellWhole(await findStoredManifest({ site, key, origin }, this.#deps), true, log);
    } catch (error) {
      this.#deps.log('kept_unreadable', { error: String(error) });
      return tellLater('what is kept cannot be read', log);
    }
  }

  #newRecord(job: GenerationJob, model: CatalogModel): RunRecord {
    const { now, random, createPictureId } = this.#deps;
    const { request, site } = job;
    const { size, thinkingLevel, grounding } = request;
    return {
      run: random(new Uint8Array(16)).toHex(),
      state: 'reserving',
      attempt: 1,
      id: createPictureId(site.retention, job.asker),
      key: job.key,
      site: { id: site.id, retention: site.retention },
      origin: job.origin,
      subject: { model: request.model, size },
      model,
      priced: { size, ...(thinkingLevel !== undefined && { thinkingLevel }), ...(grounding && { grounding }) },
      thoughts: request.includeThoughts === true,
      ...(job.templateVersion !== undefined && { isOfTemplate: true as const }),
      form: job.form,
      ...(job.prefix !== undefined && { prefix: job.prefix }),
      ...(job.client !== undefined && { client: job.client }),
      micros: job.worstMicros,
      startedAt: now(),
      deadlineAt: now() + DEADLINE_SECONDS * 1000,
      reservedAt: 0,
    };
  }

  /** @param job Absent when nothing more will be reserved. */
  #paymentOf({ key, site }: RunRecord, job?: GenerationJob): Payment {
    const { ledgers, rows, flush, wakeAt, now } = this.#deps;
    return createPayment({
      store: {
        read: rows.read,
        write: rows.write,
        // A crash is of interest from here on, so the watchdog is set in the same write.
        flush: async () => void (await Promise.all([wakeAt(now() + WATCHDOG_MS), flush()])),
      },
      funds: ledgers(job?.site ?? site.id, job ?? NO_LIMITS),
      owner: key,
      now,
    });
  }

  async #keepInputs(inputs: RequestInputs): Promise<readonly KeptInput[] | undefined> {
    if (typeof inputs !== 'function') return inputs;
    const { pause, log } = this.#deps;
    try {
      const kept = await Promise.race([inputs(), pause(INPUTS_TIMEOUT_MS).then(() => undefined)]);
      if (!kept) log('inputs_missing', { error: 'too late' });
      return kept;
    } catch (error) {
      log('inputs_missing', { error: String(error) });
      return undefined;
    }
  }

  async #settleUp(payment: Payment): Promise<void> {
    try {
      await payment.settleUp();
      // A run that still waits for R2 is not `ended`, even when the ledger answers, so its delay keeps growing.
      if (this.#deps.rows.read()?.state === 'ended') this.#retries = 0;
    } catch (error) {
      this.#deps.log('settle_failed', { error: String(error) });
    }
  }

  /** Sets the alarm to finish or to forget, or deletes everything when nothing has to be remembered. */
  async #tidy(): Promise<void> {
    const { rows, now, forget, wakeAt, pendingParts } = this.#deps;
    const record = rows.read();
    if (record?.state === 'ended' && record.outcome === 'none') rows.drop();
    if ((record && record.state !== 'ended') || record?.isUnkept || !pendingParts.isEmpty) {
      const waitMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#retries);
      this.#retries += 1;
      return wakeAt(now() + waitMs);
    }
    // A request that was refused before anything went up leaves no row and no alarm.
    if (rows.isEmpty) return;
    const last = Math.max(rows.read()?.endedAt ?? 0, rows.refusalTimes().at(-1) ?? 0);
    if (now() - last >= MEMORY_MS) return forget();
    return wakeAt(last + MEMORY_MS);
  }

  /** Recovers a run that this instance does not carry, and settles it. Idempotent; concurrent calls share one pass. */
  recover(): Promise<void> {
    this.#recovering ??= this.#recover().finally(() => {
      this.#recovering = undefined;
    });
    return this.#recovering;
  }

  async #recover(): Promise<void> {
    const record = this.#deps.rows.read();
    if (!record || (record.state === 'ended' && !record.isUnkept)) return;
    const payment = this.#paymentOf(record);
    await recoverRun(record, payment, this.#deps);
    await this.#settleUp(payment);
  }

  /**
   * Forgets pictures that their owner deletes: the manifest where it names them, rows and bytes that R2 does not have
   * yet. A run that comes meanwhile waits, so a manifest that goes is never a newer one. Idempotent.
   *
   * @returns false while a run goes on, or while the ledger does not have the outcome of the last one: ask again.
   */
  async erase(kept: KeptUnder): Promise<boolean> {
    const { rows, pause } = this.#deps;
    if (this.#live) await Promise.race([this.#live.end, pause(ERASE_PATIENCE_MS)]);
    await this.recover();
    const record = rows.read();
    if (this.#live || (record?.id === kept.id && record.state !== 'ended')) return false;
    // A run that starts awaits this first, as it awaits a recovery.
    this.#recovering = this.#erase(kept).finally(() => {
      this.#recovering = undefined;
    });
    await this.#recovering;
    return true;
  }

  async #erase({ id, key, site }: KeptUnder): Promise<void> {
    const { manifests, rows, pendingParts, now } = this.#deps;
    const manifest = await manifests.get(site, key, now());
    if (manifest?.id === id) await manifests.delete(site, key);
    await pendingParts.discardOf(id);
    rows.erase(id);
  }

  /** The alarm. Watches a current run; otherwise finishes the last one, or forgets it in time. */
  async wake(): Promise<void> {
    if (this.#live) return this.#watch(this.#live);
    await this.recover();
    // A caller may have started a run meanwhile; then that run tidies up.
    if (this.#live) return this.#watch(this.#live);
    await this.#tidy();
  }

  /** Ends a hung run, because it would lock its key. The next instance recovers it. */
  async #watch(live: Live): Promise<void> {
    const { now, wakeAt, log, abandon } = this.#deps;
    live.rings += 1;
    await wakeAt(now() + WATCHDOG_MS);
    if (live.rings <= HUNG_RINGS) return;
    log('run_hung', { rings: live.rings });
    abandon('a run hangs');
  }

  /**
   * The outcome of a reservation, for a ledger that misses its money. Idempotent.
   *
   * An id that neither the record nor the run in hand bears is free for ever: it is 128 random bits of one instance, its
   * bytes go up only after that instance has written it, and an instance that was replaced cannot write.
   *
   * @param id `{run}:{attempt}`.
   */
  async outcome(id: string): Promise<ReservationOutcome> {
    const recordOf = (): RunRecord | undefined => {
      const record = this.#deps.rows.read();
      return record && id === `${record.run}:${record.attempt}` ? record : undefined;
    };
    const { now, abandon } = this.#deps;
    const record = recordOf();
    if (this.#live && record && IN_HAND.includes(record.state)) {
      const isRecorded = record.state === 'dispatched';
      // No alarm watches a run before its dispatch. One that outlives its lease hangs, and would lock its key and money.
      if (!isRecorded && now() >= record.deadlineAt + LEASE_GRACE_MS) abandon('a run hangs before its dispatch');
      return { state: 'running', isRecorded };
    }
    if (record && record.state !== 'ended') await this.recover();
    const after = recordOf();
    // No record, or outcome `none`: the attempt never went up, or the ledger has been told that it did not run.
    if (!after || after.outcome === 'none') return { state: 'free' };
    if (after.state === 'dispatched') return { state: 'running', isRecorded: true };
    return { state: 'spent', settlement: after.settlement ?? unknownOf(after) };
  }
}

/** What was reserved is settled or released, whatever the caller's limits. */
const NO_LIMITS: CallerLimits = { policies: [], purses: [] };

/** States of a run that has no outcome yet. */
const IN_HAND: readonly RunRecord['state'][] = ['reserving', 'reserved', 'dispatched'];

/** Whether a run may have gone up and is not settled. After `ended`, a new failure has charged nothing. */
const isOpenAndPaid = (record: RunRecord | undefined): boolean =>
  record?.state === 'dispatched' || (record?.state === 'settling' && record.outcome !== 'none');

function tellWhole(manifest: Manifest | undefined, kept: boolean, log: EventLog): boolean {
  if (!manifest) return false;
  const { provider, id, form, fallback } = manifest;
  log.emit({ type: 'started', provider, id, form, ...(fallback && { fallback }) });
  for (const chunk of manifest.chunks) log.emit({ type: 'chunk', chunk, images: manifest.images });
  log.emit({ type: 'done', manifest, kept });
  return true;
}

/** Refuses for now, because the last run is not finished. Nothing starts, and nothing is charged. */
function tellLater(cause: string, log: EventLog): true {
  log.emit(failed({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: LATER_SECONDS, cause }));
  return true;
}
