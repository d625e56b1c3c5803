/**
 * Keeps one request's runs: lets callers join, starts a run where none is going on, and finds out after a crash what
 * became of the last one. All that makes `Generation` more than a call is here; the object itself is a shell.
 */
import { type CatalogModel, findModel } from '../domain/catalog.ts';
import { DEADLINE_SECONDS } from '../domain/deadline.ts';
import type { Failure } from '../domain/failure.ts';
import type { Fate, Settlement } from '../domain/reservation.ts';
import { isPersonal, MEMORY_MS, type RunRecord, whatNext } from '../domain/run-record.ts';
import { RETENTION_DAYS } from '../domain/site.ts';
import type { AskedInputs, GenerationEvent, GenerationJob, KeptInput, Manifest } from '../ports.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import type { KeeperDependencies } from './keeper-dependencies.ts';
import { createPayment, type Payment } from './payment.ts';
import { createRecovery } from './recovery.ts';
import { type RunEnd, runGeneration, StillParked } from './run.ts';

/** A run past its deadline by so much has been cut off. */
const WATCHDOG_MS = 30_000;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

interface Live {
  log: EventLog;
  /** How the start went: it runs, it ended for everybody, or another caller may try for himself. */
  start: Promise<'running' | 'over' | 'yours'>;
}

export class Keeper {
  readonly #deps: KeeperDependencies;
  #live: Live | undefined;
  #recovering: Promise<void> | undefined;
  #retries = 0;

  constructor(deps: KeeperDependencies) {
    this.#deps = deps;
  }

  /** The events of a run of this request: the one going on, or a new one. */
  async *ask(job: GenerationJob, inputs: AskedInputs): AsyncGenerator<GenerationEvent, void, undefined> {
    for (;;) {
      const joined = this.#live !== undefined;
      const live = this.#live ?? this.#begin(job, inputs);
      const start = await live.start;
      // Only who started it is refused by what concerns himself alone.
      if (joined && start === 'yours') continue;
      if (start === 'running') yield { type: 'admitted', joined };
      return yield* live.log.listen();
    }
  }

  #begin(job: GenerationJob, inputs: AskedInputs): Live {
    const log = createEventLog();
    const started = Promise.withResolvers<'running' | 'over' | 'yours'>();
    const live: Live = { log, start: started.promise };
    this.#live = live;
    const run = this.#run(job, inputs, log, started.resolve)
      .catch((error) => {
        this.#deps.log('generation_broken', { error: error instanceof Error ? (error.stack ?? '') : String(error) });
        log.emit({ type: 'failed', failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause: String(error) } });
      })
      .finally(() => {
        this.#live = undefined;
        started.resolve('over');
        log.end();
      });
    this.#deps.hold(run);
    return live;
  }

  async #run(
    job: GenerationJob,
    inputs: AskedInputs,
    log: EventLog,
    started: (how: 'running' | 'over' | 'yours') => void,
  ): Promise<void> {
    const { rows, now } = this.#deps;
    const before = await this.#findOut(job, log);
    if (before === 'told') return;
    const model = findModel(this.#deps.catalog, job.request.model);
    if (!model) return log.emit(failed({ reason: 'NOT_FOUND', what: `The model "${job.request.model}"` }));

    const record = this.#newRecord(job);
    rows.write(record);
    rows.dropChunks();
    await this.#deps.wakeAt(record.deadlineAt + WATCHDOG_MS);
    const payment = this.#paymentOf(job, record);
    const refused = await payment.reserve();
    if (refused) {
      log.emit(failed(refused));
      started(isPersonal(refused) ? 'yours' : 'over');
      return this.#tidy();
    }
    const kept = await this.#keepInputs(inputs);
    if (!kept) {
      // Whoever started it has gone before it went up: nothing was paid, and who joined starts for himself.
      payment.conclude('none');
      log.emit(failed({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the inputs did not come' }));
      started('yours');
      await this.#settleUp(payment);
      return this.#tidy();
    }
    started('running');
    await this.#runPaid(job, model, payment, kept, log, now());
    await this.#settleUp(payment);
    await this.#deps.inputs.discard(kept).catch((error) => {
      this.#deps.log('inputs_left', { error: String(error) });
    });
    await this.#tidy();
  }

  /** What came before decides: whether the answer is known already, or has to be made. */
  async #findOut(job: GenerationJob, log: EventLog): Promise<'told' | 'start'> {
    const { rows, now, manifests } = this.#deps;
    await this.recover();
    if (rows.read() && rows.read()?.state !== 'ended') {
      // A ledger that has not heard of the last run is told of it before there is another.
      log.emit(failed({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 5, cause: 'not settled yet' }));
      return 'told';
    }
    rows.dropRefusals(now() - MEMORY_MS);
    const next = whatNext(rows.read(), rows.refusalTimes(), now());
    if (next.do === 'fail') {
      log.emit(failed(next.failure));
      return 'told';
    }
    const known =
      next.do === 'look'
        ? await manifests.get(job.site, job.key, now())
        : next.do === 'replay refusal' && rows.lastRefusal();
    if (!known) return 'start';
    tellWhole(known, next.do === 'look', log);
    return 'told';
  }

  #newRecord(job: GenerationJob): RunRecord {
    const { now, random, createPictureId } = this.#deps;
    const { request, site } = job;
    const { size, thinkingLevel, grounding } = request;
    return {
      run: random(new Uint8Array(16)).toHex(),
      state: 'reserving',
      attempt: 1,
      id: createPictureId(site.retention),
      key: job.key,
      site: { id: site.id, retention: site.retention },
      subject: { model: request.model, size },
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

  #paymentOf(job: Pick<GenerationJob, 'site' | 'policies'> | undefined, { key, site }: RunRecord): Payment {
    const { ledgers, rows, flush, now } = this.#deps;
    const store = { read: rows.read, write: rows.write, flush };
    return createPayment({
      store,
      site: ledgers.site(job?.site ?? site.id, job?.policies ?? []),
      deployment: ledgers.deployment(),
      owner: key,
      now,
    });
  }

  async #keepInputs(inputs: AskedInputs): Promise<readonly KeptInput[] | undefined> {
    try {
      return typeof inputs === 'function' ? await inputs() : inputs;
    } catch (error) {
      this.#deps.log('inputs_missing', { error: String(error) });
      return undefined;
    }
  }

  async #runPaid(
    job: GenerationJob,
    model: CatalogModel,
    payment: Payment,
    inputs: readonly KeptInput[],
    log: EventLog,
    startedAt: number,
  ): Promise<void> {
    const { rows, now } = this.#deps;
    const record = rows.read()!;
    const signal = AbortSignal.timeout(Math.max(1, record.deadlineAt - now()));
    let kept = 0;
    const order = {
      ...{ key: job.key, site: job.site, request: job.request, model, form: job.form, signal },
      id: record.id,
      worstMicros: record.micros,
      inputs: inputs.map(this.#deps.inputs.open),
      lot: this.#deps.lot,
      permit: async (attempt: number, provider: NonNullable<RunRecord['provider']>) =>
        (attempt > 1 ? await payment.reserveNext() : undefined) ?? payment.dispatch(provider),
      storeParked: () => this.#storeParked(record.deadlineAt),
      checkpoint: (chunks: Parameters<typeof rows.putChunks>[0]) => {
        rows.putChunks(chunks, kept);
        kept = chunks.length;
      },
    };
    try {
      const end = await runGeneration(order, this.#deps, log.emit);
      this.#conclude(end, payment, now() - startedAt);
      log.emit('manifest' in end ? { type: 'done', manifest: end.manifest, kept: end.kept } : failed(end.failure));
    } catch (error) {
      if (!(error instanceof StillParked)) throw error;
      // The picture is safe in this object's rows; the alarm stores it, and whoever asks then has it.
      log.emit(failed({ reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause: error.message, retryAfterSeconds: 60 }));
    }
  }

  async #storeParked(deadlineAt: number): Promise<void> {
    for (let waitMs = FIRST_RETRY_MS; this.#deps.now() < deadlineAt; waitMs = Math.min(2 * waitMs, MAX_RETRY_MS)) {
      if (await this.#deps.unpark()) return;
      await this.#deps.pause(waitMs);
    }
    throw new StillParked('the picture is made and not stored yet');
  }

  #conclude(end: RunEnd, payment: Payment, durationMs: number): void {
    const { rows, now } = this.#deps;
    const record = rows.read()!;
    // A call that was never dispatched is free, whatever broke before it.
    if (end.outcome === 'none' || record.state === 'reserving' || record.state === 'reserved') {
      payment.conclude('none');
      return;
    }
    if ('failure' in end) {
      payment.conclude('unknown', unknownOf(record));
      return;
    }
    if (end.outcome === 'refused') rows.putRefusal(now(), end.manifest);
    payment.conclude(end.outcome, settlementOf(record, end, durationMs));
    // What R2 refused to take is tried again from the rows.
    if (end.outcome === 'picture' && !end.kept) rows.write({ ...rows.read()!, isUnkept: true });
  }

  async #settleUp(payment: Payment): Promise<void> {
    try {
      await payment.settleUp();
      this.#retries = 0;
    } catch (error) {
      this.#deps.log('settle_failed', { error: String(error) });
      await this.#retryLater();
    }
  }

  #retryLater(): Promise<void> {
    const waitMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#retries);
    this.#retries += 1;
    return this.#deps.wakeAt(this.#deps.now() + waitMs);
  }

  /** Leaves nothing where nothing has to be remembered, and otherwise an alarm to forget by. */
  async #tidy(): Promise<void> {
    const { rows, now, forget, wakeAt, lot } = this.#deps;
    const record = rows.read();
    if (record?.state === 'ended' && record.outcome === 'none') rows.drop();
    if (record && record.state !== 'ended') return this.#retryLater();
    if (record?.isUnkept || !lot.isEmpty) return this.#retryLater();
    const refusals = rows.refusalTimes();
    const last = Math.max(rows.read()?.endedAt ?? 0, refusals.at(-1) ?? 0);
    if (now() - last >= MEMORY_MS) return forget();
    if (rows.read()?.outcome !== 'unknown') rows.dropChunks();
    await wakeAt(last + MEMORY_MS);
  }

  /** Finds out what became of a run that this instance does not carry. One at a time. */
  recover(): Promise<void> {
    this.#recovering ??= this.#recover().finally(() => {
      this.#recovering = undefined;
    });
    return this.#recovering;
  }

  async #recover(): Promise<void> {
    const { rows } = this.#deps;
    const record = rows.read();
    if (!record || (record.state === 'ended' && !record.isUnkept)) return;
    const payment = this.#paymentOf(undefined, record);
    if (record.state === 'reserving' || record.state === 'reserved') payment.conclude('none');
    if (record.state === 'dispatched' || record.isUnkept) {
      const found = await createRecovery(this.#deps)(record);
      if (found === 'later') return;
      if (found) {
        payment.conclude('picture', settlementOf(record, found));
        rows.write({ ...rows.read()!, outcome: 'picture', isUnkept: false });
      } else if (record.state === 'dispatched') payment.conclude('unknown', unknownOf(record));
      // Its picture is gone as well: the next caller gets a new one.
      else rows.write({ ...record, isUnkept: false });
      this.#deps.log('generation_recovered', { id: record.id, outcome: rows.read()?.outcome });
    }
    await this.#settleUp(payment);
  }

  /** The alarm: whatever is not finished is, and what is finished is forgotten in time. */
  async wake(): Promise<void> {
    const { rows, wakeAt, now } = this.#deps;
    if (this.#live) {
      // Its deadline ends it; should even that be cut off, somebody looks again.
      return wakeAt(Math.max(now() + WATCHDOG_MS, (rows.read()?.deadlineAt ?? 0) + WATCHDOG_MS));
    }
    await this.recover();
    if (!this.#live) await this.#tidy();
  }

  /** What became of a reservation, asked by a ledger whose lease has ended. */
  async fate(id: string): Promise<Fate> {
    const { rows } = this.#deps;
    const [run, attempt] = id.split(':');
    // What is not written here was settled by both, or was never granted.
    const isCurrent = (record = rows.read()) => record?.run === run && record?.attempt === Number(attempt);
    if (!isCurrent()) return { state: 'free' };
    const state = rows.read()?.state;
    if (state === 'reserving' || state === 'reserved') {
      // Held up past its lease: it must not go up any more.
      this.#paymentOf(undefined, rows.read()!).conclude('none');
      await this.#deps.flush();
      return { state: 'free' };
    }
    if (state === 'dispatched') {
      if (this.#live) return { state: 'running' };
      await this.recover();
      if (!isCurrent() || rows.read()?.state === 'dispatched') return { state: 'running' };
    }
    const { outcome, settlement } = rows.read()!;
    if (outcome === 'none') return { state: 'free' };
    return { state: 'spent', ...(settlement && { settlement }) };
  }
}

const failed = (failure: Failure): GenerationEvent => ({ type: 'failed', failure });

function tellWhole(manifest: Manifest, kept: boolean, log: EventLog): void {
  log.emit({ type: 'started', provider: manifest.provider, id: manifest.id, form: manifest.form });
  for (const chunk of manifest.chunks) log.emit({ type: 'chunk', chunk, images: manifest.images });
  log.emit({ type: 'done', manifest, kept });
}

const unknownOf = ({ micros, provider }: RunRecord): Settlement => ({
  micros,
  provider: provider ?? 'unknown',
  outcome: 'unknown',
});

function settlementOf(
  record: RunRecord,
  end: { outcome: 'picture' | 'refused'; manifest: Manifest },
  durationMs?: number,
): Settlement {
  const { manifest, outcome } = end;
  return {
    micros: manifest.costMicros,
    provider: manifest.provider,
    outcome,
    ...(durationMs !== undefined && { durationMs }),
    ...(outcome === 'picture' && {
      picture: {
        id: record.id,
        keepDays: RETENTION_DAYS[record.site.retention],
        ...(record.prefix !== undefined && { prefix: record.prefix }),
      },
    }),
  };
}
