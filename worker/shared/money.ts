/** A dollar in micro-dollars, in which all money is counted. */
export const DOLLAR = 1_000_000;

/** The day's budget of a site that names none, dollars. */
export const DEFAULT_DAILY_USD = 5;
