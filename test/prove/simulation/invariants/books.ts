/** Books made from a trace: what each ledger holds and has settled, independent of the ledgers' own sums. */

import { periodOf } from '../../../../worker/ledger/periods.ts';
import type { Cap } from '../../../../worker/ledger/reservation.ts';
import { DEPLOYMENT } from '../../../../worker/ledger/rpc.ts';
import { type Facts, type Happening, type LedgerName, runOf, sitesOf } from './trace.ts';

interface Entry {
  id: string;
  /** The ledger of its site. */
  ledger: LedgerName;
  state: 'held' | 'settled' | 'released';
  day: string;
  reserved: number;
  settled: number;
  overrun: number;
  /** The provider's bill; 0 before it has worked. */
  billed: number;
}

export interface Books {
  apply(happening: Happening): void;
  entry(id: string): Entry | undefined;
  entries(): Entry[];
  /** Entries of a run, in the order of their reservations. */
  ofRun(run: string): Entry[];
  /**
   * @param ledger A site's, or {@link DEPLOYMENT} for the sum of all.
   * @param period A day `YYYY-MM-DD` or a month `YYYY-MM`.
   */
  taken(ledger: LedgerName, period: string): { held: number; settled: number; overrun: number; billed: number };
  /** The debt of the periods before one, each of which pays at most the cap. */
  owed(ledger: LedgerName, period: string, cap: number): number;
}

export const PERIODS: readonly Cap['period'][] = ['day', 'month'];

export function createBooks(): Books {
  const all = new Map<string, Entry>();

  const entriesOf = (ledger: LedgerName): Entry[] =>
    [...all.values()].filter((entry) => ledger === DEPLOYMENT || entry.ledger === ledger);

  function taken(ledger: LedgerName, period: string) {
    const sums = { held: 0, settled: 0, overrun: 0, billed: 0 };
    for (const { state, day, reserved, settled, overrun, billed } of entriesOf(ledger)) {
      if (!day.startsWith(period)) continue;
      if (state === 'held') sums.held += reserved;
      sums.settled += settled;
      sums.overrun += overrun;
      sums.billed += billed;
    }
    return sums;
  }

  return {
    apply(happening) {
      const { type } = happening;
      if (type === 'held') {
        const { ledger, id, micros, day } = happening;
        all.set(id, {
          ...{ id, ledger, state: 'held', day, reserved: micros, settled: 0, overrun: 0 },
          billed: all.get(id)?.billed ?? 0,
        });
      } else if (type === 'settled') {
        const { ledger, id, day, micros, overrun } = happening;
        const entry = all.get(id) ?? { id, ledger, day, reserved: 0, settled: 0, overrun: 0, billed: 0 };
        const [settled, over] = [entry.settled + micros, entry.overrun + overrun];
        all.set(id, { ...entry, state: 'settled', settled, overrun: over });
      } else if (type === 'released') {
        const entry = all.get(happening.id);
        if (entry) entry.state = 'released';
      } else if (type === 'billed') {
        const entry = all.get(happening.id);
        if (entry) entry.billed += happening.micros;
      }
    },
    entry: (id) => all.get(id),
    entries: () => [...all.values()],
    ofRun: (run) => [...all.values()].filter(({ id }) => runOf(id) === run),
    taken,
    owed(ledger, period, cap) {
      const isDay = period.length === 10;
      const used = entriesOf(ledger).map(({ day }) => (isDay ? day : day.slice(0, 7)));
      const first = used.reduce((least, name) => (name < least ? name : least), period);
      let owed = 0;
      for (let name = first; name < period; name = nextOf(name)) {
        const { settled, overrun } = taken(ledger, name);
        owed = Math.max(0, owed + settled + overrun - cap);
      }
      return owed;
    },
  };
}

/** The cost of calls over their reservations, in micro-dollars. */
export function sumOfOverruns(trace: readonly Happening[]): number {
  const books = createBooks();
  for (const happening of trace) books.apply(happening);
  return books.entries().reduce((sum, { overrun }) => sum + overrun, 0);
}

/** The excess of a trace over its caps, in micro-dollars: the largest for any cap at any instant. */
export interface Excess {
  /** From holds, settled sums, overruns and earlier debt; or from the provider's bills, if these are higher. */
  over: number;
  /** The part that no overrun excuses ({@link createExcused}): granted money that was not there. */
  beyond: number;
}

export function excessOf(trace: readonly Happening[], facts: Facts): Excess {
  const { caps, keepsToCap } = facts;
  const books = createBooks();
  const excused = createExcused(facts);
  const most = { over: 0, beyond: 0 };
  for (const happening of trace) {
    books.apply(happening);
    excused.apply(happening);
    for (const { ledger, period, name } of placesOf(happening, books)) {
      const { held, settled, overrun, billed } = books.taken(ledger, name);
      const cap = caps[ledger]![period];
      const booked = held + settled + overrun + books.owed(ledger, name, cap);
      const over = Math.max(booked, keepsToCap ? billed : 0) - cap;
      most.over = Math.max(most.over, over);
      // What a day owes may grow after its grants.
      if (happening.type === 'held') most.beyond = Math.max(most.beyond, over - excused.micros(ledger, name));
    }
  }
  return most;
}

export interface Place {
  ledger: LedgerName;
  period: Cap['period'];
  name: string;
}

/** The periods, of its site and of the deployment, whose sums a happening may change. */
export function placesOf(happening: Happening, books: Books): Place[] {
  const { type } = happening;
  if (type !== 'held' && type !== 'settled' && type !== 'billed') return [];
  const entry = type === 'billed' ? books.entry(happening.id) : happening;
  return entry
    ? [entry.ledger, DEPLOYMENT].flatMap((ledger) =>
        PERIODS.map((period) => ({ ledger, period, name: periodOf(period, entry.day) })),
      )
    : [];
}

/** An overrun is heard by all sites within this time in which no message of a ledger is lost or late and none dies. */
const HEARD_MS = 8_000;

/**
 * The overruns that explain an excess: those of calls that were in progress at a period's last grant. Where sites share
 * the deployment's budget also those that had not reached the other sites by then.
 */
export function createExcused(facts: Facts) {
  const isShared = sitesOf(facts).length > 1;
  const since = new Map<string, number>();
  let unheard: { at: number; micros: number }[] = [];
  let troubledAt = Number.NEGATIVE_INFINITY;

  function hear(at: number): void {
    unheard = unheard.filter((overrun) => at - Math.max(overrun.at, troubledAt) < HEARD_MS);
  }

  return {
    apply(happening: Happening): void {
      const { type, at } = happening;
      if (type === 'troubled' || (type === 'crashed' && facts.caps[happening.who])) {
        hear(at);
        troubledAt = at;
      }
      if (type !== 'held' && type !== 'settled') return;
      hear(at);
      for (const ledger of [happening.ledger, DEPLOYMENT]) {
        const known = ledger === DEPLOYMENT && isShared ? unheard.reduce((sum, { micros }) => sum + micros, 0) : 0;
        for (const period of PERIODS) {
          const key = `${ledger} ${periodOf(period, happening.day)}`;
          if (type === 'held') since.set(key, known);
          else since.set(key, (since.get(key) ?? 0) + happening.overrun);
        }
      }
      if (type === 'settled' && happening.overrun > 0) unheard.push({ at, micros: happening.overrun });
    },
    micros: (ledger: LedgerName, name: string): number => since.get(`${ledger} ${name}`) ?? 0,
  };
}

/** The day or month after one. */
function nextOf(name: string): string {
  const [year = 0, month = 0, day] = name.split('-').map(Number);
  const next = day === undefined ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + 1);
  return new Date(next).toISOString().slice(0, name.length);
}
