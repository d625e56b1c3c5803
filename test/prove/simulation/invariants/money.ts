/** Rules for the money in any trace. Each rule gets every happening, and the books after it. */
import { createExcused, placesOf } from './books.ts';
import type { Invariant } from './invariant.ts';
import { type Happening, type LedgerName, runOf } from './trace.ts';

/**
 * At every instant and for every cap, settled sums, overruns and holds together do not exceed the cap. The only
 * exception is an overrun that no ledger could know of at the last grant. What is held and settled within holds never
 * exceeds it, and a provider that keeps to its allowed output never bills more than a cap either.
 */
export const neverOverACap: Invariant = (facts) => {
  const { caps, keepsToCap } = facts;
  const excused = createExcused(facts);
  return (happening, books) => {
    excused.apply(happening);
    return placesOf(happening, books).flatMap(({ ledger, period, name }) => {
      const { held, settled, overrun, billed } = books.taken(ledger, name);
      const cap = caps[ledger]![period];
      const isOver = held + settled > cap || held + settled + overrun > cap + excused.micros(ledger, name);
      return [
        ...(isOver
          ? [`${ledger}: ${held} held, ${settled} settled and ${overrun} over their holds, of ${cap} a ${period}`]
          : []),
        ...(keepsToCap && billed > cap ? [`${ledger}: ${billed} are billed where the ${period} has ${cap}`] : []),
      ];
    });
  };
};

/** Nothing is granted before the excess of earlier days and months is paid, as far as the ledger can know of it. */
export const overrunsAreCarried: Invariant = (facts) => {
  const excused = createExcused(facts);
  return (happening, books) => {
    excused.apply(happening);
    if (happening.type !== 'held') return [];
    return placesOf(happening, books).flatMap(({ ledger, period, name }) => {
      const cap = facts.caps[ledger]![period];
      const { held, settled, overrun } = books.taken(ledger, name);
      const owed = books.owed(ledger, name, cap);
      const isOver = held + settled + overrun + owed > cap + excused.micros(ledger, name);
      return isOver ? [`${ledger}: ${happening.id} is granted while ${owed} are owed`] : [];
    });
  };
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
    return books
      .ofRun(happening.run)
      .filter(({ id, state, ledger }) => state === 'held' && !repeated.has(`${ledger} ${id}`))
      .map(({ id, ledger }) => `${ledger} ${id}: held though its run has ended`);
  };
};

/** At rest no money is held, and the ledgers equal the provider's bill. */
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
    return books.entries().flatMap((entry) => {
      const { id } = entry;
      const bill = bills.get(id);
      const wrong: string[] = [];
      if (entry.state === 'held') wrong.push(`${id}: leaked, held for ever`);
      const paid = entry.state === 'settled' ? entry.settled + entry.overrun : 0;
      const right = ran.has(id) ? [...(bill === undefined ? [] : [bill])] : [0];
      // Without a seen answer a run costs its reservation. A lost memory may have known that it never ran.
      if (ran.has(id) || crashed.has(keys.get(runOf(id)) ?? '') || isUnrecorded(id)) right.push(entry.reserved);
      if (!right.includes(paid)) wrong.push(`${id}: settled at ${paid} where ${right.join(' or ')} is right`);
      if (entry.settled > entry.reserved) wrong.push(`${id}: settled over its reservation`);
      return wrong;
    });
  };
};

/** Whether no object records an id's run. Without a message in time its ledger charges it in full. */
const isUnrecorded = (id: string): boolean => id.startsWith('direct-');
