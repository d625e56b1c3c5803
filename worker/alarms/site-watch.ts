/**
 * What a site's ledger tells of its money. It looks after a settlement and after a refusal, never before a call, and
 * tells the book only when a step is reached: an instance tells each until the book has heard it, and the book takes the
 * same word twice.
 */
import { dayOf } from '../ledger/budget.ts';
import type { LedgerMachine, Settled } from '../ledger/ledger.ts';
import type { Cap, Reservation } from '../ledger/reservation.ts';
import type { Failure } from '../shared/failure.ts';
import { BUDGET_ALARMS, budgetSignal, isMuch, unusual } from './budgets.ts';
import { type AlarmCause, type AlarmSignal, idOf } from './signal.ts';

/** So many days of hours show what is usual. */
const USUAL_DAYS = 14;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** The hours are read again no sooner. */
const LOOK_MS = 60_000;

/** What an hour has spent, `YYYY-MM-DDTHH` in UTC. */
interface HourSpent {
  hour: string;
  micros: number;
}

export interface SiteWatchOptions {
  ledger: () => Pick<LedgerMachine, 'taken' | 'isAlone'>;
  /** The id of the site. */
  site: string;
  /** What each hour from one on has spent, without play money. */
  hoursSince: (hour: string) => HourSpent[];
  /** Tells the book, without being waited for. Never rejects. @returns Whether the book has heard it. */
  ring: (signals: readonly AlarmSignal[]) => Promise<boolean>;
  end: (causes: readonly AlarmCause[]) => void;
  /** Unix milliseconds. */
  now: () => number;
}

export function createSiteWatch({ ledger, site, hoursSince, ring, end, now }: SiteWatchOptions) {
  let caps: readonly Cap[] = [];
  /** The last word on each cap, by whose and which period it is. */
  const told = new Map<string, AlarmSignal>();
  /** What the present hour has settled: read once, because this instance may not have been there for all of it. */
  let hour = '';
  let hourMicros = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;

  /** What counts of a cap: held money may come back. */
  function spentOf({ of, period }: Cap): number {
    const { settled, overrun, owed } = ledger().taken(of, period, dayOf(now()));
    return settled + overrun + owed;
  }

  function look(cap: Cap, isRefusing = false): void {
    const { of, period, micros: capMicros } = cap;
    const whose = of === 'site' ? { site } : {};
    const stand = { ...whose, period, day: dayOf(now()), capMicros, spentMicros: spentOf(cap), isRefusing };
    const signal = budgetSignal(stand, now());
    const name = `${of} ${period}`;
    const before = told.get(name);
    if (signal) {
      if (before && idOf(before) === idOf(signal)) return;
      told.set(name, signal);
      void ring([signal]).then((isHeard) => {
        if (!isHeard && told.get(name) === signal) told.delete(name);
      });
    } else if (before && before.facts.capMicros !== capMicros) {
      end(BUDGET_ALARMS.map((each) => ({ name: each, ...whose, subject: period })));
      told.delete(name);
    }
  }

  function lookAtHour(settled: number): void {
    const at = now();
    const present = new Date(at).toISOString().slice(0, 13);
    if (present === hour) hourMicros += settled;
    else hourMicros = hoursSince(present).find((each) => each.hour === present)?.micros ?? 0;
    hour = present;
    const cap = caps.find(({ of, period }) => of === 'site' && period === 'day');
    if (!cap || !isMuch(hourMicros, cap.micros) || (at - lookedAt < LOOK_MS && at >= lookedAt)) return;
    lookedAt = at;
    const hours = hoursSince(new Date(at - USUAL_DAYS * DAY_MS).toISOString().slice(0, 13));
    const spentMicros = hours.find((each) => each.hour === present)?.micros ?? hourMicros;
    const before = daysOf(
      hours.filter((each) => each.hour.slice(0, 10) < present.slice(0, 10)),
      present.slice(11),
    );
    const usualMicros = unusual(spentMicros, before, cap.micros);
    if (usualMicros === undefined) return;
    const since = Math.floor(at / HOUR_MS) * HOUR_MS;
    void ring([
      {
        ...{ name: 'spend_unusual', site, period: present },
        facts: { spentMicros, usualMicros, since },
        closesAt: since + 2 * HOUR_MS,
      },
    ]);
  }

  return {
    /** Remembers the caps of a reservation, which come with it. */
    reserved(reservation: Pick<Reservation, 'caps'>): void {
      ({ caps } = reservation);
    },

    /**
     * Looks at what a refusal says of the caps. Not one of a caller's own dollars.
     *
     * @param micros What the reservation costs.
     */
    refused(failure: Failure, micros: number): void {
      if ('purse' in failure && failure.purse !== undefined) return;
      const spent = caps.find((cap) => cap.reason === failure.reason && spentOf(cap) + micros > cap.micros);
      if (spent && (spent.of === 'site' || ledger().isAlone)) look(spent, true);
    },

    /** Looks at the caps after a settlement, and at what it cost. */
    settled({ subject: { model }, settlement, overrun }: Settled): void {
      const { micros, provider, outcome, isLost } = settlement;
      // A site alone decides on the deployment's caps too.
      for (const cap of caps) if (cap.of === 'site' || ledger().isAlone) look(cap);
      const day = dayOf(now());
      const closesAt = Date.parse(day) + DAY_MS;
      if (overrun > 0) {
        void ring([
          {
            ...{ name: 'overrun', site, period: day, closesAt },
            facts: { provider, model },
            adds: { overrunMicros: overrun, pictures: 1 },
          },
        ]);
      }
      if (outcome === 'unknown') {
        void ring([
          {
            ...{ name: isLost ? 'picture_lost' : 'outcome_unknown', site, period: day, closesAt },
            facts: { provider },
            adds: { micros, calls: 1 },
          },
        ]);
      }
      if (provider !== 'demo') lookAtHour(micros);
    },
  };
}

/** What {@link createSiteWatch} returns. */
export type SiteWatch = ReturnType<typeof createSiteWatch>;

/** Of each day: what this hour of it spent, and its dearest hour. @param of `HH`. */
function daysOf(hours: readonly HourSpent[], of: string): { same: number; dearest: number }[] {
  const days = Map.groupBy(hours, ({ hour }) => hour.slice(0, 10));
  return [...days.values()].map((day) => ({
    same: day.find(({ hour }) => hour.slice(11) === of)?.micros ?? 0,
    dearest: Math.max(...day.map(({ micros }) => micros)),
  }));
}
