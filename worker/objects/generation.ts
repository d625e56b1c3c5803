import { DurableObject, type RpcStub } from 'cloudflare:workers';
import { toLines } from '../generation/event-log.ts';
import { GenerationMachine } from '../generation/generation.ts';
import type { GenerationJob, KeptUnder, RequestInputs } from '../generation/job.ts';
import { createRows } from '../generation/run-store.ts';
import type { ReservationOutcome } from '../ledger/reservation.ts';
import { sqlOf } from '../ledger/sql.ts';
import type { KeptInput } from '../request/inputs.ts';
import type { Log } from '../shared/log.ts';
import { createPictureId } from '../storage/keys.ts';
import { createPendingParts } from '../storage/pending.ts';
import type { Env } from '../wiring/env.ts';
import { objectServicesOf } from '../wiring/objects.ts';
import { providersOf } from '../wiring/providers.ts';

/**
 * The generation of one request: one object for each key in the whole world, so that a picture is made and paid for
 * once. The run belongs to the object and not to a connection; an alarm watches it. {@link GenerationMachine} makes the
 * decisions. This class gives it storage, an alarm and RPC.
 */
export class Generation extends DurableObject<Env> {
  readonly #machine: GenerationMachine;
  readonly #log: Log;
  readonly #refreshCatalog: () => Promise<void>;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const services = objectServicesOf(env);
    this.#log = services.log;
    this.#refreshCatalog = services.refreshCatalog;
    const pendingParts = createPendingParts(ctx.storage.sql);
    const rows = createRows(sqlOf(ctx.storage));
    this.#machine = new GenerationMachine({
      ...services,
      providers: providersOf(services),
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
      wakeAt: (at) => ctx.storage.setAlarm(at),
      abandon: (why) => ctx.abort(why),
      forget: async () => {
        await ctx.storage.deleteAll();
        rows.forgotten();
      },
    });
  }

  /** Starts or joins the run. @returns Its events as lines of JSON, never picture bytes. */
  async ask(job: GenerationJob, inputs: RequestInputs): Promise<ReadableStream<Uint8Array>> {
    await this.#refreshCatalog();
    if (typeof inputs !== 'function') return toLines(this.#machine.ask(job, inputs));
    // RPC disposes a stub of the arguments when the call returns. The run needs it for longer, so it is duplicated.
    const stub = (inputs as unknown as RpcStub<typeof inputs>).dup();
    const keepInputs = async () => (await stub()) as readonly KeptInput[];
    return toLines(endWith(this.#machine.ask(job, keepInputs), () => stub[Symbol.dispose]()));
  }

  /** Forgets pictures that their owner deletes. @returns false while it cannot: ask again. */
  async erase(kept: KeptUnder): Promise<boolean> {
    await this.#refreshCatalog();
    return this.#machine.erase(kept);
  }

  /** The outcome of a reservation, for a ledger that misses its money. */
  async outcome(id: string): Promise<ReservationOutcome> {
    await this.#refreshCatalog();
    return this.#machine.outcome(id);
  }

  override async alarm(): Promise<void> {
    try {
      await this.#refreshCatalog();
      await this.#machine.wake();
    } catch (error) {
      // The platform retries an alarm that throws six times and then stops
      // (developers.cloudflare.com/durable-objects/api/alarms). This one must ring until the run is settled.
      this.#log('generation_alarm_failed', { error: String(error) });
      await this.ctx.storage.setAlarm(Date.now() + ALARM_RETRY_MS);
    }
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
