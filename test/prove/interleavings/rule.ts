import type { Books } from './books.ts';
import type { Facts, Happening } from './history.ts';

/** Made anew for each history; then sees all of it, in order. @returns What is wrong, in words. */
export type Rule = (facts: Facts) => (happening: Happening, books: Books) => string[];
