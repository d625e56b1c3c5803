/**
 * A ledger with everything that takes time: callers that wait for money, questions to owners of old reservations, loans
 * between the deployment's ledger and the sites', and the alarm. The decisions are those of {@link createLedgerMachine}
 * and {@link createLender}. A site that is alone in its deployment waits for nothing here: it decides in one step.
 */
import type { Bound } from '../shared/bound.ts';
import type { Failure } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import { dayOf } from '../shared/utc.ts';
import { HELD } from './budget.ts';
import { askOwner } from './leases.ts';
import { createLedgerMachine, type DueHold, type LedgerOptions } from './ledger.ts';
import { createLender } from './lender.ts';
import type { BorrowerReport, BorrowerRpc, Draw, LenderRpc, LoanAnswer } from './loan.ts';
import { type LedgerReport, reportOf } from './report.ts';
import type { Cap, Demand, Reservation, ReservationOutcome, Settlement } from './reservation.ts';
import type { PauseAnswer } from './rpc.ts';
import type { Sql } from './sql.ts';
import { KEEP_DAYS } from './usage.ts';

/** Longest wait of a reservation for money. It is as long as a permission to dispatch lasts. */
const WAIT_MS = 5_000;
const MAX_DRAWS = 4;
/** Longest wait for the deployment's ledger, which itself waits for {@link RECALL_MS}. */
const DRAW_MS = 2_500;
const RECALL_MS = 2_000;
/** Longest wait of a refused caller for the owners of old reservations. */
const ASK_MS = 900;
/** A refusal of the deployment's ledger is remembered so long: money that is held may come back any second. */
const HELD_MS = 1_000;
const SPENT_MS = 5_000;
/** After a refused refill the next one waits. */
const REFILL_PAUSE_MS = 30_000;
/** An overrun and a pause that were not heard are told again, after a crash by the alarm. */
const TELL_AGAIN_MS = 1_000;
const TELL_TIMES = 3;
const ALARM_MS = 5_000;
/** The ledger's own alarm rings once a day. */
const DAY_MS = 86_400_000;

/** What {@link createLedgerService} needs. Times are Unix milliseconds. */
export interface LedgerServiceOptions extends LedgerOptions {
  sql: Sql;
  /** The name of this ledger among those of the deployment. */
  name: string;
  /** The ledger that lends the deployment's budget. */
  lender: LenderRpc;
  /** The ledger of a site that has borrowed, by its name. */
  borrower: (name: string) => BorrowerRpc;
  /** Asks a `Generation` by its name what became of a reservation. */
  ask: (owner: string, id: string) => Promise<ReservationOutcome>;
  now: () => number;
  bound: Bound;
  pause: (ms: number) => Promise<unknown>;
  /** Keeps the object alive until a promise settles. */
  hold: (promise: Promise<unknown>) => void;
  /** Sets the alarm. Of several times the earliest counts. */
  wakeAt: (at: number) => Promise<void>;
  log: Log;
}

export function createLedgerService(options: LedgerServiceOptions) {
  const { sql, name, lender: deployment, borrower, ask, now, bound, pause, hold, wakeAt, log } = options;
  const ledger = createLedgerMachine(sql, options);
  const lender = createLender(sql);
  const reservations = createQueue();
  const backgroundDraws = createQueue();
  /** Questions to owners, by reservation. */
  const asking = new Map<string, Promise<void>>();
  let refusal: { failure: Failure; price: number; at: number; ms: number } | undefined;
  let refillRefusedAt = Number.NEGATIVE_INFINITY;
  let recalledAt = Number.NEGATIVE_INFINITY;
  let gathering: Promise<unknown> | undefined;

  /** Whether something happened at most so long ago. A clock that was set back does not make it last longer. */
  const isWithin = (at: number, ms: number): boolean => now() >= at && now() - at < ms;

  /** Rings soon if something is left to be told that a crash must not hide. */
  const tellLater = (): Promise<void> => wakeAt(now() + ALARM_MS);

  // A site's ledger

  async function drawFrom(draw: Draw): Promise<Failure | undefined> {
    try {
      const answer = await bound(deployment.draw(name, draw), DRAW_MS, 'draw');
      ledger.take(answer, draw);
      return answer.refusal;
    } catch (error) {
      log('draw_failed', { ledger: name, error: String(error) });
      const retryAfterSeconds = 5;
      return { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds, cause: 'the deployment did not lend' };
    }
  }

  /** Draws until a reservation has its money or is refused. One at a time, so that the first to come is the first served. */
  async function obtain(reservation: Reservation, since: number): Promise<Failure | undefined> {
    for (let times = 0; ; times += 1) {
      const refused = ledger.reserve(reservation, now());
      if (refused?.reason !== 'SLICE_SHORT') return refused;
      if (refusal && isWithin(refusal.at, refusal.ms) && refusal.price <= reservation.micros) return refusal.failure;
      // Another site may have called back what was just lent.
      if (times === MAX_DRAWS || now() - since >= WAIT_MS) return HELD;
      const failure = await drawFrom(ledger.draw(refused, reservation.micros, now()));
      if (!failure) {
        refusal = undefined;
        continue;
      }
      const ms = failure.reason === 'DEPLOYMENT_BUDGET_SPENT' ? SPENT_MS : HELD_MS;
      // A ledger that does not answer has no money for a cheaper reservation either.
      const price = failure.reason === 'UPSTREAM_UNAVAILABLE' ? 0 : reservation.micros;
      refusal = { failure, price, at: now(), ms };
      return failure;
    }
  }

  async function tryToReserve(reservation: Reservation, since: number): Promise<Failure | undefined> {
    if (reservations.isEmpty) {
      const refused = ledger.reserve(reservation, now());
      if (refused?.reason !== 'SLICE_SHORT') return refused;
    }
    return reservations.run(() => obtain(reservation, since));
  }

  /** Asks for more in the background, before it is missed. */
  function refill(caps: readonly Cap[]): void {
    if (isWithin(refillRefusedAt, REFILL_PAUSE_MS) || !backgroundDraws.isEmpty) return;
    const draw = ledger.refill(caps, now());
    if (!draw) return;
    hold(
      backgroundDraws.run(async () => {
        if (await drawFrom(draw)) refillRefusedAt = now();
      }),
    );
  }

  /** Tells the deployment's ledger what an overrun has cost beyond this ledger's slice. */
  async function tellShortage(): Promise<void> {
    for (let times = 0; times < TELL_TIMES; times += 1) {
      const draw = ledger.shortage(now());
      if (!draw) return;
      await tellLater();
      await backgroundDraws.run(() => drawFrom(draw));
      if (ledger.shortage(now())) await pause(TELL_AGAIN_MS);
    }
  }

  /** Records the cost of an attempt. Idempotent: the first settlement counts. */
  function settle(id: string, settlement: Settlement): void {
    const overrunMicros = ledger.settle(id, settlement, now());
    if (overrunMicros === 0) return;
    log('overrun', { ledger: name, id, overrunMicros, provider: settlement.provider, alarm: true });
    hold(tellShortage());
  }

  /** Old reservations whose owners are not being asked already. */
  const oldHolds = (): DueHold[] => ledger.due(now()).filter(({ id }) => !asking.has(id));

  /** Asks the owners of old reservations side by side. One that hangs keeps no other from being asked. */
  async function askOld(): Promise<void> {
    const asked = oldHolds().map((due) => {
      const answer = askOwner(due, { ledger, settle, ask, now, log }).finally(() => asking.delete(due.id));
      asking.set(due.id, answer);
      hold(answer);
      return answer;
    });
    await Promise.all(asked);
  }

  // The deployment's ledger

  /** Calls back from several sites side by side. @returns Whether all have answered. */
  async function callBack(notices: ReadonlyMap<string, LoanAnswer>): Promise<boolean> {
    const answers = await Promise.all(
      [...notices].map(async ([site, notice]) => {
        try {
          const report = await bound(borrower(site).recall(notice), RECALL_MS, 'recall');
          lender.heard(site, notice.pause.version);
          lender.hear(site, report);
          return true;
        } catch (error) {
          log('recall_failed', { site, error: String(error) });
          return false;
        }
      }),
    );
    return !answers.includes(false);
  }

  /** Grants a draw, calling money back from other sites where that helps. */
  async function lend(site: string, draw: Draw): Promise<LoanAnswer> {
    let served = lender.serve(site, draw, now());
    if (served.alone !== undefined) {
      const { alone } = served;
      await gather(() => new Map([[alone, lender.endAlone(draw.day)]]));
      served = lender.serve(site, draw, now());
    }
    const { missing } = served;
    // One round a second: a flood near the cap must not ask all others for each of its requests.
    if (missing && !draw.isBackground && (gathering || !isWithin(recalledAt, HELD_MS))) {
      await gather(() => {
        recalledAt = now();
        return lender.recalls(missing, { but: site, isDue: false });
      });
      served = lender.serve(site, draw, now());
    }
    if (lender.over(draw.day).size > 0) hold(callBackOver(draw.day));
    const { answer } = served;
    return answer.isAlone ? { ...answer, owed: owedBefore(draw.day) } : answer;
  }

  /** Calls money back for a draw, or waits for the round under way. A site that hangs holds up no other draw. */
  async function gather(notices: () => ReadonlyMap<string, LoanAnswer>): Promise<void> {
    gathering ??= callBack(notices()).finally(() => {
      gathering = undefined;
    });
    await gathering;
  }

  /** What this ledger's own books of an earlier version, in which it held all money itself, have not been paid. */
  const owedBefore = (day: string) => ({
    day: ledger.taken('site', 'day', day).owed,
    month: ledger.taken('site', 'month', day).owed,
  });

  /** Calls back what an overrun or a lower cap has taken from all sites. @returns Whether all have answered. */
  async function callBackOver(day: string): Promise<boolean> {
    for (let times = 0; times < TELL_TIMES; times += 1) {
      const recalls = lender.recalls(lender.over(day), { isDue: true });
      if (recalls.size === 0) return true;
      await tellLater();
      if (await callBack(recalls)) return true;
      await pause(TELL_AGAIN_MS);
    }
    return false;
  }

  /** Calls back from a site that is alone, once a part is kept for another one. @returns Whether that is done. */
  async function endAlone(): Promise<boolean> {
    const alone = lender.aloneAgainstShares();
    if (alone === undefined) return true;
    await tellLater();
    return callBack(new Map([[alone, lender.endAlone(dayOf(now()))]]));
  }

  /** Tells all sites the owner's last word. @returns Those that have not heard it. */
  async function tellPause(): Promise<string[]> {
    for (let times = 0; times < TELL_TIMES && lender.unheard().length > 0; times += 1) {
      if (times > 0) await pause(TELL_AGAIN_MS / 2);
      const notice: LoanAnswer = { isAlone: false, pause: lender.pause(), loans: {} };
      await callBack(new Map(lender.unheard().map((site) => [site, notice])));
    }
    const unheard = lender.unheard();
    if (unheard.length > 0) await tellLater();
    return unheard;
  }

  return {
    ledger,
    lender,

    async reserve(asked: Reservation): Promise<Failure | undefined> {
      const since = now();
      // While a deploy goes on, runs of an earlier version ask with caps that do not say whose they are, or name no purse.
      if (asked.caps.some(({ of }) => of === undefined)) return OTHER_VERSION;
      const reservation = { ...asked, purses: asked.purses ?? [] };
      let refused = await tryToReserve(reservation, since);
      if (refused && MAY_COME_BACK.includes(refused.reason) && oldHolds().length > 0) {
        await Promise.race([askOld(), pause(ASK_MS)]);
        refusal = undefined;
        refused = await tryToReserve(reservation, since);
      }
      if (refused) ledger.refused(reservation, now());
      else refill(reservation.caps);
      return refused;
    },

    /** Whether a demand would be granted, as far as this ledger knows: what others hold of the deployment's is not asked. */
    judge(demand: Demand): Failure | undefined {
      const refused = ledger.judge(demand, now());
      return refused?.reason === 'SLICE_SHORT' ? undefined : refused;
    },

    /** Keeps a part of the deployment's budgets for a site. Until a site that was alone has heard it, it is told again. */
    async keepShare(site: string, part: number): Promise<void> {
      lender.keepShare(site, part);
      await endAlone();
    },

    confirm: (id: string): Failure | undefined => ledger.confirm(id),
    release: (id: string): void => ledger.release(id, now()),

    settle,

    draw: lend,

    recall(notice: LoanAnswer): BorrowerReport {
      const report = ledger.recall(notice, now());
      hold(askOld());
      return report;
    },

    /** Stops or resumes paid work here and in all ledgers that borrow from this one. */
    async setPaused(isPaused: boolean, who?: string): Promise<PauseAnswer> {
      lender.setPaused(isPaused, { at: now(), who: who ?? '' });
      const unheard = await tellPause();
      log('paused', { ledger: name, paused: isPaused, unheard: unheard.join(' ') });
      return { unheard };
    },

    /** The state of this ledger. Owners of old reservations are asked first. */
    async report(days?: number): Promise<LedgerReport> {
      await Promise.race([askOld(), pause(ASK_MS)]);
      return reportOf(ledger, now(), days);
    },

    /** The alarm: tells what was not heard, asks old owners, forgets old rows. @returns When it rings next. */
    async wake(): Promise<number> {
      const day = dayOf(now());
      await tellShortage();
      const unheard = await tellPause();
      const isAlone = !(await endAlone());
      const isOver = !(await callBackOver(day));
      await askOld();
      const isLeft = ledger.forget(now());
      lender.forget(dayOf(now() - KEEP_DAYS * DAY_MS));
      if (isLeft) return now() + TELL_AGAIN_MS;
      return unheard.length > 0 || isOver || isAlone ? now() + ALARM_MS : nextDailyWake(name, now());
    },
  };
}

/** What {@link createLedgerService} returns. */
export type LedgerService = ReturnType<typeof createLedgerService>;

const OTHER_VERSION: Failure = {
  ...{ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' },
  retryAfterSeconds: 5,
  cause: 'the run is of an earlier version',
};

/** Refusals that an old reservation may be the reason of, whose run has ended without a word. */
const MAY_COME_BACK: readonly string[] = [
  'BUDGET_HELD',
  'VISITOR_MINUTE',
  'VISITOR_DAY',
  'VISITOR_ATTEMPTS',
  'SESSION_SPENT',
  'CLIENT_LIMIT',
  'SITE_MINUTE',
];

/** The next ring of a ledger's daily alarm: soon after midnight UTC, spread over half an hour by its name. */
export function nextDailyWake(name: string, now: number): number {
  let spread = 0;
  for (const character of name) spread = (spread * 31 + character.charCodeAt(0)) % (30 * 60_000);
  const midnight = Math.floor(now / DAY_MS) * DAY_MS + 5 * 60_000 + spread;
  return midnight > now ? midnight : midnight + DAY_MS;
}

/** Runs one task after the other, in the order of their coming. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    get isEmpty() {
      return waiting === 0;
    },
    run<T>(task: () => Promise<T>): Promise<T> {
      waiting += 1;
      const done = last.then(task).finally(() => {
        waiting -= 1;
      });
      last = done.catch(() => undefined);
      return done;
    },
  };
}
