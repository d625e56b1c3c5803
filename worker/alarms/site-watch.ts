/**
 * What a site's ledger finds for the book of alarms: how much of its budgets is spent, and whether an hour spends
 * unusually much. It looks after a settlement and after a refusal, never before a call. A signal is sent once by each
 * instance of the object, and again only where the book did not get it. The book takes the same signal twice.
 */

import type { LedgerMachine, Settled } from '../ledger/ledger.ts';
import type { Cap, Reservation } from '../ledger/reservation.ts';
import { ledgerOf } from '../ledger/rpc.ts';
import { isPlay } from '../ledger/spending.ts';
import type { Failure } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import { DAY_MS, dayOf, HOUR_MS, hourOf } from '../shared/utc.ts';
import { BUDGET_ALARMS, budgetSignal, isMuch, unusual } from './budgets.ts';
import type { AlarmNotifier } from './notifier.ts';
import { type AlarmSignal, idOf } from './signal.ts';

/** What is usual is read from the hours of so many days. */
const USUAL_DAYS = 14;
/** Shortest time between two reads of the hours. */
const READ_HOURS_MS = 60_000;

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
  notifier: AlarmNotifier;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
}

export function createSiteWatch({ ledger, site, hoursSince, notifier, log, now }: SiteWatchOptions) {
  const { ring, end } = notifier;
  let caps: readonly Cap[] = [];
  /** The last signal on each cap, by whose it is and its period. */
  const told = new Map<string, AlarmSignal>();
  /** What the present hour has settled. Read once from the rows: an earlier instance may have settled a part of it. */
  let hour = '';
  let hourMicros = 0;
  let hoursReadAt = Number.NEGATIVE_INFINITY;

  /** Micro-dollars of a cap that are spent. Held money may be given back, so it does not count. */
  function spentOf({ of, period }: Cap): number {
    const { settled, overrun, owed } = ledger().taken(of, period, dayOf(now()));
    return settled + overrun + owed;
  }

  /** A site that is alone decides on the deployment's caps too. */
  const isDecidedHere = ({ of }: Cap): boolean => of === 'site' || ledger().isAlone;

  function checkCap(cap: Cap, refusedMicros?: number): void {
    const { of, period, micros: capMicros } = cap;
    const whose = of === 'site' ? { site } : {};
    const stand = { ...whose, period, day: dayOf(now()), capMicros, spentMicros: spentOf(cap) };
    const signal = budgetSignal({ ...stand, ...(refusedMicros !== undefined && { refusedMicros }) }, now());
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

  function checkHour(settled: number): void {
    const at = now();
    const present = hourOf(at);
    if (present === hour) hourMicros += settled;
    else hourMicros = hoursSince(present).find((each) => each.hour === present)?.micros ?? 0;
    hour = present;
    const cap = caps.find(({ of, period }) => of === 'site' && period === 'day');
    if (!cap || !isMuch(hourMicros, cap.micros) || (at - hoursReadAt < READ_HOURS_MS && at >= hoursReadAt)) return;
    hoursReadAt = at;
    const hours = hoursSince(hourOf(at - USUAL_DAYS * DAY_MS));
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

  function checkRefusal(failure: Failure, micros: number): void {
    if ('purse' in failure && failure.purse !== undefined) return;
    const spent = caps.find((cap) => cap.reason === failure.reason && spentOf(cap) + micros > cap.micros);
    if (spent && isDecidedHere(spent)) checkCap(spent, micros);
  }

  function checkSettlement({ subject: { model }, settlement, overrun }: Settled): void {
    const { micros, provider, outcome, isLost } = settlement;
    for (const cap of caps) if (isDecidedHere(cap)) checkCap(cap);
    const day = dayOf(now());
    const ofDay = { site, period: day, closesAt: Date.parse(day) + DAY_MS };
    if (overrun > 0) {
      const adds = { overrunMicros: overrun, pictures: 1 };
      void ring([{ name: 'overrun', ...ofDay, facts: { provider, model }, adds }]);
    }
    if (outcome === 'unknown') {
      const name = isLost ? 'picture_lost' : 'outcome_unknown';
      void ring([{ name, ...ofDay, facts: { provider }, adds: { micros, calls: 1 } }]);
    }
    if (!isPlay(provider)) checkHour(micros);
  }

  /** What looks after money must not stand in its way, so no error of a look leaves this file. */
  function safely(lookAt: () => void): void {
    try {
      lookAt();
    } catch (error) {
      log('alarms_unlooked', { ledger: ledgerOf(site), error: String(error) });
    }
  }

  return {
    /** Remembers the caps of a reservation: they come with it, and settlements name none. */
    reserved(reservation: Pick<Reservation, 'caps'>): void {
      ({ caps } = reservation);
    },

    /**
     * Looks at the cap that a refusal names. A refusal for a caller's own dollars is no concern of the site's.
     *
     * @param micros What the refused reservation would have held.
     */
    refused: (failure: Failure, micros: number): void => safely(() => checkRefusal(failure, micros)),

    /** Looks at the caps after a settlement, and at what it cost. */
    settled: (settled: Settled): void => safely(() => checkSettlement(settled)),
  };
}

/** For each day: what this hour of it spent, and its dearest hour. @param hourOfDay `HH`. */
function daysOf(hours: readonly HourSpent[], hourOfDay: string): { same: number; dearest: number }[] {
  const days = Map.groupBy(hours, ({ hour }) => hour.slice(0, 10));
  return [...days.values()].map((day) => ({
    same: day.find(({ hour }) => hour.slice(11) === hourOfDay)?.micros ?? 0,
    dearest: Math.max(...day.map(({ micros }) => micros)),
  }));
}
