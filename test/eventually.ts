/** What happens after an answer was given, such as the settling of its price: looked for until it is so. */
import { expect } from 'vitest';

/** Longer than the usual second, for machines that run several files at once. */
export const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 10_000, interval: 20 });
