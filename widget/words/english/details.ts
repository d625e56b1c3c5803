/** What stands under a picture for those who want to know more. The words of the stage are there already. */
export const DETAILS = {
  asked: 'Asked',
  delivered: 'Delivered',
  madeBy: 'Made by',
  took: 'Time',
  version: 'Version',
  versionFrom: '{n}, changed from {parent}',
  answered: 'Said beside it',
  invisibleMark: 'Carries an invisible mark that says it was made with AI.',
  altText: 'Description for people who cannot see it',
  sources: 'Sources ({n})',
  queries: 'Searches behind this picture',
  suggestion: 'Google’s suggestions for this search',
} as const;
