/** Books made from a trace: what each ledger holds and has settled, independent of the ledgers' own sums. */
import { type Facts, type Happening, type LedgerName, runOf } from './trace.ts';

export interface Entry {
  id: string;
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
  entry(ledger: LedgerName, id: string): Entry | undefined;
  entries(ledger: LedgerName): Entry[];
  /** Entries of a run, in the order of their reservations. */
  ofRun(ledger: LedgerName, run: string): Entry[];
  /** @param period A day `YYYY-MM-DD` or a month `YYYY-MM`. */
  taken(ledger: LedgerName, period: string): { held: number; settled: number; overrun: number; billed: number };
  /** The debt of the periods before one, each of which pays at most the cap. */
  owed(ledger: LedgerName, period: string, cap: number): number;
  /** Ledgers that have an entry for an id, and its day there. */
  placesOf(id: string): { ledger: LedgerName; day: string }[];
}

export const LEDGERS: readonly LedgerName[] = ['site', 'deployment'];

export function createBooks(): Books {
  const all: Record<LedgerName, Map<string, Entry>> = { site: new Map(), deployment: new Map() };

  function taken(ledger: LedgerName, period: string) {
    const sums = { held: 0, settled: 0, overrun: 0, billed: 0 };
    for (const { state, day, reserved, settled, overrun, billed } of all[ledger].values()) {
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
        all[ledger].set(id, {
          ...{ id, state: 'held', day, reserved: micros, settled: 0, overrun: 0 },
          billed: all[ledger].get(id)?.billed ?? 0,
        });
      } else if (type === 'settled') {
        const { ledger, id, day, micros, overrun } = happening;
        const entry = all[ledger].get(id) ?? { id, day, reserved: 0, settled: 0, overrun: 0, billed: 0 };
        const [settled, over] = [entry.settled + micros, entry.overrun + overrun];
        all[ledger].set(id, { ...entry, state: 'settled', settled, overrun: over });
      } else if (type === 'released') {
        const entry = all[happening.ledger].get(happening.id);
        if (entry) entry.state = 'released';
      } else if (type === 'billed') {
        for (const ledger of LEDGERS) {
          const entry = all[ledger].get(happening.id);
          if (entry) entry.billed += happening.micros;
        }
      }
    },
    entry: (ledger, id) => all[ledger].get(id),
    entries: (ledger) => [...all[ledger].values()],
    ofRun: (ledger, run) => [...all[ledger].values()].filter(({ id }) => runOf(id) === run),
    taken,
    owed(ledger, period, cap) {
      const isDay = period.length === 10;
      const used = [...all[ledger].values()].map(({ day }) => (isDay ? day : day.slice(0, 7)));
      const first = used.reduce((least, name) => (name < least ? name : least), period);
      let owed = 0;
      for (let name = first; name < period; name = nextOf(name)) {
        const { settled, overrun } = taken(ledger, name);
        owed = Math.max(0, owed + settled + overrun - cap);
      }
      return owed;
    },
    placesOf: (id) =>
      LEDGERS.flatMap((ledger) => {
        const entry = all[ledger].get(id);
        return entry ? [{ ledger, day: entry.day }] : [];
      }),
  };
}

/** The cost of calls over their reservations, in micro-dollars. */
export function sumOfOverruns(trace: readonly Happening[]): number {
  const books = createBooks();
  for (const happening of trace) books.apply(happening);
  return books.entries('deployment').reduce((sum, { overrun }) => sum + overrun, 0);
}

/** The excess of a trace over its caps, in micro-dollars: the largest for any cap at any instant. */
export interface Excess {
  /** From holds, settled sums, overruns and earlier debt; or from the provider's bills, if these are higher. */
  over: number;
  /** The part that calls in progress at the last grant did not cause: granted money that was not there. */
  beyond: number;
}

export function excessOf(trace: readonly Happening[], { caps, keepsToCap }: Facts): Excess {
  const books = createBooks();
  const inFlight = createInFlight();
  const most = { over: 0, beyond: 0 };
  for (const happening of trace) {
    books.apply(happening);
    inFlight.apply(happening);
    const { type } = happening;
    if (type !== 'held' && type !== 'settled' && type !== 'billed') continue;
    for (const { ledger, day } of type === 'billed' ? books.placesOf(happening.id) : [happening]) {
      for (const period of ['day', 'month'] as const) {
        const name = nameOf(period, day);
        const { held, settled, overrun, billed } = books.taken(ledger, name);
        const booked = held + settled + overrun + books.owed(ledger, name, caps[ledger][period]);
        const over = Math.max(booked, keepsToCap ? billed : 0) - caps[ledger][period];
        most.over = Math.max(most.over, over);
        most.beyond = Math.max(most.beyond, over - inFlight.overruns(ledger, name));
      }
    }
  }
  return most;
}

export const nameOf = (period: 'day' | 'month', day: string): string => (period === 'day' ? day : day.slice(0, 7));

/** Overruns since a period's last grant, of calls that were in progress at that grant. */
export function createInFlight() {
  const since = new Map<string, number>();
  return {
    apply(happening: Happening): void {
      if (happening.type !== 'held' && happening.type !== 'settled') return;
      for (const name of [happening.day, happening.day.slice(0, 7)]) {
        const key = `${happening.ledger} ${name}`;
        if (happening.type === 'held') since.delete(key);
        else since.set(key, (since.get(key) ?? 0) + happening.overrun);
      }
    },
    overruns: (ledger: LedgerName, name: string): number => since.get(`${ledger} ${name}`) ?? 0,
  };
}

/** The day or month after one. */
function nextOf(name: string): string {
  const [year = 0, month = 0, day] = name.split('-').map(Number);
  const next = day === undefined ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + 1);
  return new Date(next).toISOString().slice(0, name.length);
}
