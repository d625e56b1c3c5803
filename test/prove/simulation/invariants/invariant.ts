import type { Books } from './books.ts';
import type { Facts, Happening } from './trace.ts';

/** A rule, created for each trace and called for each happening in order. @returns Violations in words. */
export type Invariant = (facts: Facts) => (happening: Happening, books: Books) => string[];
