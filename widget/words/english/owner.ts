/**
 * What stands in the composer's place while only the owner of the page can mend it: two lines for visitors, then the
 * card for the owner. `{build}`, `{embed}` and `{desk}` become links.
 */
export const OWNER = {
  ownerTitle: 'Pictures can’t be made on this page yet',
  ownerText: 'Something is still being set up. Please come back a little later.',
  ownerBrowserTitle: 'This browser is too old for the picture maker',
  ownerBrowserText: 'An update helps.',
  ownerCard: 'For the owner of this page',
  ownerBuild: 'the snippet',
  ownerEmbed: 'a page of its own',
  ownerCopy: 'Copy',
  ownerCopied: 'Copied',
  ownerNotCopied: 'Select it and copy',
  ownerAgain: 'Look again',
  ownerLooking: 'Looking',
  ownerThenAgain: 'Come back and look again.',
  ownerThenReload: 'Reload this page.',

  ownerOrigin:
    'The address of this page is not on your list, so nothing is made here and nobody else can use your budget.',
  ownerOriginAdd: 'Add this address on your desk at {desk}, exactly so:',
  ownerOriginMore: 'Without a desk: to the variable SITE_ORIGINS, with commas between several.',

  ownerPolicy: 'This page’s security policy blocks the picture service.',
  ownerPolicyAdd: 'Add to its Content-Security-Policy:',
  ownerPolicyAddTo: 'Add to {directive} in its Content-Security-Policy:',
  ownerPolicyMore: 'The same address belongs into img-src and frame-src, and blob: into img-src.',

  ownerKey: 'Your worker has no key of a picture service yet.',
  ownerKeyAdd: 'Run in the folder of your worker:',
  ownerVariable: 'A variable of your worker is missing or wrong, so it serves nothing.',
  ownerVariableMend: 'Mend what it says, and deploy again:',

  ownerPaused: 'You have paused new pictures.',
  ownerPausedResume: 'Resume through your worker’s own API:',

  ownerWorker: '{address} is not a Peel worker.',
  ownerWorkerSnippet: 'Copy {build} again and paste it here.',
  ownerSilent: '{address} does not answer.',

  ownerSite: 'There is no site of the name “{site}”.',
  ownerSiteTag: 'Correct the name in the tag, or make the site:',

  ownerFrame: 'This frame has no address of its own, so your worker cannot know whose page it is.',
  ownerFrameUse: 'Frame this page of your worker instead:',
  ownerFrameOpen: 'Or link to it as {embed}.',

  ownerFile: 'This page is a file on a disk, and files have no address.',
  ownerFileServe: 'Open it from your site, or from a server on your machine such as http://localhost:3000.',
  ownerFileAdd: 'Add that address on your desk at {desk}.',

  ownerInsecure: 'This page is https and your worker’s address in it is http, so browsers block it.',
  ownerInsecureTag: 'Write into the tag:',
} as const;
