/** Rules for the money in any trace. Each rule gets every happening, and the books after it. */
import { createInFlight, type Entry, LEDGERS, nameOf } from './books.ts';
import type { Invariant } from './invariant.ts';
import { type Happening, type LedgerName, runOf } from './trace.ts';

/**
 * At every instant and for every cap, settled sums, overruns and holds together do not exceed the cap. The only
 * exception is the overrun of calls that were in progress at the last grant. A provider that keeps to its allowed
 * output never bills more than a cap either.
 */
export const neverOverACap: Invariant = ({ caps, keepsToCap }) => {
  const inFlight = createInFlight();
  return (happening, books) => {
    inFlight.apply(happening);
    const { type } = happening;
    if (type !== 'held' && type !== 'settled' && type !== 'billed') return [];
    const places = type === 'billed' ? books.placesOf(happening.id) : [happening];
    return places.flatMap(({ ledger, day }) =>
      (['day', 'month'] as const).flatMap((period) => {
        const name = nameOf(period, day);
        const { held, settled, overrun, billed } = books.taken(ledger, name);
        const cap = caps[ledger][period];
        const what = `${held} held, ${settled} settled and ${overrun} over their holds`;
        const wrong: string[] = [];
        if (held + settled + overrun > cap + inFlight.overruns(ledger, name)) {
          wrong.push(`${ledger}: ${what} are over the ${period}'s ${cap}`);
        }
        if (keepsToCap && billed > cap) wrong.push(`${ledger}: ${billed} are billed where the ${period} has ${cap}`);
        return wrong;
      }),
    );
  };
};

/** Nothing is granted before the excess of earlier days and months is paid. */
export const overrunsAreCarried: Invariant =
  ({ caps }) =>
  (happening, books) => {
    if (happening.type !== 'held') return [];
    const { ledger, id, day } = happening;
    return (['day', 'month'] as const).flatMap((period) => {
      const name = nameOf(period, day);
      const cap = caps[ledger][period];
      const { held, settled, overrun } = books.taken(ledger, name);
      const owed = books.owed(ledger, name, cap);
      return held + settled + overrun + owed > cap ? [`${ledger}: ${id} is granted while ${owed} are owed`] : [];
    });
  };

/** An id is held once, then settled or released. After its row is deleted, a day later, it may come again as new. */
export const oneLife: Invariant = () => {
  const states = new Map<string, string>();
  return (happening) => {
    const { type } = happening;
    if (!LIFE.includes(type)) return [];
    const { ledger, id } = happening as Extract<Happening, { ledger: LedgerName; id: string }>;
    const name = `${ledger} ${id}`;
    if (type === 'forgotten') states.delete(name);
    if (type === 'forgotten') return [];
    const before = states.get(name);
    states.set(name, type === 'undone' ? (before ?? 'released') : type);
    if (type === 'held' && before !== undefined) return [`${name}: held after it was ${before}`];
    if (type === 'settled' && before !== 'held') return [`${name}: settled after it was ${before ?? 'never held'}`];
    if (type === 'released' && before === 'settled') return [`${name}: released after it was settled`];
    return [];
  };
};

const LIFE: readonly string[] = ['held', 'settled', 'released', 'undone', 'forgotten'];

/** A dispatched call is never refunded unless it is known not to have run. A refunded call is never dispatched. */
export const noRefunds: Invariant = () => {
  const mayHaveRun = new Set<string>();
  return (happening) => {
    if (happening.type === 'dispatched') mayHaveRun.add(happening.id);
    if (happening.type === 'notRun') mayHaveRun.delete(happening.id);
    const isGivenBack = happening.type === 'released' && mayHaveRun.has(happening.id);
    return isGivenBack ? [`${happening.ledger} ${happening.id}: given back though it may have run`] : [];
  };
};

/**
 * A run whose end is recorded holds nothing. A repeated message may reserve money that was refused before and has no
 * owner; the rule only requires that no such reservation outlives its lease.
 */
export const endedHoldsNothing: Invariant = () => {
  const repeated = new Set<string>();
  return (happening, books) => {
    if (happening.type === 'repeated') repeated.add(`${happening.ledger} ${happening.id}`);
    if (happening.type !== 'ended') return [];
    return LEDGERS.flatMap((ledger) =>
      books
        .ofRun(ledger, happening.run)
        .filter(({ id, state }) => state === 'held' && !repeated.has(`${ledger} ${id}`))
        .map(({ id }) => `${ledger} ${id}: held though its run has ended`),
    );
  };
};

/** At rest no money is held, and both ledgers equal the provider's bill. */
export const booksAgree: Invariant = () => {
  const bills = new Map<string, number>();
  const ran = new Set<string>();
  const keys = new Map<string, string>();
  const crashed = new Set<string>();
  return (happening, books) => {
    const { type } = happening;
    if (type === 'billed') bills.set(happening.id, (bills.get(happening.id) ?? 0) + happening.micros);
    if (type === 'dispatched') ran.add(happening.id);
    if (type === 'dispatched') keys.set(runOf(happening.id), happening.key);
    if (type === 'ended') keys.set(happening.run, happening.key);
    if (type === 'notRun') ran.delete(happening.id);
    if (type === 'crashed') crashed.add(happening.who);
    if (type !== 'rest') return [];
    const ids = new Set(LEDGERS.flatMap((ledger) => books.entries(ledger).map(({ id }) => id)));
    return [...ids].flatMap((id) => {
      const entries = LEDGERS.map((ledger) => books.entry(ledger, id));
      // A lost memory may have known that the call did not run or was never dispatched.
      const mayBeInFull = ran.has(id) || crashed.has(keys.get(runOf(id)) ?? '');
      return judge({ id, entries, bill: bills.get(id), mayHaveRun: ran.has(id), mayBeInFull, isAlone: isAlone(id) });
    });
  };
};

/** Whether the id belongs to a run that no object records. */
const isAlone = (id: string): boolean => id.startsWith('direct-');

interface Judged {
  id: string;
  entries: (Entry | undefined)[];
  /** Absent: the provider never worked on it. */
  bill: number | undefined;
  mayHaveRun: boolean;
  mayBeInFull: boolean;
  /** No object records the run: without a message in time its ledgers charge it in full. */
  isAlone: boolean;
}

function judge({ id, entries, bill, mayHaveRun, mayBeInFull, isAlone }: Judged): string[] {
  const wrong: string[] = [];
  for (const entry of entries) {
    if (entry?.state === 'held') wrong.push(`${id}: leaked, held for ever`);
    const paid = entry?.state === 'settled' ? entry.settled + entry.overrun : 0;
    const inFull = entry?.reserved ?? 0;
    // Without a seen answer the run costs its reservation.
    const right = mayHaveRun ? [...(bill === undefined ? [] : [bill])] : [0];
    if (mayBeInFull || isAlone) right.push(inFull);
    if (!right.includes(paid)) wrong.push(`${id}: settled at ${paid} where ${right.join(' or ')} is right`);
    if (entry && entry.settled > entry.reserved) wrong.push(`${id}: settled over its reservation`);
  }
  const [atSite, atDeployment] = entries.map((entry) =>
    entry?.state === 'settled' ? entry.settled + entry.overrun : 0,
  );
  if (atSite !== atDeployment && !isAlone) wrong.push(`${id}: settled at ${atSite} and at ${atDeployment}`);
  return wrong;
}
