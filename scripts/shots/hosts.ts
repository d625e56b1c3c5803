/**
 * Three invented pages that hold the element. None sets a `--peel-…` property: font, colours and accent are to be taken
 * from the page. Where a machine has none of the fonts, a narrow one stands in: its letters are as wide as theirs.
 */

/** What a page says around the element, and what its visitors say in it. */
export interface Copy {
  language: string;
  direction: 'ltr' | 'rtl';
  name: string;
  menu: readonly string[];
  title: string;
  lead: string;
  /** Of the element: its label, and the words on the button that chooses a picture. */
  label: string;
  placeholder: string;
  use: string;
  /** Words to start from. */
  ideas: readonly string[];
  prompt: string;
  /** Changes of the picture, one after the other; the last one is typed and not sent. */
  changes: readonly [string, string, string, string];
  /** Words of a picture that the demo refuses: they hold its two words for it. */
  refused: string;
  thought: string;
  notice: string;
  /** The form of a site with a form of its own. */
  form: { name: string; choice: string; choices: readonly string[]; photo: string; filled: string };
}

export interface Host {
  name: string;
  css: string;
  copy: Copy;
}

const SHOP_CSS = `
  html { font-size: 20px }
  body { max-width: 1040px; margin: 0 auto; padding: 0 32px 64px; background: #faf5ea; color: #2c241d;
    font: 1em/1.5 'EB Garamond', Georgia, 'Noto Naskh Arabic', 'DejaVu Serif Condensed', serif }
  a { color: #1f6a52; text-underline-offset: .2em }
  header { display: flex; gap: 1.4em; align-items: baseline; padding: .8em 0; border-bottom: 1px solid #e2d8c4 }
  header a { color: inherit; text-decoration: none }
  header b { font-size: 1.15em; margin-inline-end: .4em }
  h1 { margin: 1.1em 0 .1em; font-size: 2.1em; line-height: 1.15; font-weight: 400 }
  main > p { margin: 0 0 2em }
  @media (max-width: 500px) {
    html { font-size: 17px }
    body { padding: 0 17px 48px }
    h1 { font-size: 1.65em; margin-top: .7em }
    main > p { margin-bottom: 1.1em }
    header { justify-content: space-between; gap: .8em }
  }`;

const SHOP: Copy = {
  language: 'en',
  direction: 'ltr',
  name: 'Hollin Tea',
  menu: ['Teas', 'Tins', 'Visit us'],
  title: 'Draw the tin for your tea',
  lead: 'Describe a picture and we print it on a tin of the tea you choose.',
  label: 'What should be on your tin?',
  placeholder: 'A heron in a rainy garden',
  use: 'Print on my tin',
  ideas: [
    'A heron in a rainy garden, soft pencil',
    'Tea fields in the first light',
    'A kettle on a stove in a winter cabin',
    'An orchard wall with ripe quinces',
  ],
  prompt: 'Tea fields on a hillside at dusk, a small hut among them',
  changes: ['Make it night', 'In the morning mist', 'Only blues and white', 'Leave more sky for the name of the tea'],
  refused: 'A famous singer drinking tea, demo refusal',
  thought: 'Rows of tea from near to far, one hut, a low light behind the ridge',
  notice: 'Pictures are made by a machine from your words. We print what you choose and nothing else.',
  form: {
    name: 'Name on the tin',
    choice: 'Time of day',
    choices: ['Morning', 'Noon', 'Dusk', 'Night'],
    photo: 'Your garden',
    filled: 'Grey Heron',
  },
};

/** The same shop in Arabic. */
const SHOP_ARABIC: Copy = {
  language: 'ar-EG',
  direction: 'rtl',
  name: 'شاي هولين',
  menu: ['أنواع الشاي', 'العلب', 'زورونا'],
  title: 'ارسم علبة شايك',
  lead: 'صِف صورة ونطبعها على علبة الشاي التي تختارها.',
  label: 'ماذا تريد على علبتك؟',
  placeholder: 'مالك الحزين في حديقة ممطرة',
  use: 'اطبعها على علبتي',
  ideas: ['مالك الحزين في حديقة ممطرة، قلم رصاص', 'حقول الشاي عند أول ضوء', 'إبريق على موقد في كوخ شتوي'],
  prompt: 'حقول شاي على سفح تلة عند الغروب، وبينها كوخ صغير',
  changes: ['اجعلها ليلًا', 'في ضباب الصباح', 'بالأزرق والأبيض فقط', 'اترك سماء أكثر لاسم الشاي'],
  refused: 'مغنية مشهورة تشرب الشاي، demo refusal',
  thought: 'صفوف الشاي من القريب إلى البعيد، وكوخ واحد، وضوء منخفض خلف التلة',
  notice: 'تُصنع الصور آليًا من كلماتك. نطبع ما تختاره ولا شيء غيره.',
  form: {
    name: 'الاسم على العلبة',
    choice: 'وقت اليوم',
    choices: ['صباح', 'ظهر', 'غروب', 'ليل'],
    photo: 'حديقتك',
    filled: 'مالك الحزين',
  },
};

const STARTUP: Host = {
  name: 'startup',
  css: `
  html { accent-color: #2557d6 }
  body { max-width: 1040px; margin: 0 auto; padding: 0 32px 64px; background: #fff; color: #10172a;
    font: 16px/1.5 Inter, 'Segoe UI', Roboto, 'DejaVu Sans Condensed', sans-serif }
  header { display: flex; gap: 1.75em; align-items: center; padding: 1em 0; border-bottom: 1px solid #eef0f4; font-size: .94em }
  header a { color: #47526a; text-decoration: none }
  header b { font-size: 1.15em }
  h1 { margin: 1em 0 .1em; font-size: 2.5em; line-height: 1.15; letter-spacing: -.03em; font-weight: 700 }
  main > p { margin: 0 0 2em; color: #47526a; font-size: 1.1em }
  @media (max-width: 500px) {
    body { padding: 0 16px 32px }
    header { gap: 1em }
    h1 { font-size: 1.6em }
    main > p { margin-bottom: 1.2em; font-size: 1em }
  }`,
  copy: {
    ...SHOP,
    name: 'Slipway',
    menu: ['Product', 'Prices', 'Docs'],
    title: 'A header for your next release',
    lead: 'Say what you are shipping. You get a header that fits your post.',
    label: 'Describe your header',
    placeholder: 'A slipway at dawn, one boat',
    use: 'Use as header',
    ideas: [
      'A slipway at dawn, one boat going down',
      'Blue mountains with a thin line of light',
      'Our office dog as captain of a small red ship',
      'A harbour at night, seen from a crane',
    ],
    prompt: 'Blue mountains in the morning, seen from a balloon, room for a headline',
    changes: ['Sunset instead of morning', 'With stars', 'Only blues and white', 'Leave more sky for a headline'],
    refused: 'A famous founder on a boat, demo refusal',
    thought: 'Three ridges, the nearest one low, empty sky above for words',
    notice: 'Pictures are made by a machine from your words. Please check them before you publish.',
    form: {
      name: 'Name of the release',
      choice: 'Time of day',
      choices: ['Dawn', 'Noon', 'Dusk', 'Night'],
      photo: 'Your logo',
      filled: 'Spring tide',
    },
  },
};

/** Nothing on it has a colour, links included. */
const PORTFOLIO: Host = {
  name: 'portfolio',
  css: `
  html { color-scheme: dark; font-size: 15px }
  body { max-width: 1040px; margin: 0 auto; padding: 0 32px 64px; background: #0b0b0c; color: #ebe7df;
    font: 300 1em/1.5 Outfit, 'Helvetica Neue', 'DejaVu Sans Condensed', sans-serif; letter-spacing: .01em }
  a { color: inherit; text-decoration: none }
  header { display: flex; justify-content: space-between; padding: 1.4em 0 }
  header a { opacity: .75 }
  h1 { margin: 1em 0 .2em; font-size: 2.6em; line-height: 1.15; font-weight: 300 }
  main > p { margin: 0 0 2em; opacity: .75 }
  @media (max-width: 500px) {
    body { padding: 0 17px 32px }
    h1 { font-size: 1.8em }
    main > p { margin-bottom: 1.2em }
  }`,
  copy: {
    ...SHOP,
    name: 'Mara Lindqvist',
    menu: ['Prints', 'Murals', 'Letters'],
    title: 'Sketch a print with me',
    lead: 'Describe the print you have in mind. If you like the sketch, send it and we talk.',
    label: 'The print you have in mind',
    placeholder: 'A ferry between two islands at night',
    use: 'Send to Mara',
    ideas: [
      'A ferry between two islands at night',
      'Birches in the snow, one red door',
      'The last swim of the summer',
      'A long table in a forest',
    ],
    prompt: 'A forest lake at night, one lit window on the far side',
    changes: ['In the first snow', 'At dawn', 'Only ink and paper', 'Move the window to the left'],
    refused: 'A living painter in a boat, demo refusal',
    thought: 'Still water in front, the forest as one dark band, the window as the only warm place',
    notice: 'Sketches are made by a machine from your words. The print itself I draw by hand.',
    form: {
      name: 'For whom',
      choice: 'Season',
      choices: ['Spring', 'Summer', 'Autumn', 'Winter'],
      photo: 'The place',
      filled: 'Aunt Ingrid',
    },
  },
};

const SHOP_HOST: Host = { name: 'shop', css: SHOP_CSS, copy: SHOP };

export interface Look {
  name: string;
  host: Host;
  width: number;
  height: number;
  /** Fingers instead of a mouse. */
  isTouch?: true;
  /** The picture shows what is in view, instead of the whole page. */
  isWindow?: true;
}

const WIDE = { width: 1104, height: 800 };

/** The columns of the matrix. */
export const LOOKS: readonly Look[] = [
  { name: 'shop', host: SHOP_HOST, ...WIDE },
  { name: 'startup', host: STARTUP, ...WIDE },
  { name: 'dark', host: PORTFOLIO, ...WIDE },
  { name: 'phone', host: SHOP_HOST, width: 390, height: 844, isTouch: true, isWindow: true },
  // With the padding of the page the element is 280 pixels wide.
  { name: 'narrow', host: STARTUP, width: 312, height: 844 },
  { name: 'rtl', host: { ...SHOP_HOST, copy: SHOP_ARABIC }, ...WIDE },
];

/** The place is kept by the rule that the snippet gives. */
const RESERVED = `
  peel-studio:not(:defined) { display: block; min-block-size: 31em }
  @media (min-width: 48em) { peel-studio:not(:defined) { min-block-size: 26em } }`;

/** The page's head and body, for `startStage().open`. */
export function pageOf({ css, copy }: Host, script: string, attributes: string): string {
  const { language, direction, name, menu, title, lead, label, placeholder, use } = copy;
  return `<html lang="${language}" dir="${direction}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <style>${css}${RESERVED}</style>
    <script type="module" src="${script}"></script>
    <body>
      <header><b>${name}</b>${menu.map((item) => `<a href="#">${item}</a>`).join('')}</header>
      <main>
        <h1>${title}</h1>
        <p>${lead}</p>
        <peel-studio label="${label}" placeholder="${placeholder}" use-label="${use}" ${attributes}></peel-studio>
      </main>
    </body>`;
}
