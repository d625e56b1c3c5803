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
  },
};
