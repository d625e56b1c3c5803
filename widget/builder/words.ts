/** Every text of the page. `{name}` is a place; code stands in backquotes. What each system does is in `systems.ts`. */
import type { CORNERS, FONTS, Piece, SCHEMES, Shape } from './draft.ts';

export const WORDS = {
  page: 'Builder',
  answer: 'One tag, and it looks like your page.',

  look: 'Look',
  colour: 'Colour',
  otherColour: 'Other',
  pickColour: 'Pick a colour',
  notColour: 'Six digits after #, such as #0b6470.',
  asPage: 'As the page',
  asPageColour: 'The colour of your links, or of `accent-color`.',
  onAccent: 'Text on it: contrast {ratio} : 1.',
  faintAccent: 'On this page it has {ratio} : 1, so that the button gets a line around it.',
  corners: 'Corners',
  scheme: 'Scheme',
  font: 'Font',

  words: 'Words',
  question: 'Question',
  questionExample: 'Describe your picture',
  example: 'Example',
  exampleExample: 'A lighthouse at dusk, cut from coloured paper',
  ideas: 'Ideas',
  ideasHint: 'One a line, nine at most. None: those of the site.',

  choices: 'Choices for visitors',
  shape: 'Shape',
  model: 'Model',
  siteModel: 'The site’s choice',
  siteModelIs: 'The site’s choice: {name}',
  notOffered: '{name} (not offered by this site)',
  shown: 'What is shown',
  inForm: '“Use this picture” for my form',
  inFormHint: 'The form around the element gets the picture’s address as `picture`.',

  where: 'Where it goes',
  myPage: 'My page',
  site: 'Site',
  notSite: 'The id of a site has small letters, figures, dots and dashes.',
  listed: 'On the list of site {site}.',
  notListed: 'Not on a list yet.',
  listUnknown:
    'Whether it is on the list can only be seen on that page: the element says so there. If it is not, add it:',
  openList: 'Open the list on your desk',
  listWhere:
    'Without a desk: the variable `SITE_ORIGINS`, with commas between several. It counts until the site has a record.',
  cut: 'An address ends before the first slash: `{origin}`.',
  twin: '`{twin}` is another address. If visitors come there too, list both.',
  insecure: 'Without https a browser withholds some things, such as copying a picture.',
  unreadableAddress: 'That is not an address. It looks like https://www.shop.example.',
  unlistable: 'A file on your disk has no address that could be listed. Open it through a server on localhost.',

  width: 'Width of the page',
  wide: 'Wide',
  column: 'Column',
  phone: 'Phone',
  ground: 'Scheme of the page',
  light: 'Light',
  dark: 'Dark',
  frame: 'Your page',
  anyPage: 'your page',
  draws: { demo: 'the real element, drawing with the demo: free', site: 'the real element: its pictures count' },
  heading: 'Design your own',
  lead: 'Say what should be on it. You get a first proof in seconds.',

  demo: 'No key of a picture service yet, so the demo draws, on your page too. A key ends it: on your desk under Set-up, or with `npm run setup -- --key`.',
  paused:
    'Paused: new pictures are refused, here and on your pages, until you resume. The element is shown all the same.',
  denied:
    'The address of this page is not on the list of site {site}, so nothing can be drawn here. Your own pages do not need it. To draw here too, add this address:',
  unknownSite: 'There is no site “{site}” on this worker. Without a name it is the default one.',
  broken: 'The worker cannot say what this site has: {message}',
  unreachable: 'The worker does not answer. The snippet is right all the same.',
  again: 'Try again',

  snippet: 'Snippet',
  system: 'System',
  copy: 'Copy',
  copied: 'Copied',
  copyByHand: 'Press Ctrl+C to copy',
  whereToPaste: 'Where to paste it',
  strips: 'What it strips',
  source: 'Source',
  policy: 'Which lines your security policy needs',
  policyHint:
    'For pages with a Content Security Policy: add these to the directives that you have. The style block needs your nonce, or move its rules into your stylesheet.',
  policyFrame: 'For pages with a Content Security Policy: add this to the directive that you have.',
  policyTypes: 'With `require-trusted-types-for` also `trusted-types lit-html peel`.',
} as const;

export const SHAPE_NAMES: Readonly<Record<Shape, string>> = {
  auto: 'Any',
  '1:1': 'Square 1:1',
  '5:4': 'Card 5:4',
  '4:3': 'Classic 4:3',
  '3:2': 'Photo 3:2',
  '16:9': 'Wide 16:9',
  '21:9': 'Cinema 21:9',
  '4:1': 'Banner 4:1',
  '8:1': 'Ribbon 8:1',
  '4:5': 'Post 4:5',
  '3:4': 'Portrait 3:4',
  '2:3': 'Poster 2:3',
  '9:16': 'Tall 9:16',
  '1:4': 'Bookmark 1:4',
  '1:8': 'Spine 1:8',
};

export const PIECE_NAMES: Readonly<Record<Piece, string>> = {
  settings: 'Settings',
  references: 'Own photos',
  region: 'Marking a place',
  compare: 'Before and after',
  history: 'Earlier versions',
  download: 'Download',
  copy: 'Copy',
  share: 'Share',
  ideas: 'Ideas',
};

export const CORNER_NAMES: Readonly<Record<(typeof CORNERS)[number], string>> = {
  soft: 'Soft',
  square: 'Square',
  round: 'Round',
};
export const SCHEME_NAMES: Readonly<Record<(typeof SCHEMES)[number], string>> = {
  page: WORDS.asPage,
  light: WORDS.light,
  dark: WORDS.dark,
};
export const FONT_NAMES: Readonly<Record<(typeof FONTS)[number], string>> = { page: WORDS.asPage, system: 'System' };

/** The colours that stand ready. Text on each is readable. */
export const SWATCHES = [
  { name: 'Teal', colour: '#0b6470' },
  { name: 'Ember', colour: '#b8410b' },
  { name: 'Navy', colour: '#24457a' },
  { name: 'Plum', colour: '#7a2f6b' },
  { name: 'Ink', colour: '#16242b' },
] as const;

/** Fills the `{name}` places of a text. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
