/** What the pages of the documentation say by script. */
export const WORDS = {
  search: 'Search the docs',
  results: 'Results',
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'Select it and copy by hand',
  loading: 'Loading the index',
  failed: 'The index did not load. Look in the contents, or try again.',
  none: 'Nothing has these words.',
  count: (count: number): string => (count === 1 ? '1 result' : `${count} results`),
} as const;
