/** A visitor's and a network's part of the site's day, or of its month if that is less, where the owner names no sum of money. */
export const VISITOR_SHARE = 0.1;
export const NETWORK_SHARE = 0.3;
/** At least the price of a picture, so that a small budget makes one for every visitor until it is spent. Micro-dollars. */
const MIN_SHARE_MICROS = 100_000;

/** @param budgetMicros The smaller of the site's budgets of a day and of a month, in micro-dollars. */
export const shareOf = (budgetMicros: number, share: number): number =>
  Math.min(budgetMicros, Math.max(MIN_SHARE_MICROS, Math.floor(budgetMicros * share)));
