/**
 * Keeps one request's runs: lets callers join, starts a run where none is going on, and finds out after a crash what
 * became of the last one. All that makes `Generation` more than a call is here; the object itself is a shell.
 */
import { type CatalogModel, findModel } from '../catalog/model.ts';
import type { ReservationOutcome } from '../ledger/reservation.ts';
import type { KeptInput } from '../request/inputs.ts';
import { DEADLINE_SECONDS } from '../shared/deadline.ts';
import type { Failure } from '../shared/failure.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { GenerationDependencies } from './dependencies.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import type { GenerationEvent, GenerationJob, RequestInputs } from './job.ts';
import { findKeptAnswer } from './kept-answer.ts';
import { carryOut, failed, neverSent } from './paid-run.ts';
import { createPayment, type Payment } from './payment.ts';
import { recoverRun } from './recovery.ts';
import { isPersonal, MEMORY_MS, type RunRecord, whatNext } from './run-record.ts';

/** So often somebody looks whether the run is still carried: one that was cut off is found out, and its money is freed. */
const WATCHDOG_MS = 30_000;
/**
 * A run that is carried for so many rings, eight minutes, waits for something that never comes: all that it waits for
 * has a bound. Counted, because a clock that is set would end a healthy one.
 */
const HUNG_RINGS = 16;
/** Whoever starts a run puts its inputs into R2 within this, or has gone. */
const INPUTS_TIMEOUT_MS = 60_000;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;
/** Until a ledger, or an R2, that did not answer is asked again. */
const LATER_SECONDS = 5;

/** How a start went: it runs, it is over for everybody, or whoever joined may try for himself. */
type Start = 'running' | 'over' | 'yours';

interface Live {
  /** Of the watchdog. */
  rings: number;
  log: EventLog;
  start: Promise<Start>;
  end: Promise<void>;
}

export class GenerationMachine {
  readonly #deps: GenerationDependencies;
  #live: Live | undefined;
  #recovering: Promise<void> | undefined;
  #retries = 0;

  constructor(deps: GenerationDependencies) {
    this.#deps = deps;
  }

  /** The events of a run of this request: the one going on, or a new one. */
  async *ask(job: GenerationJob, inputs: RequestInputs): AsyncGenerator<GenerationEvent, void, undefined> {
    for (;;) {
      const joined = this.#live !== undefined;
      const live = this.#live ?? this.#begin(job, inputs);
      const start = await live.start;
      // Only who started it is refused by what concerns himself alone.
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
    const { rows, wakeAt, inputs, catalog, now } = this.#deps;
    if (await this.#tellKnown(job, log)) return;
    const model = findModel(catalog, job.request.model);
    if (!model) return log.emit(failed({ reason: 'NOT_FOUND', what: `The model "${job.request.model}"` }));

    const record = this.#newRecord(job, model);
    rows.write(record);
    rows.dropAnswer();
    await wakeAt(now() + WATCHDOG_MS);
    const payment = this.#paymentOf(record, job);
    const refused = await payment.reserve();
    if (refused) {
      log.emit(failed(refused));
      started(isPersonal(refused) ? 'yours' : 'over');
      return this.#tidy();
    }
    const kept = await this.#keepInputs(asked);
    if (!kept) {
      // Whoever started it has gone before it went up: nothing was paid, and who joined starts for himself.
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

  /** What came before decides. @returns Whether the answer is known already, and told. */
  async #tellKnown(job: GenerationJob, log: EventLog): Promise<boolean> {
    const { rows, now } = this.#deps;
    await this.recover();
    const record = rows.read();
    // An answer that R2 does not take yet is told from here: another run would pay again.
    if (record?.isUnkept) return tellWhole(rows.unkept(), false, log) || tellLater('not kept yet', log);
    // A ledger that has not heard of the last run is told of it before there is another.
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

  /** @returns false where what was kept is gone. */
  async #tellKept({ site, key }: GenerationJob, log: EventLog): Promise<boolean> {
    try {
      return tellWhole(await findKeptAnswer(site, key, this.#deps), true, log);
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
      subject: { model: request.model, size },
      model,
      priced: { size, ...(thinkingLevel !== undefined && { thinkingLevel }), ...(grounding && { grounding }) },
      thoughts: request.includeThoughts === true,
      form: job.form,
      ...(job.prefix !== undefined && { prefix: job.prefix }),
      micros: job.worstMicros,
      startedAt: now(),
      deadlineAt: now() + DEADLINE_SECONDS * 1000,
      reservedAt: 0,
    };
  }

  /** @param job Absent where nothing more is reserved. */
  #paymentOf({ key, site }: RunRecord, job?: GenerationJob): Payment {
    const { ledgers, rows, flush, now } = this.#deps;
    return createPayment({
      store: { read: rows.read, write: rows.write, flush },
      site: ledgers.site(job?.site ?? site.id, job?.policies ?? []),
      deployment: ledgers.deployment(),
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
      // What R2 still holds up is not settled, however well the ledgers answer.
      if (this.#deps.rows.read()?.state === 'ended') this.#retries = 0;
    } catch (error) {
      this.#deps.log('settle_failed', { error: String(error) });
    }
  }

  /** Leaves nothing where nothing has to be remembered, and otherwise an alarm to finish or to forget by. */
  async #tidy(): Promise<void> {
    const { rows, now, forget, wakeAt, pendingParts } = this.#deps;
    const record = rows.read();
    if (record?.state === 'ended' && record.outcome === 'none') rows.drop();
    if ((record && record.state !== 'ended') || record?.isUnkept || !pendingParts.isEmpty) {
      const waitMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#retries);
      this.#retries += 1;
      return wakeAt(now() + waitMs);
    }
    const last = Math.max(rows.read()?.endedAt ?? 0, rows.refusalTimes().at(-1) ?? 0);
    if (now() - last >= MEMORY_MS) return forget();
    rows.dropAnswer();
    return wakeAt(last + MEMORY_MS);
  }

  /** Finds out what became of a run that this instance does not carry, and tells the ledgers. One at a time. */
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

  /** The alarm: whatever is not finished is, and what is finished is forgotten in time. */
  async wake(): Promise<void> {
    if (this.#live) return this.#watch(this.#live);
    await this.recover();
    // Who came meanwhile may be told that the last run is not settled, and leave it so.
    if (this.#live) return this.#watch(this.#live);
    await this.#tidy();
  }

  /** A run that cannot go on must not lock its key: the next instance finds out what became of it. */
  async #watch(live: Live): Promise<void> {
    const { now, wakeAt, log, abandon } = this.#deps;
    live.rings += 1;
    await wakeAt(now() + WATCHDOG_MS);
    if (live.rings <= HUNG_RINGS) return;
    log('run_hung', { rings: live.rings });
    abandon('a run hangs');
  }

  /** What became of a reservation, asked by a ledger whose lease has ended. Whatever has not gone up never will. */
  async outcome(id: string): Promise<ReservationOutcome> {
    const { rows, flush } = this.#deps;
    const recordOf = (): RunRecord | undefined => {
      const record = rows.read();
      return record && id === `${record.run}:${record.attempt}` ? record : undefined;
    };
    const record = recordOf();
    if (record?.state === 'dispatched') {
      if (this.#live) return { state: 'running' };
      await this.recover();
    } else if (record?.state === 'reserving' || record?.state === 'reserved') {
      this.#paymentOf(record).conclude('none');
      await flush();
    }
    const after = recordOf();
    // What is not written here was acknowledged by both ledgers, or never granted by both.
    if (!after || after.outcome === 'none') return { state: 'free' };
    if (after.state === 'dispatched') return { state: 'running' };
    return { state: 'spent', ...(after.settlement && { settlement: after.settlement }) };
  }
}

/** What has gone up and is not settled yet. Of a run that has ended nothing is charged by asking again. */
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

/** The last run is not settled in every sense, so nothing is begun, and nothing charged. */
function tellLater(cause: string, log: EventLog): true {
  log.emit(failed({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: LATER_SECONDS, cause }));
  return true;
}
