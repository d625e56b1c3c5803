/** A visitor's and a network's part of the site's day, or of its month if that is less, where the owner names no sum of money. */
const VISITOR_SHARE = 0.1;
const NETWORK_SHARE = 0.3;
/**
 * The least of a visitor's part, in micro-dollars: seven pictures of the default model, with what the last one holds. So a
 * small budget gives each of its first visitors several pictures, until it is spent.
 */
const MIN_VISITOR_MICROS = 300_000;
/** The least of a network's part: two visitors of an office. */
const MIN_NETWORK_MICROS = 600_000;

/** @param budgetMicros The smaller of the site's budgets of a day and of a month, in micro-dollars. */
export const visitorShareOf = (budgetMicros: number): number =>
  shareOf(budgetMicros, VISITOR_SHARE, MIN_VISITOR_MICROS);

/** @param budgetMicros As {@link visitorShareOf}. */
export const networkShareOf = (budgetMicros: number): number =>
  shareOf(budgetMicros, NETWORK_SHARE, MIN_NETWORK_MICROS);

const shareOf = (budgetMicros: number, share: number, least: number): number =>
  Math.min(budgetMicros, Math.max(least, Math.floor(budgetMicros * share)));
