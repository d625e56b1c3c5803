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

export const SEARCH_OPTIONS: Options<FoundSection & { id: number }> = {
  fields: ['heading', 'page', 'text'],
  storeFields: ['address', 'page', 'heading', 'text'],
  searchOptions: {
    boost: { heading: 4, page: 3 },
    prefix: true,
    // One wrong letter in five.
    fuzzy: 0.2,
    combineWith: 'AND',
    // A page is what most people look for, then its sections, then a name in one of their tables.
    boostDocument: (_id, _term, { address } = {}) => {
      const [, anchor] = String(address).split('#');
      if (anchor === undefined) return 3;
      return anchor.includes(':~:') ? 0.5 : 1;
    },
  },
};
