/**
 * The logic of a `Ledger` on its SQLite rows. Every method is synchronous and atomic. Nothing awaits between reading
 * what is left and writing what is taken, so two callers never get the same money. Times are Unix milliseconds, and
 * callers pass them in.
 *
 * Sums and counts are kept in memory beside the rows. They are read when the object starts, and again after a step that
 * has thrown. So the work for a reservation does not grow with the number of those that are held.
 */
import type { ProviderName } from '../catalog/model.ts';
import { idIn, type WindowPolicy } from '../limits/policies.ts';
import { type Purse, purseIdOf, VISITORS } from '../limits/purses.ts';
import type { Failure } from '../shared/failure.ts';
import { dayOf } from '../shared/utc.ts';
import { createBlocks } from './blocks.ts';
import { type Budget, judgeBudget, type Taken } from './budget.ts';
import { createClientCaps } from './client-caps.ts';
import { createLedgerDebts } from './debts.ts';
import { createHolds } from './holds.ts';
import type { BorrowerReport, Draw, LoanAnswer } from './loan.ts';
import { createOrigins } from './origins.ts';
import { kindOf, PERIODS, periodOf, periodsOf, secondsToNext } from './periods.ts';
import { createPictureIndex } from './pictures.ts';
import type { Cap, Demand, Reservation, Settlement, Subject } from './reservation.ts';
import { createRetention } from './retention.ts';
import { openTables } from './schema.ts';
import { createSlices, type Lacks } from './slices.ts';
import { createSpending } from './spending.ts';
import type { Sql } from './sql.ts';
import { createLedgerUsage } from './usage.ts';
import { countersOf, createUses } from './uses.ts';

/**
 * A draw asks for more than it needs: for so many more pictures of the same price, or so many times what is held today,
 * whichever is more.
 */
const PICTURES_AHEAD = 4;
const HELD_AHEAD = 5;

/** The site's own limits have room, and its slice of the deployment's budget has not. Nothing was written. */
export interface Shortage {
  reason: 'SLICE_SHORT';
  lacks: Lacks;
}

/** A reservation whose owner may be asked for its outcome. `owner`: null for a call without a `Generation`. */
export interface DueHold {
  id: string;
  owner: string | null;
}

/** A settlement that counts: the first of its reservation. `overrun`: micro-dollars beyond what was held. */
export interface Settled {
  subject: Subject;
  settlement: Settlement;
  overrun: number;
}

/** What a ledger asks of its deployment, and what it tells. */
export interface LedgerOptions {
  /** Whether the deployment has no provider's key, so that all its money is play money. Absent: it has one. */
  isDemo?: () => boolean;
  /** The provider of a model, where the deployment has only one for it. Absent: it is not known. */
  onlyProviderOf?: (model: string) => ProviderName | undefined;
  /** Called after each settlement. It must not throw. */
  onSettled?: (settled: Settled) => void;
  /** Called after rows of pictures were deleted, at the end of their retention. */
  onPicturesPast?: () => void;
}

/** The ledger on an object's SQLite. Creates its tables when they are missing. */
export function createLedgerMachine(sql: Sql, options: LedgerOptions = {}) {
  const { isDemo = () => false, onlyProviderOf, onSettled, onPicturesPast } = options;
  openTables(sql);
  const usage = createLedgerUsage(sql, isDemo);
  const spending = createSpending(sql);
  const pictures = createPictureIndex(sql);
  const origins = createOrigins(sql);
  const debts = {
    site: createLedgerDebts(sql, 'site', usage.totals),
    deployment: createLedgerDebts(sql, 'deployment', usage.totals),
  };
  const holds = createHolds(sql);
  const uses = createUses(sql);
  const slices = createSlices(sql, usedOf, accountsInUse);
  const blocks = createBlocks(sql);
  const clientCaps = createClientCaps(sql);
  const parts = [clientCaps, usage, debts.site, debts.deployment, holds, uses, slices, blocks];

  /** Runs a step as one transaction. Where it throws, nothing of it stays, in the rows or in memory. */
  function atomically<T>(step: () => T): T {
    try {
      return sql.atomically(step);
    } catch (error) {
      for (const part of parts) part.reload();
      throw error;
    }
  }

  function usedOf(account: string): { held: number; spent: number } {
    const { settled, overrun } = usage.totals(account);
    return { held: holds.sum(account), spent: settled + overrun };
  }

  function accountsInUse(): string[] {
    const days = [...usage.days(''), ...holds.all().map(({ day }) => day)];
    return [...new Set(days.flatMap(periodsOf))];
  }

  const isStopped = (): boolean =>
    sql.exec("SELECT value FROM settings WHERE name = 'paused'").toArray()[0]?.value === '1';

  /** Whether paid work is stopped, here or in the whole deployment. */
  const isPaused = (): boolean => isStopped() || slices.isPaused;

  function takenOf(of: Cap['of'], period: Cap['period'], day: string): Taken {
    const name = periodOf(period, day);
    return { ...usage.totals(name), held: holds.sum(name), owed: debts[of].owed(period, day) };
  }

  /** A purse as a budget. Its overrun counts in its own day or month and is not carried into the next one. */
  function budgetOf({ name, who, period, micros, reason }: Purse & { micros: number }, day: string): Budget {
    const id = purseIdOf({ name, who });
    const account = periodOf(period, day);
    const { settled, held } =
      id === VISITORS
        ? { settled: usage.totals(account).visitors, held: holds.sum(account, 'visitors') }
        : holds.takenOf(id, day);
    return { period, micros, reason, purse: name, taken: { settled, held, overrun: 0, owed: 0 } };
  }

  const owedOf = (day: string): Required<BorrowerReport>['owed'] => ({
    day: debts.deployment.owed('day', day),
    month: debts.deployment.owed('month', day),
  });

  /** The caps that this ledger decides on by its own sums: the site's, and all of them where the site is alone. */
  const ownCaps = (caps: readonly Cap[]): Cap[] => caps.filter(({ of }) => of === 'site' || slices.isAlone);

  /**
   * The counts that a reservation adds to. A run's later attempt is for a picture that was counted with the first one.
   */
  const policiesFor = ({ policies, replaces }: Demand & Pick<Reservation, 'replaces'>): readonly WindowPolicy[] =>
    replaces === undefined ? policies : policies.filter(({ perAttempt }) => perAttempt);

  function isBlocked(policies: readonly WindowPolicy[], day: string): boolean {
    const blocked = blocks.on(day);
    return blocked.size > 0 && policies.some((policy) => blocked.has(idIn(policy)));
  }

  /** Decides on the counts of a visitor, a session, a client and a site. */
  function judgeCounts(policies: readonly WindowPolicy[], now: number): Failure | undefined {
    if (!isBlocked(policies, dayOf(now))) return uses.judge(policies, now, holds.underWay);
    return { reason: 'VISITOR_DAY', retryAfterSeconds: secondsToNext('day', now) };
  }

  function judge(demand: Demand & Pick<Reservation, 'replaces'>, now: number): Failure | Shortage | undefined {
    if (isPaused()) return { reason: 'SITE_PAUSED' };
    const full = judgeCounts(policiesFor(demand), now);
    if (full) return full;
    const day = dayOf(now);
    const { micros, caps, purses } = demand;
    const spent = judgeBudget(
      micros,
      [
        ...ownCaps(caps).map((cap) => ({ ...cap, taken: takenOf(cap.of, cap.period, day) })),
        ...purses.filter(isLimited).map((purse) => budgetOf(purse, day)),
      ],
      now,
    );
    if (spent || slices.isAlone) return spent;
    const lent = caps.filter(({ of }) => of === 'deployment');
    const lacks = slices.lacks(lent, micros, day);
    return lacks && { reason: 'SLICE_SHORT', lacks };
  }

  /** Records the cost. Idempotent: the first settlement counts. @returns The overrun, in micro-dollars. */
  function settle(id: string, settlement: Settlement, now: number): number {
    const settled = atomically((): Settled | undefined => {
      const hold = holds.find(id);
      if (!hold) return undefined;
      const { micros: costMicros, outcome, picture } = settlement;
      holds.end(id, 'settled', now, { cost: costMicros, pictures: outcome === 'picture' ? 1 : 0 });
      const { day, subject, run, counters, purses, micros: heldMicros } = hold;
      const micros = Math.min(costMicros, heldMicros);
      const overrun = costMicros - micros;
      const isVisitors = purses.includes(VISITORS);
      usage.note({ day, subject, micros, overrun, isVisitors, settlement }, now);
      spending.note(day, costMicros, settlement, now);
      if (picture) pictures.note({ run, subject, settlement, picture, costMicros, heldMicros }, now);
      if (settlement.outcome === 'refused') uses.noteRefusal(run, counters, now);
      debts.site.changed(day);
      debts.deployment.changed(day);
      return { subject, settlement, overrun };
    });
    if (settled) onSettled?.(settled);
    return settled?.overrun ?? 0;
  }

  /** Gives back the counts of a run that made no picture. One that was settled in full may have made one. */
  function giveBack(run: string, counters: readonly string[], now: number): void {
    if (!holds.hasSettled(run, now)) uses.giveBack(run, counters, now);
  }

  return {
    ...{ usage, spending, pictures, origins, isDemo, isPaused },

    /** Whether this ledger decides on the deployment's caps too. */
    get isAlone() {
      return slices.isAlone;
    },

    /** Blocks an address prefix until the UTC day ends, or ends that. Idempotent. */
    setBlocked: (prefix: string, isBlocked: boolean, now: number): void =>
      atomically(() => blocks[isBlocked ? 'add' : 'remove'](prefix, dayOf(now))),

    /** The address prefixes that are blocked on a day, `YYYY-MM-DD`. */
    blockedOn: (day: string): ReadonlySet<string> => blocks.on(day),

    /** Decides on a demand as `reserve` does. Writes nothing. */
    judge,

    /**
     * Holds money. Idempotent by id. Frees the money of the attempt that it replaces, granted or not.
     *
     * @returns Why not; undefined when the money is held. After a final refusal call `refused`.
     */
    reserve: (reservation: Reservation, now: number): Failure | Shortage | undefined =>
      atomically(() => {
        const { id, run, replaces, caps } = reservation;
        if (holds.find(id)) return undefined;
        // The reservation was released or settled before this message came, so its sender has given up.
        if (holds.endOf(id, now)) return OVERTAKEN;
        if (replaces !== undefined && holds.find(replaces)) holds.end(replaces, 'released', now);
        const refused = judge(reservation, now);
        if (refused) return refused;
        for (const cap of ownCaps(caps)) debts[cap.of].note(cap, dayOf(now));
        holds.hold(reservation, now);
        clientCaps.note(reservation.purses);
        uses.note(policiesFor(reservation), { run, id }, now);
        return undefined;
      }),

    /** Gives back what a run has counted, when its later attempt is refused. */
    refused({ run, replaces, policies }: Reservation, now: number): void {
      if (replaces === undefined) return;
      const pictures = policies.filter(({ perAttempt }) => !perAttempt);
      atomically(() => giveBack(run, countersOf(pictures), now));
    },

    /** Counts an attempt of a free call. Not idempotent. @returns Why it may not be made. */
    attempt: (policies: readonly WindowPolicy[], id: string, now: number): Failure | undefined =>
      atomically(() => {
        const full = judgeCounts(policies, now);
        if (!full) uses.note(policies, { run: id, id }, now);
        return full;
      }),

    /** Checks that the money of an id is still held and paid work is not paused. @returns Why not. */
    confirm(id: string): Failure | undefined {
      if (!holds.find(id)) return OVERTAKEN;
      return isPaused() ? { reason: 'SITE_PAUSED' } : undefined;
    },

    /**
     * Frees the money of an attempt that provably did not run. Idempotent. An unknown id can never be reserved later.
     */
    release: (id: string, now: number): void =>
      atomically(() => {
        const hold = holds.find(id);
        if (!hold && holds.endOf(id, now)) return;
        holds.end(id, 'released', now);
        if (hold) giveBack(hold.run, hold.counters, now);
      }),

    settle,

    /** Reservations whose owner may be asked, at most 100. Their money stays held until their outcome is known. */
    due: (now: number): DueHold[] =>
      holds
        .due(now)
        .slice(0, 100)
        .map(({ id, owner }) => ({ id, owner })),

    /** Whether a reservation's call may still be under way. */
    isWithinLease: (id: string, now: number): boolean => now < (holds.find(id)?.leaseUntil ?? 0),

    /** Sets when a reservation's owner is asked again. @param at Absent: at the end of its lease. */
    askAgain(id: string, at = holds.find(id)?.leaseUntil ?? 0): void {
      holds.askAt(id, at);
    },

    /**
     * Settles a reservation of which no object knows more as spent in full. Its provider was chosen after it was made,
     * so the ledger knows it only where the deployment has no other for the model. Idempotent.
     */
    settleInFull(id: string, now: number): void {
      const hold = holds.find(id);
      if (!hold) return;
      const provider = onlyProviderOf?.(hold.subject.model) ?? 'unknown';
      settle(id, { micros: hold.micros, provider, outcome: 'unknown' }, now);
    },

    /** The message that asks the deployment's ledger for what a reservation lacks. @param price Of the reservation. */
    draw: ({ lacks }: Shortage, price: number, now: number): Draw =>
      atomically(() => {
        const day = dayOf(now);
        const beyond = Math.max(PICTURES_AHEAD * price, HELD_AHEAD * holds.sum(day));
        return slices.draw(lacks, { day, price, beyond, isBackground: false });
      }),

    /** The message that asks for more before a reservation lacks it; undefined while there is enough. */
    refill(caps: readonly Cap[], now: number): Draw | undefined {
      const day = dayOf(now);
      const lent = caps.filter(({ of }) => of === 'deployment');
      const held = holds.sum(day);
      if (slices.isAlone || lent.length === 0) return undefined;
      if (slices.free(lent.map(({ period }) => periodOf(period, day))) >= held) return undefined;
      const lacks = new Map(lent.map((cap) => [periodOf(cap.period, day), { cap, need: 0 }]));
      const options = { day, price: 0, beyond: HELD_AHEAD * held, isBackground: true };
      return atomically(() => slices.draw(lacks, options));
    },

    /** The message that tells of an overrun for which the slice does not suffice; undefined where it does. */
    shortage(now: number): Draw | undefined {
      const short = slices.shortAccounts();
      if (short.length === 0) return undefined;
      const day = dayOf(now);
      const options = { day, price: 0, beyond: 0, isBackground: true };
      return atomically(() => slices.draw(new Map(), options, short));
    },

    /** Takes the answer to a draw. */
    take: (answer: LoanAnswer, draw: Draw): void =>
      atomically(() => {
        for (const period of PERIODS) {
          if (answer.isAlone && answer.owed) debts.deployment.takeOver(period, answer.owed[period]);
        }
        slices.take(answer, draw);
      }),

    /** Gives back what the deployment's ledger calls back, and hears of its pause. Idempotent. */
    recall: (notice: LoanAnswer, now: number): BorrowerReport =>
      atomically(() => {
        const accounts = slices.recall(notice);
        const report = slices.report(accounts);
        if (!notice.wantsAll) return report;
        const [first = dayOf(now)] = accounts.filter((account) => kindOf(account) === 'day').sort();
        return { ...report, owed: owedOf(first) };
      }),

    /** What a client may spend in a day, as its last reservation has said, in micro-dollars. */
    clientCap: clientCaps.of,

    /** What was taken of each purse on a day, `YYYY-MM-DD`, by its id. */
    purses: holds.purses,

    /** What is spent and held of today, micro-dollars. */
    spentToday(now: number): number {
      const { settled, overrun, held } = takenOf('site', 'day', dayOf(now));
      return settled + overrun + held;
    },

    /** What the period of a UTC day has taken so far, under the caps of the site or of the deployment. */
    taken: takenOf,

    /** Reservations that hold money, by the end of their lease. */
    holds: holds.all,

    /** The same for the owner's report, 1,000 at most. */
    open: (): { id: string; micros: number; leaseUntil: number }[] =>
      holds
        .all()
        .slice(0, 1000)
        .map(({ id, micros, leaseUntil }) => ({ id, micros, leaseUntil })),

    /** Deletes rows past their retention, a part of them at a time. @returns Whether more are left. */
    forget: createRetention({ ...{ sql, debts, slices, blocks, usage, spending, origins, pictures }, onPicturesPast }),
  };
}

const isLimited = (purse: Purse): purse is Purse & { micros: number } => purse.micros !== undefined;

/** What {@link createLedgerMachine} returns. */
export type LedgerMachine = ReturnType<typeof createLedgerMachine>;

/** Only a run that has already given up gets this failure. */
const OVERTAKEN: Failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the reservation was undone' };
