/** UTC days and hours by their names. As text they are in the order of time. */

/** The day of a time, `YYYY-MM-DD`. @param at Unix milliseconds. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The hour of a time, `YYYY-MM-DDTHH`. @param at Unix milliseconds. */
export const hourOf = (at: number): string => new Date(at).toISOString().slice(0, 13);
