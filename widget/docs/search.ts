/** Finds sections in the index that the build has made. */
import MiniSearch from 'minisearch';
import { type FoundSection, SEARCH_OPTIONS } from './search-options.ts';

export interface Hit extends FoundSection {
  /** The words around the first find. */
  excerpt: string;
}

export type Search = (words: string) => Hit[];

/** As many as fit on a screen. */
const MOST = 12;
const EXCERPT_LENGTH = 120;

/** @param index The text of `/docs/search.json`. */
export function createSearch(index: string): Search {
  const engine = MiniSearch.loadJSON<FoundSection & { id: number }>(index, SEARCH_OPTIONS);
  return (words) => {
    const all = engine.search(words);
    // Sections with every word come first; where there are none, some of the words are better than nothing.
    const found = all.length > 0 ? all : engine.search(words, { combineWith: 'OR' });
    return found.slice(0, MOST).map(({ terms, ...stored }) => {
      const { address, page, heading, text } = stored as unknown as FoundSection;
      return { address, page, heading, text, excerpt: excerptOf(text, terms) };
    });
  };
}

/** @throws When the index does not arrive. */
export async function loadSearch(): Promise<Search> {
  const answer = await fetch('/docs/search.json');
  if (!answer.ok) throw new Error(`/docs/search.json answered ${answer.status}`);
  return createSearch(await answer.text());
}

/** @param terms In lower case, as the index has them. */
function excerptOf(text: string, terms: readonly string[]): string {
  const lower = text.toLowerCase();
  const at = Math.min(...terms.map((term) => lower.indexOf(term)).filter((position) => position >= 0));
  if (!Number.isFinite(at)) return cut(text, 0);
  return cut(text, Math.max(0, at - EXCERPT_LENGTH / 3));
}

/** Whole words from about `start` on. */
function cut(text: string, start: number): string {
  const from = start === 0 ? 0 : text.indexOf(' ', start) + 1;
  const end = text.length - from <= EXCERPT_LENGTH ? text.length : text.lastIndexOf(' ', from + EXCERPT_LENGTH);
  return `${from > 0 ? '… ' : ''}${text.slice(from, Math.max(end, from))}${end < text.length ? ' …' : ''}`;
}
