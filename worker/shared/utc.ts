/** UTC days and hours by their names. As text they are in the order of time. */

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** The day of a time, `YYYY-MM-DD`. @param at Unix milliseconds. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The hour of a time, `YYYY-MM-DDTHH`. @param at Unix milliseconds. */
export const hourOf = (at: number): string => new Date(at).toISOString().slice(0, 13);

/** The month of a day, `YYYY-MM`. @param day `YYYY-MM-DD`. */
export const monthOf = (day: string): string => day.slice(0, 7);
