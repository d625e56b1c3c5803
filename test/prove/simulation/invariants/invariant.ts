import type { Books } from './books.ts';
import type { Facts, Happening } from './trace.ts';

/** Made anew for each trace; then sees all of it, in order. @returns What is wrong, in words. */
export type Invariant = (facts: Facts) => (happening: Happening, books: Books) => string[];
