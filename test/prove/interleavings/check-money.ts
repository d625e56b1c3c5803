/** What must be true of the money in any history. Each rule sees every happening, and the books with it applied. */
import { dayBefore } from '../../../worker/domain/budget.ts';
import { type Books, type Entry, LEDGERS } from './books.ts';
import type { Rule } from './checker.ts';
import { runOf } from './history.ts';

/** At every instant, for every cap: what is settled and what is held are together not more than it. */
export const neverOverACap: Rule = ({ caps }) => (happening, books) => {
  if (happening.type !== 'held' && happening.type !== 'settled') return [];
  const { ledger, day } = happening;
  return (['day', 'month'] as const).flatMap((period) => {
    const { held, settled } = books.taken(ledger, period === 'day' ? day : day.slice(0, 7));
    const cap = caps[ledger][period];
    return held + settled > cap ? [`${ledger}: ${held} held and ${settled} settled are over the ${period}'s ${cap}`] : [];
  });
};

/** What a day was over its reservations is taken off the next day; a month bears its own. */
export const overrunsArePaidBack: Rule = ({ caps }) => (happening, books) => {
  if (happening.type !== 'held') return [];
  const { ledger, day } = happening;
  const today = books.taken(ledger, day);
  const owed = books.taken(ledger, dayBefore(day)).overrun;
  const month = books.taken(ledger, day.slice(0, 7));
  const isOver =
    today.held + today.settled + owed > caps[ledger].day ||
    month.held + month.settled + month.overrun > caps[ledger].month;
  return isOver ? [`${ledger}: ${happening.id} is granted what an overrun has spent`] : [];
};

/** Once: held, then settled or released. */
export const oneLife: Rule = () => {
  const states = new Map<string, string>();
  return (happening) => {
    const { type } = happening;
    if (type !== 'held' && type !== 'settled' && type !== 'released' && type !== 'undone') return [];
    const name = `${happening.ledger} ${happening.id}`;
    const before = states.get(name);
    states.set(name, type === 'undone' ? (before ?? 'released') : type);
    if (type === 'held' && before !== undefined) return [`${name}: held after it was ${before}`];
    if (type === 'settled' && before !== 'held') return [`${name}: settled after it was ${before ?? 'never held'}`];
    if (type === 'released' && before === 'settled') return [`${name}: released after it was settled`];
    return [];
  };
};

/** Nothing is given back that went up, unless it is known not to have run; and nothing goes up that was given back. */
export const noRefunds: Rule = () => {
  const mayHaveRun = new Set<string>();
  return (happening) => {
    if (happening.type === 'dispatched') mayHaveRun.add(happening.id);
    if (happening.type === 'notRun') mayHaveRun.delete(happening.id);
    const isGivenBack = happening.type === 'released' && mayHaveRun.has(happening.id);
    return isGivenBack ? [`${happening.ledger} ${happening.id}: given back though it may have run`] : [];
  };
};

/** A run whose end is written down holds nothing any more. */
export const endedHoldsNothing: Rule = () => (happening, books) => {
  if (happening.type !== 'ended') return [];
  return LEDGERS.flatMap((ledger) =>
    books
      .ofRun(ledger, happening.run)
      .filter(({ state }) => state === 'held')
      .map(({ id }) => `${ledger} ${id}: held though its run has ended`),
  );
};

/** When all is quiet: no money is held, both ledgers say the same, and it is what the supplier billed. */
export const booksAgree: Rule = () => {
  const bills = new Map<string, number>();
  const ran = new Set<string>();
  const noStore = new Set<string>();
  return (happening, books) => {
    const { type } = happening;
    if (type === 'billed') bills.set(happening.id, (bills.get(happening.id) ?? 0) + happening.micros);
    if (type === 'dispatched') ran.add(happening.id);
    if (type === 'dispatched' && happening.noStore) noStore.add(runOf(happening.id));
    if (type === 'notRun') ran.delete(happening.id);
    if (type !== 'rest') return [];
    const ids = new Set(LEDGERS.flatMap((ledger) => books.entries(ledger).map(({ id }) => id)));
    return [...ids].flatMap((id) => {
      const entries = LEDGERS.map((ledger) => books.entry(ledger, id));
      const isAlone = id.startsWith('direct-');
      return judge({ id, entries, bill: bills.get(id), mayHaveRun: ran.has(id), isAlone });
    });
  };
};

interface Judged {
  id: string;
  entries: (Entry | undefined)[];
  /** Absent: the supplier never worked on it. */
  bill: number | undefined;
  mayHaveRun: boolean;
  /** No object knows of it: what its ledgers do not hear in time they count in full. */
  isAlone: boolean;
}

function judge({ id, entries, bill, mayHaveRun, isAlone }: Judged): string[] {
  const wrong: string[] = [];
  for (const entry of entries) {
    if (entry?.state === 'held') wrong.push(`${id}: leaked, held for ever`);
    const paid = entry?.state === 'settled' ? entry.settled + entry.overrun : 0;
    const inFull = entry?.reserved ?? 0;
    // Where the answer was not seen, the reservation is what it costs.
    const right = mayHaveRun ? [inFull, ...(bill === undefined ? [] : [bill])] : [0];
    if (isAlone) right.push(inFull);
    if (!right.includes(paid)) wrong.push(`${id}: settled at ${paid} where ${right.join(' or ')} is right`);
    if (entry && entry.settled > entry.reserved) wrong.push(`${id}: settled over its reservation`);
  }
  const [atSite, atDeployment] = entries.map((entry) => (entry?.state === 'settled' ? entry.settled + entry.overrun : 0));
  if (atSite !== atDeployment && !isAlone) wrong.push(`${id}: settled at ${atSite} and at ${atDeployment}`);
  return wrong;
}

/** Sums that are printed: what calls cost over their reservations, in micro-dollars. */
export const overrunOf = (books: Books): number => books.entries('deployment').reduce((sum, { overrun }) => sum + overrun, 0);
