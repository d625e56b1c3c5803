/** What the index is made with, and read with: both must agree (https://lucaong.github.io/minisearch/). */
import type { Options } from 'minisearch';

/** A section of a page, or a name that one of its tables explains. */
export interface FoundSection {
  /** With the section's anchor. */
  address: string;
  page: string;
  heading: string;
  text: string;
}

/** Words of questions. They are in every section and say nothing of what is looked for. */
const STOP_WORDS = new Set(
  'a an and are at be can do does for from how i in is it me my of on or that the this to was what when where which who why with you your'.split(
    ' ',
  ),
);

/** Pages of measurements and of history have nearly every word, and are rarely what is looked for. */
const SELDOM = new Set([
  'Proofs',
  'Benchmarks',
  'Run the proofs',
  'Run the benchmark',
  'Costs on Cloudflare',
  'Changes',
]);

export const SEARCH_OPTIONS: Options<FoundSection & { id: number }> = {
  fields: ['heading', 'page', 'text'],
  storeFields: ['address', 'page', 'heading', 'text'],
  processTerm: (term) => {
    const word = term.toLowerCase();
    return STOP_WORDS.has(word) ? null : word;
  },
  searchOptions: {
    boost: { heading: 4, page: 3 },
    prefix: true,
    // One wrong letter in five.
    fuzzy: 0.2,
    combineWith: 'AND',
    // A page is what most people look for, then its sections, then a name in one of their tables.
    boostDocument: (_id, _term, { address, page } = {}) => {
      const [, anchor] = String(address).split('#');
      const weight = SELDOM.has(String(page)) ? 0.2 : 1;
      if (anchor === undefined) return weight * 3;
      return weight * (anchor.includes(':~:') ? 0.5 : 1);
    },
  },
};
