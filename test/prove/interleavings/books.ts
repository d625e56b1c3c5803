/** The books as a history tells them: what each ledger holds and has settled, kept apart from the ledgers' own sums. */
import { type Facts, type Happening, type LedgerName, runOf } from './history.ts';

export interface Entry {
  id: string;
  state: 'held' | 'settled' | 'released';
  day: string;
  reserved: number;
  settled: number;
  overrun: number;
}

export interface Books {
  apply(happening: Happening): void;
  entry(ledger: LedgerName, id: string): Entry | undefined;
  entries(ledger: LedgerName): Entry[];
  /** Entries of a run, in the order they came. */
  ofRun(ledger: LedgerName, run: string): Entry[];
  /** @param period A day `YYYY-MM-DD` or a month `YYYY-MM`. */
  taken(ledger: LedgerName, period: string): { held: number; settled: number; overrun: number };
}

export const LEDGERS: readonly LedgerName[] = ['site', 'deployment'];

export function createBooks(): Books {
  const all: Record<LedgerName, Map<string, Entry>> = { site: new Map(), deployment: new Map() };

  return {
    apply(happening) {
      const { type } = happening;
      if (type === 'held') {
        const { ledger, id, micros, day } = happening;
        all[ledger].set(id, { id, state: 'held', day, reserved: micros, settled: 0, overrun: 0 });
      } else if (type === 'settled') {
        const { ledger, id, day, micros, overrun } = happening;
        const entry = all[ledger].get(id) ?? { id, day, reserved: 0, settled: 0, overrun: 0 };
        const [settled, over] = [entry.settled + micros, entry.overrun + overrun];
        all[ledger].set(id, { ...entry, state: 'settled', settled, overrun: over });
      } else if (type === 'released') {
        const entry = all[happening.ledger].get(happening.id);
        if (entry) entry.state = 'released';
      }
    },
    entry: (ledger, id) => all[ledger].get(id),
    entries: (ledger) => [...all[ledger].values()],
    ofRun: (ledger, run) => [...all[ledger].values()].filter(({ id }) => runOf(id) === run),
    taken(ledger, period) {
      const sums = { held: 0, settled: 0, overrun: 0 };
      for (const { state, day, reserved, settled, overrun } of all[ledger].values()) {
        if (!day.startsWith(period)) continue;
        if (state === 'held') sums.held += reserved;
        sums.settled += settled;
        sums.overrun += overrun;
      }
      return sums;
    },
  };
}

/** What calls cost over their reservations, in micro-dollars. */
export function sumOfOverruns(history: readonly Happening[]): number {
  const books = createBooks();
  for (const happening of history) books.apply(happening);
  return books.entries('deployment').reduce((sum, { overrun }) => sum + overrun, 0);
}

/** The most that was held and settled over a cap at any instant, in micro-dollars. */
export function overshootOf(history: readonly Happening[], { caps }: Facts): number {
  const books = createBooks();
  let most = 0;
  for (const happening of history) {
    books.apply(happening);
    if (happening.type !== 'held' && happening.type !== 'settled') continue;
    const { ledger, day } = happening;
    for (const period of ['day', 'month'] as const) {
      const { held, settled } = books.taken(ledger, period === 'day' ? day : day.slice(0, 7));
      most = Math.max(most, held + settled - caps[ledger][period]);
    }
  }
  return most;
}
