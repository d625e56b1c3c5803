import { DurableObject } from 'cloudflare:workers';
import type { Salt } from '../auth/daily-salt.ts';
import { endLeases } from '../ledger/leases.ts';
import { createLedgerMachine, type LedgerMachine } from '../ledger/ledger.ts';
import { createProviderHealth, type ProviderHealth, type ReportedKeyHealth } from '../ledger/provider-health.ts';
import { type LedgerReport, reportOf } from '../ledger/report.ts';
import type { Reservation, ReservationOutcome, Settlement } from '../ledger/reservation.ts';
import type { LedgerFacts, LedgerRpc, Served } from '../ledger/rpc.ts';
import { createLedgerSalts, type LedgerSalts } from '../ledger/salts.ts';
import { sqlOf } from '../ledger/sql.ts';
import type { WindowPolicy } from '../limits/policies.ts';
import type { KeyHealth } from '../providers/key-health.ts';
import { createBound } from '../shared/bound.ts';
import type { Failure } from '../shared/failure.ts';
import { createLog } from '../shared/log.ts';
import type { Env } from '../wiring.ts';

const FORGET_EVERY_MS = 3_600_000;
/** Time limit for a `Generation` to answer with an outcome. It may read R2 first. */
const OUTCOME_MS = 30_000;

const bound = createBound();

/**
 * The exact count of money and limits: one object for each site and one for the deployment. KV cannot do this, because
 * it loses updates and shows them late. Here every decision is one synchronous step on SQLite
 * ({@link createLedgerMachine}). The methods are described at {@link LedgerRpc}.
 */
export class Ledger extends DurableObject<Env> implements Served<LedgerRpc> {
  readonly #ledger: LedgerMachine;
  readonly #providerHealth: ProviderHealth;
  readonly #salts: LedgerSalts;
  readonly #log = createLog((text) => text);
  /** When the alarm rings, Unix milliseconds, if this instance has set it. */
  #alarmAt = Number.POSITIVE_INFINITY;
  #forgottenAt = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#ledger = createLedgerMachine(sqlOf(ctx.storage));
    this.#providerHealth = createProviderHealth(sqlOf(ctx.storage));
    this.#salts = createLedgerSalts(sqlOf(ctx.storage));
  }

  async reserve(reservation: Reservation): Promise<Failure | undefined> {
    const refused = this.#ledger.reserve(reservation, Date.now());
    if (!refused) await this.#wakeAt(this.#ledger.nextDue());
    return refused;
  }

  confirm(id: string): Failure | undefined {
    return this.#ledger.confirm(id);
  }

  release(id: string): void {
    this.#ledger.release(id, Date.now());
  }

  settle(id: string, settlement: Settlement): void {
    const overrun = this.#ledger.settle(id, settlement, Date.now());
    if (overrun > 0) {
      const { provider } = settlement;
      this.#log('overrun', { ledger: this.ctx.id.name, id, overrunMicros: overrun, provider, alarm: true });
    }
  }

  attempt(policies: readonly WindowPolicy[]): Failure | undefined {
    return this.#ledger.attempt(policies, Date.now());
  }

  /** Sets the alarm too, because the alarm deletes the salt after its day. */
  async salt(day: string): Promise<Salt> {
    await this.#wakeAt(Math.min(Date.now() + FORGET_EVERY_MS, this.#ledger.nextDue() ?? Number.POSITIVE_INFINITY));
    return this.#salts.of(day, Date.now(), () => crypto.getRandomValues(new Uint8Array(32)).toHex());
  }

  setPaused(paused: boolean): void {
    this.#ledger.setPaused(paused);
    this.#log('paused', { ledger: this.ctx.id.name, paused });
  }

  count(hour: string, counts: Readonly<Record<string, number>>): void {
    this.#ledger.usage.count(hour, counts);
  }

  facts(): LedgerFacts {
    return { paused: this.#ledger.isPaused(), medians: this.#ledger.usage.medians() };
  }

  reportHealth(health: KeyHealth): void {
    this.#providerHealth.note(health, Date.now());
  }

  keyHealth(): ReportedKeyHealth[] {
    return this.#providerHealth.all();
  }

  report(): LedgerReport {
    return reportOf(this.#ledger, Date.now());
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = Number.POSITIVE_INFINITY;
    try {
      const ask = (owner: string, id: string): Promise<ReservationOutcome> =>
        bound<ReservationOutcome>(
          this.env.GENERATION.getByName(owner).outcome(id) as Promise<ReservationOutcome>,
          OUTCOME_MS,
          'outcome',
        );
      await endLeases({ ledger: this.#ledger, ask, now: Date.now, log: this.#log });
      if (Date.now() - this.#forgottenAt > FORGET_EVERY_MS) {
        this.#ledger.forget(Date.now());
        this.#salts.forget(Date.now());
        this.#forgottenAt = Date.now();
      }
    } catch (error) {
      // The platform retries an alarm that throws six times and then stops
      // (developers.cloudflare.com/durable-objects/api/alarms). This one must always ring again.
      this.#log('ledger_alarm_failed', { error: String(error) });
    }
    await this.#wakeAt(Math.max(Date.now() + 1000, this.#ledger.nextDue() ?? Date.now() + FORGET_EVERY_MS));
  }

  async #wakeAt(at: number | undefined): Promise<void> {
    if (at === undefined || at >= this.#alarmAt) return;
    this.#alarmAt = at;
    await this.ctx.storage.setAlarm(at);
  }
}
