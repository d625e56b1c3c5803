import { DurableObject, type RpcStub } from 'cloudflare:workers';
import { toLines } from '../generation/event-log.ts';
import { GenerationMachine } from '../generation/generation.ts';
import type { GenerationJob, RequestInputs } from '../generation/job.ts';
import { createRows } from '../generation/run-store.ts';
import type { ReservationOutcome } from '../ledger/reservation.ts';
import { sqlOf } from '../ledger/sql.ts';
import type { KeptInput } from '../request/inputs.ts';
import type { Log } from '../shared/log.ts';
import { createPictureId } from '../storage/keys.ts';
import { createPendingParts } from '../storage/pending.ts';
import { type Env, objectServicesOf } from '../wiring.ts';

/**
 * A request's generation: one object for each key, wherever in the world it is asked for, so that a picture is made
 * and paid for once. The run belongs to the object and not to any connection; an alarm looks after it. What is decided
 * is in {@link GenerationMachine}; this is its storage, its alarm and its door.
 */
export class Generation extends DurableObject<Env> {
  readonly #machine: GenerationMachine;
  readonly #log: Log;
  readonly #refreshCatalog: () => Promise<void>;
  #alarmAt = Number.POSITIVE_INFINITY;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const services = objectServicesOf(env);
    this.#log = services.log;
    this.#refreshCatalog = services.refreshCatalog;
    const pendingParts = createPendingParts(ctx.storage.sql);
    const rows = createRows(sqlOf(ctx.storage));
    this.#machine = new GenerationMachine({
      ...services,
      get catalog() {
        return services.config.catalog;
      },
      rows,
      pendingParts,
      flushPending: async (signal) => {
        const results = await services.images.flush(pendingParts, signal);
        for (const result of results) services.log('flushed', { ...result });
        if (results.some(({ outcome }) => outcome === 'lost')) throw new Error('R2 has dropped half a picture');
        return results.every(({ outcome }) => outcome === 'stored');
      },
      createPictureId: (retention, asker) => createPictureId(retention, services.random, asker),
      hold: (promise) => ctx.waitUntil(promise),
      flush: () => ctx.storage.sync(),
      wakeAt: (at) => this.#wakeAt(at),
      abandon: (why) => ctx.abort(why),
      forget: async () => {
        await ctx.storage.deleteAll();
        rows.forgotten();
        this.#alarmAt = Number.POSITIVE_INFINITY;
      },
    });
  }

  /** @returns The run's events as lines of JSON. Never picture bytes. */
  async ask(job: GenerationJob, inputs: RequestInputs): Promise<ReadableStream<Uint8Array>> {
    await this.#refreshCatalog();
    if (typeof inputs !== 'function') return toLines(this.#machine.ask(job, inputs));
    // What comes with a call goes with its answer; this is needed for longer.
    const stub = (inputs as unknown as RpcStub<typeof inputs>).dup();
    const keepInputs = async () => (await stub()) as readonly KeptInput[];
    return toLines(endWith(this.#machine.ask(job, keepInputs), () => stub[Symbol.dispose]()));
  }

  /** Asked by a ledger when a lease has ended. Whatever has not gone up by then never will. */
  async outcome(id: string): Promise<ReservationOutcome> {
    await this.#refreshCatalog();
    return this.#machine.outcome(id);
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = Number.POSITIVE_INFINITY;
    try {
      await this.#refreshCatalog();
      await this.#machine.wake();
    } catch (error) {
      // An alarm that throws is tried six times and then never again: this one rings until all is settled.
      this.#log('generation_alarm_failed', { error: String(error) });
      await this.#wakeAt(Date.now() + ALARM_RETRY_MS);
    }
  }

  async #wakeAt(at: number): Promise<void> {
    if (at >= this.#alarmAt) return;
    this.#alarmAt = at;
    await this.ctx.storage.setAlarm(at);
  }
}

async function* endWith<T>(events: AsyncGenerator<T>, end: () => void): AsyncGenerator<T> {
  try {
    yield* events;
  } finally {
    end();
  }
}

const ALARM_RETRY_MS = 60_000;
