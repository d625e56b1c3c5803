/**
 * Holds a history against what is promised. It knows nothing of how the ledgers work: it was written before them, and
 * `checker.test.ts` shows that it fails three ledgers that are known to be bad.
 */
import { createBooks } from './books.ts';
import { neverOverACount } from './check-counts.ts';
import { booksAgree, endedHoldsNothing, neverOverACap, noRefunds, oneLife, overrunsAreCarried } from './check-money.ts';
import {
  dispatchedOnce,
  dispatchedWithMoney,
  everybodyIsAnswered,
  oneRunAtOnce,
  paidOnce,
  pauseStops,
} from './check-runs.ts';
import type { Facts, Happening } from './history.ts';
import type { Rule } from './rule.ts';

export const RULES = {
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
} satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;

export interface Violation {
  rule: RuleName;
  at: number;
  what: string;
}

export function check(history: readonly Happening[], facts: Facts): Violation[] {
  const books = createBooks();
  const rules = Object.entries(RULES).map(([rule, make]) => ({ rule: rule as RuleName, see: make(facts) }));
  return history.flatMap((happening) => {
    books.apply(happening);
    return rules.flatMap(({ rule, see }) => see(happening, books).map((what) => ({ rule, at: happening.at, what })));
  });
}
