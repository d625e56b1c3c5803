import { DurableObject } from 'cloudflare:workers';
import type { AlarmCause, AlarmSignal } from '../alarms/signal.ts';
import type { Salt } from '../auth/daily-salt.ts';
import type { DeskAlarms, DeskWebhook } from '../desk-protocol.ts';
import type { AuditEntry, Change } from '../ledger/audit.ts';
import type { StoredBill } from '../ledger/bills.ts';
import type { SiteChange, SiteChangeEnd } from '../ledger/claims.ts';
import type { DeploymentReport } from '../ledger/deployment-report.ts';
import type { DeskLedger } from '../ledger/figures/desk-ledger.ts';
import type { PicturesAsk, PicturesPage } from '../ledger/figures/desk-rpc.ts';
import type { Overview, OverviewAsk } from '../ledger/figures/overview.ts';
import type { SiteDays, SiteHours } from '../ledger/figures/series.ts';
import type { SiteFigures, ToldPicture } from '../ledger/figures/site-figures.ts';
import type { BorrowerReport, Draw, LoanAnswer, LoanQuestion, TakenOfDay } from '../ledger/loan.ts';
import type { OriginCount, OriginCounts } from '../ledger/origins.ts';
import type { PictureReport, VisitorReport } from '../ledger/picture-reports.ts';
import type { ReportedKeyHealth } from '../ledger/provider-health.ts';
import type { LedgerReport } from '../ledger/report.ts';
import type { Demand, Reservation, Settlement } from '../ledger/reservation.ts';
import { type LedgerFacts, type LedgerRpc, ledgerOf, type PauseAnswer, type Served } from '../ledger/rpc.ts';
import { nextDailyWake } from '../ledger/service.ts';
import type { MonthRow } from '../ledger/usage.ts';
import type { WindowPolicy } from '../limits/policies.ts';
import type { KeyHealth } from '../providers/key-health.ts';
import type { Failure } from '../shared/failure.ts';
import { dayOf } from '../shared/utc.ts';
import type { Env } from '../wiring/env.ts';
import { createLedgerParts, type LedgerParts } from './ledger-parts.ts';

/** Delay before a wake-up that failed is tried again. */
const RETRY_MS = 60_000;

/**
 * The exact count of money and limits: one object for each site and one for the deployment. KV cannot do this, because
 * it loses updates and shows them late. Here every decision is one synchronous step on SQLite.
 *
 * This class only routes calls to the parts of a ledger, with the time and with random bytes. {@link LedgerRpc}
 * describes its methods.
 */
export class Ledger extends DurableObject<Env> implements Served<LedgerRpc> {
  readonly #parts: LedgerParts;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { storage, id } = ctx;
    this.#parts = createLedgerParts({ storage, id, waitUntil: (promise) => ctx.waitUntil(promise) }, env);
  }

  // Money

  async reserve(reservation: Reservation): Promise<Failure | undefined> {
    const { service, siteWatch } = this.#parts;
    this.#ensureWakeUp();
    siteWatch?.reserved(reservation);
    const refused = await service.reserve(reservation);
    if (refused) siteWatch?.refused(refused, reservation.micros);
    return refused;
  }

  confirm(id: string): Failure | undefined {
    return this.#parts.service.confirm(id);
  }

  release(id: string): void {
    this.#parts.service.release(id);
  }

  settle(id: string, settlement: Settlement): void {
    this.#parts.service.settle(id, settlement);
  }

  async draw(site: string, draw: Draw): Promise<LoanAnswer> {
    const { service, deploymentWatch } = this.#parts;
    this.#ensureWakeUp();
    const answer = await service.draw(site, draw);
    // A site that is alone tells of the deployment's budgets by its own sums.
    if (!answer.isAlone) deploymentWatch.drawn(draw, answer.refusal);
    return answer;
  }

  recall(notice: LoanAnswer): BorrowerReport {
    return this.#parts.service.recall(notice);
  }

  judge(demand: Demand): Promise<Failure | undefined> {
    return this.#parts.loanJudge.judge(demand);
  }

  judgeLoan(site: string, question: LoanQuestion): Promise<Failure | undefined> {
    return this.#parts.loanJudge.judgeLoan(site, question);
  }

  takenOn(day: string): TakenOfDay {
    return this.#parts.loanJudge.takenOn(day);
  }

  setPaused(paused: boolean, who?: string): Promise<PauseAnswer> {
    return this.#parts.service.setPaused(paused, who);
  }

  keepShare(site: string, part: number): Promise<void> {
    this.#ensureWakeUp();
    return this.#parts.service.keepShare(ledgerOf(site), part);
  }

  // Visitors

  attempt(policies: readonly WindowPolicy[]): Failure | undefined {
    this.#ensureWakeUp();
    return this.#parts.ledger.attempt(policies, crypto.randomUUID(), Date.now());
  }

  salt(day: string): Salt {
    // The wake-up deletes the salt after its day.
    this.#ensureWakeUp();
    return this.#parts.salts.of(day, Date.now(), () => crypto.getRandomValues(new Uint8Array(32)).toHex());
  }

  block(prefix: string): void {
    const { ledger, log, name } = this.#parts;
    ledger.setBlocked(prefix, true, Date.now());
    log('prefix_blocked', { ledger: name, prefix });
  }

  unblock(prefix: string): void {
    const { ledger, log, name } = this.#parts;
    ledger.setBlocked(prefix, false, Date.now());
    log('prefix_unblocked', { ledger: name, prefix });
  }

  // Figures

  count(hour: string, counts: Readonly<Record<string, number>>, origins?: OriginCounts): void {
    const { ledger } = this.#parts;
    this.#ensureWakeUp();
    ledger.usage.count(hour, counts);
    if (origins) ledger.origins.note(hour.slice(0, 10), origins);
  }

  facts(): LedgerFacts {
    const { ledger } = this.#parts;
    return { paused: ledger.isPaused(), spentMicros: ledger.spentToday(Date.now()), medians: ledger.usage.medians() };
  }

  report(days?: number): Promise<LedgerReport> {
    return this.#parts.service.report(days);
  }

  deploymentReport(): Promise<DeploymentReport> {
    return this.#parts.deploymentReports.report();
  }

  origins(): { admitted: OriginCount[]; refused: OriginCount[] } {
    return this.#parts.ledger.origins.on(dayOf(Date.now()));
  }

  months(): MonthRow[] {
    return this.#parts.ledger.usage.months();
  }

  deploymentMonths(): Promise<{ rows: MonthRow[]; unread: string[] }> {
    return this.#parts.deploymentReports.months();
  }

  siteFigures(play: boolean): SiteFigures {
    return this.#parts.desk.siteFigures(play);
  }

  siteDays(first: string, last: string, play: boolean): Omit<SiteDays, 'site'> {
    return this.#parts.desk.siteDays(first, last, play);
  }

  siteHours(day: string, play: boolean): SiteHours {
    return this.#parts.desk.siteHours(day, play);
  }

  sitePictures(ask: PicturesAsk): PicturesPage<ToldPicture> {
    return this.#parts.desk.sitePictures(ask);
  }

  knownSites(): string[] {
    return this.#parts.desk.knownSites();
  }

  overview(ask: OverviewAsk): Promise<Overview> {
    return this.#parts.desk.overview(ask);
  }

  series(days: number, play: boolean): ReturnType<DeskLedger['series']> {
    return this.#parts.desk.series(days, play);
  }

  hours(day: string, play: boolean): ReturnType<DeskLedger['hours']> {
    return this.#parts.desk.hours(day, play);
  }

  allPictures(ask: PicturesAsk): ReturnType<DeskLedger['allPictures']> {
    return this.#parts.desk.allPictures(ask);
  }

  // Pictures

  markWall(ids: readonly string[]): void {
    this.#parts.ledger.pictures.markWall(ids);
  }

  reportPicture(report: VisitorReport): Failure | undefined {
    return this.#parts.reportedPictures.report(report);
  }

  pictureReports(ids: readonly string[]): Record<string, PictureReport> {
    return this.#parts.pictureReports.of(ids);
  }

  closeReports(id: string): void {
    this.#parts.reportedPictures.close(id);
  }

  forgetPicture(id: string): void {
    const { reportedPictures, ledger } = this.#parts;
    reportedPictures.close(id);
    ledger.pictures.noteDeleted(id, Date.now());
  }

  // The owner's records, in the deployment's ledger

  reportHealth(health: KeyHealth): void {
    const { providerHealth, deploymentWatch } = this.#parts;
    providerHealth.note(health, Date.now());
    deploymentWatch.keyReported();
  }

  keyHealth(): ReportedKeyHealth[] {
    return this.#parts.providerHealth.all();
  }

  judgeOwner(prefix: string, isRight: boolean): number {
    const { ownerTries, audit } = this.#parts;
    const now = Date.now();
    const lockedSeconds = ownerTries.judge(prefix, isRight, now);
    // A flood from a locked address writes nothing.
    if (!isRight && lockedSeconds === 0) audit.noteFailedLogIn(now);
    return lockedSeconds;
  }

  noteChange(change: Change): void {
    this.#parts.audit.note(change, Date.now());
  }

  changes(limit: number, before = Number.MAX_SAFE_INTEGER): AuditEntry[] {
    return this.#parts.audit.list(before, limit);
  }

  beginSiteChange(site: string): SiteChange | undefined {
    return this.#parts.claims.beginSiteChange(site, crypto.randomUUID(), Date.now());
  }

  raiseEpoch(site: string, epoch: number): void {
    this.#parts.claims.raiseEpoch(site, epoch);
  }

  endSiteChange(site: string, lease: string, end: SiteChangeEnd): void {
    this.#parts.claims.endSiteChange(site, lease, end, Date.now());
  }

  claimClient(site: string, name: string, hash: string): boolean {
    return this.#parts.claims.claimClient(site, name, hash, Date.now());
  }

  holdsClient(site: string, name: string, hash: string): boolean {
    return this.#parts.claims.holdsClient(site, name, hash);
  }

  freeClients(site: string, name?: string): string[] {
    return this.#parts.claims.freeClients(site, name);
  }

  keepBill(bill: StoredBill): void {
    this.#parts.bills.keep(bill);
  }

  bills(): StoredBill[] {
    return this.#parts.bills.all();
  }

  removeBill(month: string, provider?: string): number {
    return this.#parts.bills.remove(month, provider);
  }

  // The owner's alarms, in the deployment's ledger

  ringAlarms(signals: readonly AlarmSignal[]): Promise<void> {
    this.#ensureWakeUp();
    return this.#parts.alarms().ring(signals);
  }

  endAlarms(causes: readonly AlarmCause[]): void {
    for (const cause of causes) this.#parts.alarms().end(cause);
  }

  alarms(origin: string): Promise<DeskAlarms> {
    return this.#parts.alarms().list(origin);
  }

  closeAlarm(id: string): boolean {
    return this.#parts.alarms().dismiss(id);
  }

  setWebhook(address: string): string {
    return this.#parts.alarms().setWebhook(address);
  }

  removeWebhook(): boolean {
    return this.#parts.alarms().removeWebhook();
  }

  renewWebhookSecret(): string | undefined {
    return this.#parts.alarms().renewSecret();
  }

  testWebhook(origin: string): Promise<DeskWebhook['deliveries'][number] | undefined> {
    return this.#parts.alarms().test(origin);
  }

  // The platform's timer

  override async alarm(): Promise<void> {
    const { wakeUp, wake, log } = this.#parts;
    wakeUp.woken();
    let next = Date.now() + RETRY_MS;
    try {
      next = await wake();
    } catch (error) {
      // The platform retries an alarm that throws six times and then stops
      // (developers.cloudflare.com/durable-objects/api/alarms). This one must always be set again.
      log('ledger_alarm_failed', { error: String(error) });
    }
    await wakeUp.at(next);
  }

  #ensureWakeUp(): void {
    const { wakeUp, name } = this.#parts;
    wakeUp.ensure(() => nextDailyWake(name, Date.now()));
  }
}
