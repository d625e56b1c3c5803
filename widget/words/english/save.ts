/** The menu of a finished picture, and the name of a file whose words have no letters. */
export const SAVE = {
  copyPicture: 'Copy picture',
  copied: 'Copied',
  share: 'Share…',
  copyLink: 'Copy link',
  linkCopied: 'Copied',
  downloadAs: 'Download as',
  original: 'Original',
  webp: 'WebP',
  jpeg: 'JPEG',
  report: 'Report this picture',
  saved: 'Saved',
  fileName: 'picture',
} as const;
