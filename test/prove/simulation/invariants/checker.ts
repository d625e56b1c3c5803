/**
 * Checks a trace against the promises. It does not depend on how the ledgers work. `checker.test.ts` shows that it
 * fails ledgers and escrow schemes that are known to be bad.
 */
import { createBooks } from './books.ts';
import { neverOverACount, neverOverAPurse } from './counts.ts';
import type { Invariant } from './invariant.ts';
import { fittingIsServed, loansAgree, memoryIsRows, sharesAreKept } from './loans.ts';
import { booksAgree, endedHoldsNothing, neverOverACap, noRefunds, oneLife, overrunsAreCarried } from './money.ts';
import {
  dispatchedOnce,
  dispatchedWithMoney,
  everybodyIsAnswered,
  oneRunAtOnce,
  paidOnce,
  pauseStops,
} from './runs.ts';
import type { Facts, Happening } from './trace.ts';

const RULES = {
  neverOverACap,
  overrunsAreCarried,
  oneLife,
  noRefunds,
  endedHoldsNothing,
  booksAgree,
  dispatchedOnce,
  dispatchedWithMoney,
  oneRunAtOnce,
  paidOnce,
  pauseStops,
  everybodyIsAnswered,
  neverOverACount,
  neverOverAPurse,
  loansAgree,
  memoryIsRows,
  fittingIsServed,
  sharesAreKept,
} satisfies Record<string, Invariant>;

export type InvariantName = keyof typeof RULES;

export interface Violation {
  rule: InvariantName;
  at: number;
  what: string;
}

export function check(trace: readonly Happening[], facts: Facts): Violation[] {
  const books = createBooks();
  const rules = Object.entries(RULES).map(([rule, make]) => ({ rule: rule as InvariantName, see: make(facts) }));
  return trace.flatMap((happening) => {
    books.apply(happening);
    return rules.flatMap(({ rule, see }) => see(happening, books).map((what) => ({ rule, at: happening.at, what })));
  });
}
