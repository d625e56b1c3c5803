/** Where the first paid tier of Google's billing ends, in dollars a month (https://ai.google.dev/gemini-api/docs/billing). */
export const FIRST_TIER_USD = 250;

/**
 * How many pictures an amount pays for. Before each, the most that it can cost is held, so the last one needs more room
 * than its price. All in micro-dollars.
 *
 * @param held Absent: not known, and taken for the price.
 */
export const picturesFor = (amount: number, price: number, held = price): number =>
  amount < held ? 0 : Math.floor((amount - held) / price) + 1;
