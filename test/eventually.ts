/** Waits for what happens after an answer, such as the settling of its price: repeats `look` until it matches. */
import { expect } from 'vitest';

/** Waits a minute instead of the usual second, for machines that run several files at once. */
export const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 60_000, interval: 20 });
