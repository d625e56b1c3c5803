import { DurableObject } from 'cloudflare:workers';
import { sqlOf } from '../ledger/sql.ts';
import { createUsedProofs, type UsedProofs } from '../proofs/used-proofs.ts';
import type { Env } from '../wiring/env.ts';

/** Expired proofs are deleted together, no sooner than this. They do no harm until then. */
const MIN_DELAY_MS = 60_000;

/**
 * The used proofs of a site: one object for each. It is not part of the site's ledger, so that a flood of sessions
 * never queues in front of money. Every call carries a proof that is solved, because the worker checks that first.
 */
export class Proofs extends DurableObject<Env> implements UsedProofs {
  readonly #used: ReturnType<typeof createUsedProofs>;
  #isWakeUpSet = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#used = createUsedProofs(sqlOf(ctx.storage));
  }

  async use(id: string, expiresAt: number): Promise<boolean> {
    // Nothing awaits between read and write, so of two calls with one id exactly one is the first.
    const isFirst = this.#used.use(id, expiresAt);
    await this.#ensureWakeUp(expiresAt);
    return isFirst;
  }

  override async alarm(): Promise<void> {
    this.#isWakeUpSet = false;
    const next = this.#used.forget(Date.now());
    if (next !== undefined) await this.#ensureWakeUp(next);
  }

  /** Sets the object's timer where it is not set. @param at Unix milliseconds. */
  async #ensureWakeUp(at: number): Promise<void> {
    if (this.#isWakeUpSet) return;
    this.#isWakeUpSet = true;
    if ((await this.ctx.storage.getAlarm()) !== null) return;
    await this.ctx.storage.setAlarm(Math.max(at, Date.now() + MIN_DELAY_MS));
  }
}
