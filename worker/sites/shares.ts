/** A visitor's and a network's part of the site's day, where the owner names no sum of money. */
export const VISITOR_SHARE = 0.1;
export const NETWORK_SHARE = 0.3;
/** At least the price of a picture, so that a small budget makes one for every visitor until it is spent. Micro-dollars. */
const MIN_SHARE_MICROS = 100_000;

/** @param dayMicros The site's budget of a day, in micro-dollars. */
export const shareOf = (dayMicros: number, share: number): number =>
  Math.min(dayMicros, Math.max(MIN_SHARE_MICROS, Math.floor(dayMicros * share)));
