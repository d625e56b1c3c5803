/**
 * The parts of a ledger object, each of which is about one subject and knows no platform. This file gives them the
 * object's storage, its clock, its timer and the other objects.
 */
import { createDeploymentWatch } from '../alarms/deployment-watch.ts';
import { providerKeysOf } from '../alarms/keys.ts';
import { createAlarmNotifier } from '../alarms/notifier.ts';
import { type AlarmService, createAlarmService } from '../alarms/service.ts';
import { createSiteWatch } from '../alarms/site-watch.ts';
import { onlyProviderOf } from '../catalog/only-provider.ts';
import { createAudit } from '../ledger/audit.ts';
import { createBills } from '../ledger/bills.ts';
import { createClaims } from '../ledger/claims.ts';
import { createDeploymentReports } from '../ledger/deployment-report.ts';
import { createDeskLedger } from '../ledger/figures/desk-ledger.ts';
import { createLoanJudge } from '../ledger/loan-judge.ts';
import { createOwnerTries } from '../ledger/owner-tries.ts';
import { createPictureReports } from '../ledger/picture-reports.ts';
import { createProviderHealth } from '../ledger/provider-health.ts';
import { createReportedPictures } from '../ledger/reported-pictures.ts';
import type { ReservationOutcome } from '../ledger/reservation.ts';
import { DEPLOYMENT, type LedgerRpc, siteOf } from '../ledger/rpc.ts';
import { createLedgerSalts } from '../ledger/salts.ts';
import { createLedgerService } from '../ledger/service.ts';
import { sqlOf } from '../ledger/sql.ts';
import { createBound } from '../shared/bound.ts';
import { createLog } from '../shared/log.ts';
import type { Env } from '../wiring/env.ts';
import { objectServicesOf } from '../wiring/objects.ts';
import { createWakeUp } from './wake-up.ts';

/** Longest wait for a `Generation` that tells an outcome, milliseconds. It may read R2 first. */
const OUTCOME_MS = 30_000;

const now = (): number => Date.now();
const bound = createBound();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function createLedgerParts({ storage, id, waitUntil }: LedgerContext, env: Env) {
  const sql = sqlOf(storage);
  /** Every ledger is called by its name, so it has one. */
  const name = id.name ?? '';
  const site = siteOf(name);
  const log = createLog((text) => text);
  const wakeUp = createWakeUp(storage, waitUntil);
  // Read when it is needed: a broken variable must not keep an object from opening its storage.
  const services = () => objectServicesOf(env);
  const ledgerAt = (other: string): LedgerRpc => services().ledgerAt(other);

  const service = createLedgerService({
    ...{ sql, name, now, bound, pause, log, hold: waitUntil, wakeAt: wakeUp.at },
    isDemo: () => services().config.demo,
    onlyProviderOf: (model) => onlyProviderOf(model, services().config.catalog, services().config.providers),
    lender: { draw: (borrower, draw) => ledgerAt(DEPLOYMENT).draw(borrower, draw) },
    borrower: ledgerAt,
    ask: (owner, reservation) => {
      // The stub's type rewrites every field for RPC. Only plain data is sent, so the cast is safe.
      const answer = env.GENERATION.getByName(owner).outcome(reservation) as unknown as Promise<ReservationOutcome>;
      return bound(answer, OUTCOME_MS, 'outcome');
    },
    onSettled: (settled) => siteWatch?.settled(settled),
    onPicturesPast: () => reportedPictures.closePast(),
  });
  const { ledger, lender } = service;

  const notifier = createAlarmNotifier({ book: () => ledgerAt(DEPLOYMENT), ledger: name, hold: waitUntil, log });
  const siteWatch =
    site === undefined
      ? undefined
      : createSiteWatch({
          ...{ site, notifier, now, log },
          ledger: () => ledger,
          hoursSince: (hour) => ledger.spending.hours(hour, '9999', false),
        });
  const pictureReports = createPictureReports(sql);
  const reportedPictures = createReportedPictures({
    ...{ site: site ?? '', ledger: name, reports: pictureReports, notifier, log, now },
    findPicture: ledger.pictures.find,
  });

  const providerHealth = createProviderHealth(sql);
  let alarmService: AlarmService | undefined;
  /** The book of alarms. Made, with its tables, when it is first needed: in the deployment's ledger alone. */
  function alarms(): AlarmService {
    alarmService ??= createAlarmService({
      ...{ sql, now, log, wakeAt: wakeUp.at, random: services().random, readSources: services().readAlarmSources },
      variable: () => services().config.alertWebhook,
      keyHealth: providerHealth.all,
      fetch: (address, init) => fetch(address, init),
      abortAfter: (ms) => AbortSignal.timeout(ms),
    });
    return alarmService;
  }
  const deploymentWatch = createDeploymentWatch({
    ...{ lender, alarms, ledger: name, hold: waitUntil, log, now },
    caps: () => {
      const { deploymentDayBudgetMicros: day, deploymentMonthBudgetMicros: month } = services().config;
      return { day, month };
    },
    providerKeys: () => providerKeysOf(services().config.providers),
  });

  const claims = createClaims(sql);
  const salts = createLedgerSalts(sql);
  const desk = createDeskLedger({
    ...{ ledger, lender, ledgerAt, now, bound, log, reports: pictureReports, recordedSites: claims.sites },
    alarms: (origin) => {
      alarms().noteOrigin(origin);
      waitUntil(alarms().refreshIfStale());
      return alarms().open();
    },
  });

  return {
    ...{ name, log, wakeUp, service, ledger, salts, desk, claims },
    ...{ siteWatch, deploymentWatch, alarms, providerHealth, pictureReports, reportedPictures },
    deploymentReports: createDeploymentReports({ ledger, lender, ledgerAt, now }),
    loanJudge: createLoanJudge({ ledger, lender, name, ledgerAt, now, bound, log }),
    ownerTries: createOwnerTries(sql),
    audit: createAudit(sql),
    bills: createBills(sql),

    /** What the object does when it is woken. @returns When it must be woken next, Unix milliseconds. */
    async wake(): Promise<number> {
      const next = await service.wake();
      salts.forget(now());
      return name === DEPLOYMENT ? Math.min(next, (await alarms().wake()) ?? next) : next;
    },
  };
}

/** What the parts use of an object's state. */
interface LedgerContext {
  storage: DurableObjectStorage;
  id: DurableObjectId;
  /** Keeps the object alive until a promise settles. */
  waitUntil: (promise: Promise<unknown>) => void;
}

/** What {@link createLedgerParts} returns. */
export type LedgerParts = ReturnType<typeof createLedgerParts>;
