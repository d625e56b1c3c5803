/** The index of all sections, as the page's search reads it. */
import MiniSearch from 'minisearch';
import { type FoundSection, SEARCH_OPTIONS } from '../../../widget/docs/search-options.ts';
import type { Page } from './pages.ts';

/**
 * Every section, and every name that a table explains, under its section's address. A text fragment leads to the row
 * (https://wicg.github.io/scroll-to-text-fragment/); browsers without them go to the section.
 */
const entriesOf = (pages: readonly Page[]): FoundSection[] =>
  pages.flatMap(({ address, label, sections }) =>
    sections.flatMap(({ depth, anchor, text: heading, body, terms }) => [
      { address: depth === 1 ? address : `${address}#${anchor}`, page: label, heading, text: body },
      ...terms.map(({ name, text }) => ({
        address: `${address}#${anchor}:~:text=${encodeURIComponent(name).replaceAll('-', '%2D')}`,
        ...{ page: label, heading: name, text },
      })),
    ]),
  );

export function createSearchIndex(pages: readonly Page[]): string {
  const index = new MiniSearch<FoundSection & { id: number }>(SEARCH_OPTIONS);
  index.addAll(entriesOf(pages).map((entry, id) => ({ ...entry, id })));
  return JSON.stringify(index);
}
