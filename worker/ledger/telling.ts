/** How often and how soon a ledger tells another one again what that one has not heard. */

/** Times that it is told. After them the object's wake-up tells it again. */
export const TELL_TIMES = 3;
/** Milliseconds between two of them. */
export const TELL_AGAIN_MS = 1_000;
/**
 * Delay of the wake-up that tells it again, milliseconds. It is set before the first try, so that a crash loses
 * nothing.
 */
export const WAKE_SOON_MS = 5_000;
