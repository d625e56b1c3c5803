/** Where a snippet can be pasted: which one survives there, how it gets there, and what that place strips. */
import { frame, frameAddress, html, type Puts, react, type Snippet, script } from './snippets.ts';

/** Code stands in backquotes; `{host}` is the worker's origin. */
type Text = string;

export interface System {
  id: string;
  name: string;
  snippet: Snippet;
  puts: Puts;
  /** Where to paste it, in three lines. */
  steps: readonly [Text, Text, Text];
  strips: Text;
  /** How it is known. */
  tried: Text;
  /** A page that says it. */
  source?: string;
}

/** When each of these was last tried or read. */
const LAST_CHECK = '29 November 2026';
const FROM_TESTS = 'Tried: yes, in Chromium, by the tests of this project.';
const TRIED = `Tried: yes, in Chromium, on ${LAST_CHECK}.`;
const FROM_DOCUMENTATION = `Tried: no. From its documentation, as read on ${LAST_CHECK}.`;
const FROM_OTHERS = `Tried: no. From pages of people who use it, as read on ${LAST_CHECK}.`;

const LIST_THE_PAGE = 'List the address of the page around the frame. The frame shows itself in listed pages only.';
const INHERITS_NOTHING =
  'A frame inherits nothing from the page: choose colour, font and scheme above. It cannot carry your ideas.';

export const SYSTEMS: readonly System[] = [
  {
    id: 'html',
    name: 'HTML',
    snippet: html,
    puts: 'element',
    steps: [
      'Paste the lines where the element should stand.',
      'A second element on the same page needs the last lines only, from `<peel-studio` on.',
      'Open the page. As long as its address is not on the list, the element says what to add.',
    ],
    strips: 'Nothing.',
    tried: FROM_TESTS,
  },
  {
    id: 'script',
    name: 'Script only',
    snippet: script,
    puts: 'element',
    steps: [
      'Paste the line where the element should stand, in a place that keeps a script.',
      'The element appears at that place. With `data-mount="#id"` it goes into another one.',
      'Open the page. As long as its address is not on the list, the element says what to add.',
    ],
    strips: 'Nothing. It is for places that drop unknown tags and keep a script, which reserves the room by itself.',
    tried: TRIED,
  },
  {
    id: 'shopify',
    name: 'Shopify',
    snippet: html,
    puts: 'element',
    steps: [
      'Online Store, Themes, Customize: go to the page that should have it.',
      'Add section, Custom Liquid, and paste the lines into its field.',
      'Save, and open the shop itself: the theme editor shows it under another address, which is not on the list.',
    ],
    strips:
      'Custom Liquid strips nothing. It reads double braces as Liquid, so that braces in your words are written as codes here. The editors for pages and products are not the place for scripts.',
    tried: FROM_DOCUMENTATION,
    source: 'https://shopify.dev/docs/api/liquid',
  },
  {
    id: 'wordpress',
    name: 'WordPress',
    snippet: html,
    puts: 'element',
    steps: [
      'Edit the page and add the block Custom HTML where the element should stand.',
      'Paste the lines into it.',
      'Update, and look at the page logged out.',
    ],
    strips:
      'Nothing for administrators and editors; in a network of sites for super admins only; on WordPress.com only on plans that allow plugins. For everybody else it removes script, style, tag and frames. Square brackets in your words are written as codes here: they would be shortcodes.',
    tried: FROM_OTHERS,
    source: 'https://publishpress.com/knowledge-base/unfiltered_html/',
  },
  {
    id: 'wix',
    name: 'Wix',
    snippet: frameAddress,
    puts: 'frame',
    steps: [
      'Add Elements, Embed Code, Embed a Site; enter the address above.',
      'Pull the box wide, and 750 px high: Wix frames do not grow, and what does not fit scrolls.',
      `${LIST_THE_PAGE} Publish: inside the editor the box stays empty.`,
    ],
    strips: `HTML that is pasted into Wix runs in a frame with an address of Wix’s own, which no list should have. So this is the worker’s page for frames. ${INHERITS_NOTHING}`,
    tried: FROM_DOCUMENTATION,
    source: 'https://dev.wix.com/docs/develop-websites-sdk/code-your-site/best-practices/about-frontend-security',
  },
  {
    id: 'squarespace',
    name: 'Squarespace',
    snippet: html,
    puts: 'element',
    steps: [
      'Edit the page, Add Block, Code; leave it at HTML.',
      'Paste the lines in place of the example.',
      'Save, and look at the page in a private window: while you edit, Squarespace holds scripts back.',
    ],
    strips: 'Scripts, on the plan Personal. On those above it, nothing.',
    tried: FROM_OTHERS,
    source: 'https://squareranked.com/squarespace-schema/json-ld-injection/',
  },
  {
    id: 'webflow',
    name: 'Webflow',
    snippet: html,
    puts: 'element',
    steps: [
      'Add a Code Embed where the element should stand.',
      'Paste the lines, Save & Close.',
      'Publish. Preview (`….canvas.webflow.com`) and staging (`….webflow.io`) are addresses of their own: list them too, or look at the real one.',
    ],
    strips: 'Nothing. The plan must allow custom code; without it the code is stored and not run.',
    tried: FROM_DOCUMENTATION,
    source: 'https://developers.webflow.com/data/v2.0.0/docs/custom-code-preview-mode',
  },
  {
    id: 'react',
    name: 'React',
    snippet: react,
    puts: 'element',
    steps: [
      'Save it as `PictureMaker.jsx`, and use `<PictureMaker />` where the element should stand.',
      'With TypeScript, store `{host}/peel-studio.d.ts` beside it: it knows the tag, its properties, methods and events.',
      'With React 18, put script and style into the page’s head instead; the tag stays as it is.',
    ],
    strips: 'Nothing. React 19 sets properties and attributes of such elements by itself.',
    tried: `Tried: yes, with React 19.3 in Chromium, on ${LAST_CHECK}.`,
  },
  {
    id: 'frame',
    name: 'Frame',
    snippet: frame,
    puts: 'frame',
    steps: [
      'Paste the lines where the frame should stand.',
      LIST_THE_PAGE,
      'Give it the height that your page can spare; what does not fit scrolls inside. A script of the page may follow its messages `peel-height` instead.',
    ],
    strips: `Nothing. It is for places that drop scripts and keep frames. A \`sandbox\` without \`allow-same-origin\` takes the frame’s address away, and the element says so. ${INHERITS_NOTHING}`,
    tried: TRIED,
  },
];

/** The first where there is no such system. */
export const systemOf = (id: string | null): System =>
  SYSTEMS.find((system) => system.id === id) ?? (SYSTEMS[0] as System);
