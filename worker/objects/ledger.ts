import { DurableObject } from 'cloudflare:workers';
import { budgetSignal } from '../alarms/budgets.ts';
import { type AlarmService, createAlarmService } from '../alarms/service.ts';
import type { AlarmCause, AlarmSignal } from '../alarms/signal.ts';
import { createSiteWatch, type SiteWatch } from '../alarms/site-watch.ts';
import type { Salt } from '../auth/daily-salt.ts';
import type { DeskAlarms, DeskWebhook } from '../desk-protocol.ts';
import { type Audit, type AuditEntry, type Change, createAudit } from '../ledger/audit.ts';
import { type Bills, createBills, type StoredBill } from '../ledger/bills.ts';
import { dayOf, periodOf } from '../ledger/budget.ts';
import { type Claims, createClaims, type SiteChange, type SiteChangeEnd } from '../ledger/claims.ts';
import { createDeskLedger, type DeskLedger } from '../ledger/figures/desk-ledger.ts';
import type { PicturesAsk, PicturesPage } from '../ledger/figures/desk-rpc.ts';
import type { Overview, OverviewAsk } from '../ledger/figures/overview.ts';
import type { SiteDays, SiteHours } from '../ledger/figures/series.ts';
import type { SiteFigures, ToldPicture } from '../ledger/figures/site-figures.ts';
import type { BorrowerReport, Draw, LoanAnswer } from '../ledger/loan.ts';
import type { OriginCount, OriginCounts } from '../ledger/origins.ts';
import { createOwnerTries, type OwnerTries } from '../ledger/owner-tries.ts';
import {
  createPictureReports,
  type PictureReport,
  type PictureReports,
  REPORT_KEPT_MS,
  type VisitorReport,
} from '../ledger/picture-reports.ts';
import { createProviderHealth, type ProviderHealth, type ReportedKeyHealth } from '../ledger/provider-health.ts';
import type { DeploymentReport, LedgerReport } from '../ledger/report.ts';
import type { Demand, Reservation, ReservationOutcome, Settlement } from '../ledger/reservation.ts';
import { DEPLOYMENT, type LedgerFacts, type LedgerRpc, ledgerOf, type Served } from '../ledger/rpc.ts';
import { createLedgerSalts, type LedgerSalts } from '../ledger/salts.ts';
import { createLedgerService, type LedgerService, nextRing, type PauseAnswer } from '../ledger/service.ts';
import { sqlOf } from '../ledger/sql.ts';
import type { MonthRow } from '../ledger/usage.ts';
import type { WindowPolicy } from '../limits/policies.ts';
import type { KeyHealth } from '../providers/key-health.ts';
import { createBound } from '../shared/bound.ts';
import type { Failure } from '../shared/failure.ts';
import { createLog } from '../shared/log.ts';
import { type Env, objectServicesOf } from '../wiring.ts';

/** Time limit for a `Generation` to answer with an outcome. It may read R2 first. */
const OUTCOME_MS = 30_000;
const ALARM_RETRY_MS = 60_000;

/** Of the names of sites' ledgers. */
const SITE_PREFIX = ledgerOf('');

const bound = createBound();

/**
 * The exact count of money and limits: one object for each site and one for the deployment. KV cannot do this, because
 * it loses updates and shows them late. Here every decision is one synchronous step on SQLite. {@link createLedgerService}
 * decides; this class gives it storage, an alarm and RPC. The methods are described at {@link LedgerRpc}.
 */
export class Ledger extends DurableObject<Env> implements Served<LedgerRpc> {
  readonly #service: LedgerService;
  readonly #providerHealth: ProviderHealth;
  readonly #salts: LedgerSalts;
  readonly #ownerTries: OwnerTries;
  readonly #audit: Audit;
  readonly #claims: Claims;
  readonly #bills: Bills;
  readonly #pictureReports: PictureReports;
  readonly #desk: DeskLedger;
  readonly #log = createLog((text) => text);
  readonly #name: string;
  /** What a site's ledger tells of its money. The deployment's has none. */
  readonly #watch: SiteWatch | undefined;
  /** Made when it is needed. Only the deployment's ledger needs it. */
  #alarmService: AlarmService | undefined;
  /** When the alarm rings, Unix milliseconds, if this instance knows it. */
  #alarmAt = Number.POSITIVE_INFINITY;
  #isRinging = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const sql = sqlOf(ctx.storage);
    this.#name = ctx.id.name ?? '';
    const ledgerAt = (name: string): LedgerRpc => objectServicesOf(env).ledgerAt(name);
    this.#service = createLedgerService({
      sql,
      name: this.#name,
      isDemo: () => objectServicesOf(env).config.demo,
      lender: { draw: (site, draw) => ledgerAt(DEPLOYMENT).draw(site, draw) },
      borrower: ledgerAt,
      ask: (owner, id) =>
        bound(
          env.GENERATION.getByName(owner).outcome(id) as unknown as Promise<ReservationOutcome>,
          OUTCOME_MS,
          'outcome',
        ),
      now: Date.now,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      hold: (promise) => ctx.waitUntil(promise),
      wakeAt: (at) => this.#wakeAt(at),
      log: this.#log,
      onSettled: (settled) => this.#watched((watch) => watch.settled(settled)),
      // A picture that is past has no page on which its owner could decide.
      onPicturesPast: () => {
        for (const id of this.#pictureReports.withoutRow()) this.#closeReports(id);
      },
    });
    this.#watch = this.#name.startsWith(SITE_PREFIX)
      ? this.#createWatch(this.#name.slice(SITE_PREFIX.length))
      : undefined;
    this.#providerHealth = createProviderHealth(sql);
    this.#salts = createLedgerSalts(sql);
    this.#ownerTries = createOwnerTries(sql);
    this.#audit = createAudit(sql);
    this.#claims = createClaims(sql);
    this.#bills = createBills(sql);
    this.#pictureReports = createPictureReports(sql);
    this.#desk = createDeskLedger({
      ...{ ledger: this.#service.ledger, lender: this.#service.lender, reports: this.#pictureReports },
      recordedSites: this.#claims.sites,
      alarms: () => {
        const alarms = this.#alarms();
        this.ctx.waitUntil(alarms.lookSoon());
        return alarms.open();
      },
      ledgerAt,
      now: Date.now,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      log: this.#log,
    });
  }

  async reserve(reservation: Reservation): Promise<Failure | undefined> {
    this.#ring();
    this.#watch?.reserved(reservation);
    const refused = await this.#service.reserve(reservation);
    if (refused) this.#watched((watch) => watch.refused(refused, reservation.micros));
    return refused;
  }

  confirm(id: string): Failure | undefined {
    return this.#service.confirm(id);
  }

  release(id: string): void {
    this.#service.release(id);
  }

  settle(id: string, settlement: Settlement): void {
    const overrun = this.#service.settle(id, settlement);
    if (overrun > 0) {
      const { provider } = settlement;
      this.#log('overrun', { ledger: this.#name, id, overrunMicros: overrun, provider, alarm: true });
    }
  }

  async draw(site: string, draw: Draw): Promise<LoanAnswer> {
    this.#ring();
    const answer = await this.#service.draw(site, draw);
    // A site alone tells of the deployment's caps by its own sums.
    if (!answer.isAlone) this.#lookAtLoans(draw, answer.refusal);
    return answer;
  }

  recall(notice: LoanAnswer): BorrowerReport {
    return this.#service.recall(notice);
  }

  attempt(policies: readonly WindowPolicy[]): Failure | undefined {
    this.#ring();
    return this.#service.ledger.attempt(policies, crypto.randomUUID(), Date.now());
  }

  salt(day: string): Salt {
    // The alarm deletes the salt after its day.
    this.#ring();
    return this.#salts.of(day, Date.now(), () => crypto.getRandomValues(new Uint8Array(32)).toHex());
  }

  async setPaused(paused: boolean, who?: string): Promise<PauseAnswer> {
    const answer = await this.#service.setPaused(paused, who);
    this.#log('paused', { ledger: this.#name, paused, unheard: answer.unheard.join(' ') });
    return answer;
  }

  keepShare(site: string, part: number): Promise<void> {
    this.#ring();
    return this.#service.keepShare(ledgerOf(site), part);
  }

  block(prefix: string): void {
    this.#service.ledger.setBlocked(prefix, true, Date.now());
    this.#log('prefix_blocked', { ledger: this.#name, prefix });
  }

  unblock(prefix: string): void {
    this.#service.ledger.setBlocked(prefix, false, Date.now());
    this.#log('prefix_unblocked', { ledger: this.#name, prefix });
  }

  judge(demand: Demand): Failure | undefined {
    return this.#service.judge(demand);
  }

  count(hour: string, counts: Readonly<Record<string, number>>, origins?: OriginCounts): void {
    this.#ring();
    this.#service.ledger.usage.count(hour, counts);
    if (origins) this.#service.ledger.origins.note(hour.slice(0, 10), origins);
  }

  facts(): LedgerFacts {
    const { ledger } = this.#service;
    return { paused: ledger.isPaused(), spentMicros: ledger.spentToday(Date.now()), medians: ledger.usage.medians() };
  }

  reportHealth(health: KeyHealth): void {
    this.#providerHealth.note(health, Date.now());
    this.ctx.waitUntil(this.#keysChanged());
  }

  keyHealth(): ReportedKeyHealth[] {
    return this.#providerHealth.all();
  }

  judgeOwner(prefix: string, isRight: boolean): number {
    const now = Date.now();
    const lockedSeconds = this.#ownerTries.judge(prefix, isRight, now);
    // A flood from a locked address writes nothing.
    if (!isRight && lockedSeconds === 0) this.#audit.noteFailedLogIn(now);
    return lockedSeconds;
  }

  noteChange(change: Change): void {
    this.#audit.note(change, Date.now());
  }

  changes(limit: number, before = Number.MAX_SAFE_INTEGER): AuditEntry[] {
    return this.#audit.list(before, limit);
  }

  beginSiteChange(site: string): SiteChange | undefined {
    return this.#claims.beginSiteChange(site, crypto.randomUUID(), Date.now());
  }

  raiseEpoch(site: string, epoch: number): void {
    this.#claims.raiseEpoch(site, epoch);
  }

  endSiteChange(site: string, lease: string, end: SiteChangeEnd): void {
    this.#claims.endSiteChange(site, lease, end, Date.now());
  }

  claimClient(site: string, name: string, hash: string): boolean {
    return this.#claims.claimClient(site, name, hash, Date.now());
  }

  holdsClient(site: string, name: string, hash: string): boolean {
    return this.#claims.holdsClient(site, name, hash);
  }

  freeClients(site: string, name?: string): string[] {
    return this.#claims.freeClients(site, name);
  }

  report(days?: number): Promise<LedgerReport> {
    return this.#service.report(days);
  }

  siteFigures(play: boolean): SiteFigures {
    return this.#desk.siteFigures(play);
  }

  siteDays(first: string, last: string, play: boolean): Omit<SiteDays, 'site'> {
    return this.#desk.siteDays(first, last, play);
  }

  siteHours(day: string, play: boolean): SiteHours {
    return this.#desk.siteHours(day, play);
  }

  sitePictures(ask: PicturesAsk): PicturesPage<ToldPicture> {
    return this.#desk.sitePictures(ask);
  }

  knownSites(): string[] {
    return this.#desk.knownSites();
  }

  overview(ask: OverviewAsk): Promise<Overview> {
    return this.#desk.overview(ask);
  }

  series(days: number, play: boolean): ReturnType<DeskLedger['series']> {
    return this.#desk.series(days, play);
  }

  hours(day: string, play: boolean): ReturnType<DeskLedger['hours']> {
    return this.#desk.hours(day, play);
  }

  allPictures(ask: PicturesAsk): ReturnType<DeskLedger['allPictures']> {
    return this.#desk.allPictures(ask);
  }

  markWall(ids: readonly string[]): void {
    this.#service.ledger.pictures.markWall(ids);
  }

  reportPicture(report: VisitorReport): Failure | undefined {
    const outcome = this.#pictureReports.take(report, Date.now());
    if (typeof outcome === 'object') return outcome;
    if (outcome === 0) return undefined;
    const { id } = report;
    if (outcome === 1) this.#log('picture_reported', { ledger: this.#name, id, alarm: true });
    const { at: reportedAt = Date.now() } = this.#pictureReports.of([id])[id] ?? {};
    const { keepUntil = reportedAt + REPORT_KEPT_MS, onWall = false } = this.#service.ledger.pictures.find(id) ?? {};
    // Each report tells it, because the book may not have heard the one before.
    void this.#tell([
      {
        ...{ ...this.#reportedCause(id), period: id, facts: { picture: id, reportedAt } },
        ...(!onWall && { closesAt: keepUntil }),
      },
    ]);
    return undefined;
  }

  pictureReports(ids: readonly string[]): Record<string, PictureReport> {
    return this.#pictureReports.of(ids);
  }

  closeReports(id: string): void {
    this.#closeReports(id);
  }

  forgetPicture(id: string): void {
    this.#closeReports(id);
    this.#service.ledger.pictures.noteDeleted(id, Date.now());
  }

  deploymentReport(): Promise<DeploymentReport> {
    return this.#service.deploymentReport();
  }

  origins(): { admitted: OriginCount[]; refused: OriginCount[] } {
    return this.#service.ledger.origins.on(dayOf(Date.now()));
  }

  months(): MonthRow[] {
    return this.#service.ledger.usage.months();
  }

  async deploymentMonths(): Promise<{ rows: MonthRow[]; unread: string[] }> {
    const sites = this.#service.lender.borrowers();
    const { ledgerAt } = objectServicesOf(this.env);
    const answers = await Promise.allSettled(sites.map((site) => ledgerAt(site).months()));
    return {
      rows: answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])),
      unread: sites.filter((_, at) => answers[at]?.status === 'rejected'),
    };
  }

  keepBill(bill: StoredBill): void {
    this.#bills.keep(bill);
  }

  bills(): StoredBill[] {
    return this.#bills.all();
  }

  removeBill(month: string, provider?: string): number {
    return this.#bills.remove(month, provider);
  }

  ringAlarms(signals: readonly AlarmSignal[]): Promise<void> {
    this.#ring();
    return this.#alarms().ring(signals);
  }

  endAlarms(causes: readonly AlarmCause[]): void {
    for (const cause of causes) this.#alarms().end(cause);
  }

  alarms(origin: string): Promise<DeskAlarms> {
    return this.#alarms().list(origin);
  }

  closeAlarm(id: string): boolean {
    return this.#alarms().close(id);
  }

  setWebhook(address: string): string {
    return this.#alarms().setWebhook(address);
  }

  removeWebhook(): boolean {
    return this.#alarms().removeWebhook();
  }

  renewWebhookSecret(): string | undefined {
    return this.#alarms().renewSecret();
  }

  testWebhook(origin: string): Promise<DeskWebhook['deliveries'][number] | undefined> {
    return this.#alarms().test(origin);
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = Number.POSITIVE_INFINITY;
    let next = Date.now() + ALARM_RETRY_MS;
    try {
      next = await this.#service.wake();
      this.#salts.forget(Date.now());
      if (this.#name === DEPLOYMENT) next = Math.min(next, (await this.#alarms().wake()) ?? next);
    } catch (error) {
      // The platform retries an alarm that throws six times and then stops
      // (developers.cloudflare.com/durable-objects/api/alarms). This one must always ring again.
      this.#log('ledger_alarm_failed', { error: String(error) });
    }
    await this.#wakeAt(next);
  }

  #alarms(): AlarmService {
    const services = objectServicesOf(this.env);
    this.#alarmService ??= createAlarmService({
      sql: sqlOf(this.ctx.storage),
      variable: () => services.config.alertWebhook,
      readSettings: services.readWatched,
      keyHealth: () => this.#providerHealth.all(),
      random: services.random,
      fetch: (address, init) => fetch(address, init),
      abortAfter: (ms) => AbortSignal.timeout(ms),
      now: Date.now,
      wakeAt: (at) => this.#wakeAt(at),
      log: this.#log,
    });
    return this.#alarmService;
  }

  #createWatch(site: string): SiteWatch {
    return createSiteWatch({
      site,
      ledger: () => this.#service.ledger,
      hoursSince: (hour) => this.#service.ledger.spending.hours(hour, '9999', false),
      ring: (signals) => this.#tell(signals),
      end: (causes) => this.#tellOver(causes),
      now: Date.now,
    });
  }

  /** What looks after money must never stand in its way. */
  #watched(look: (watch: SiteWatch) => void): void {
    try {
      if (this.#watch) look(this.#watch);
    } catch (error) {
      this.#log('alarms_unlooked', { ledger: this.#name, error: String(error) });
    }
  }

  /** Tells the book of alarms. Never rejects. @returns Whether it has heard it. */
  #tell(signals: readonly AlarmSignal[]): Promise<boolean> {
    return this.#toBook((book) => book.ringAlarms(signals));
  }

  #tellOver(causes: readonly AlarmCause[]): void {
    void this.#toBook((book) => book.endAlarms(causes));
  }

  #toBook(tell: (book: Pick<LedgerRpc, 'ringAlarms' | 'endAlarms'>) => Promise<void>): Promise<boolean> {
    const told = async (): Promise<boolean> => {
      try {
        await tell(objectServicesOf(this.env).ledgerAt(DEPLOYMENT));
        return true;
      } catch (error) {
        this.#log('alarm_untold', { ledger: this.#name, error: String(error) });
        return false;
      }
    };
    const heard = told();
    this.ctx.waitUntil(heard);
    return heard;
  }

  #reportedCause(id: string): AlarmCause {
    return { name: 'picture_reported', site: this.#name.slice(SITE_PREFIX.length), subject: id };
  }

  #closeReports(id: string): void {
    const [before] = Object.keys(this.#pictureReports.of([id]));
    this.#pictureReports.close(id);
    if (before !== undefined) this.#tellOver([this.#reportedCause(id)]);
  }

  async #keysChanged(): Promise<void> {
    try {
      const { config } = objectServicesOf(this.env);
      await this.#alarms().keysChanged(config.providers.map(({ name, keys }) => ({ name, keys: keys.length })));
    } catch (error) {
      this.#log('alarms_unlooked', { ledger: this.#name, error: String(error) });
    }
  }

  /** What all sites together have spent, as they last told it, and whether a draw was refused because of it. */
  #lookAtLoans({ day, price }: Draw, refusal: Failure | undefined): void {
    const { config } = objectServicesOf(this.env);
    const stands = [
      { period: 'day', capMicros: config.deploymentDayBudgetMicros },
      { period: 'month', capMicros: config.deploymentMonthBudgetMicros },
    ] as const;
    const signals = stands.flatMap(({ period, capMicros }) => {
      const { lender } = this.#service;
      const spentMicros = lender.spentOf(periodOf(period, day)) + lender.owed(day)[period];
      const isRefusing = refusal?.reason === 'DEPLOYMENT_BUDGET_SPENT' && spentMicros + price > capMicros;
      return budgetSignal({ period, day, capMicros, spentMicros, isRefusing }, Date.now()) ?? [];
    });
    if (signals.length > 0) this.ctx.waitUntil(this.#alarms().ring(signals));
  }

  /** Sets the daily alarm where none is set. It is not waited for: no promise about money rests on it. */
  #ring(): void {
    if (this.#isRinging) return;
    this.#isRinging = true;
    const ring = async () => {
      const at = await this.ctx.storage.getAlarm();
      if (at === null) await this.#wakeAt(nextRing(this.#name, Date.now()));
      else this.#alarmAt = Math.min(this.#alarmAt, at);
    };
    this.ctx.waitUntil(ring());
  }

  async #wakeAt(at: number): Promise<void> {
    if (at >= this.#alarmAt) return;
    this.#alarmAt = at;
    await this.ctx.storage.setAlarm(at);
  }
}
