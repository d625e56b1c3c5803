/**
 * A bitmap font for captions: capitals, digits and punctuation, seven pixels high. Each glyph is a list of columns from
 * left to right in hexadecimal, with the lowest bit at the top.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  A: '7c1211127c',
  B: '7f49494936',
  C: '3e41414122',
  D: '7f4141413e',
  E: '7f49494941',
  F: '7f09090901',
  G: '3e41495a3a',
  H: '7f0808087f',
  I: '417f41',
  J: '2040403f',
  K: '7f08142241',
  L: '7f404040',
  M: '7f020c027f',
  N: '7f0408107f',
  O: '3e4141413e',
  P: '7f09090906',
  Q: '3e4151215e',
  R: '7f09192946',
  S: '2649494932',
  T: '01017f0101',
  U: '3f4040403f',
  V: '0f3040300f',
  W: '3f4038403f',
  X: '6314081463',
  Y: '0708700807',
  Z: '6151494543',
  '0': '3e5149453e',
  '1': '427f40',
  '2': '6251494946',
  '3': '2241494936',
  '4': '1814127f10',
  '5': '2745454539',
  '6': '3c4a494930',
  '7': '0171090503',
  '8': '3649494936',
  '9': '0649492d1e',
  ' ': '000000',
  '.': '6060',
  ',': '8060',
  ':': '14',
  ';': '8076',
  '!': '5f',
  '?': '0201510906',
  "'": '03',
  '"': '030003',
  '-': '080808',
  _: '40404040',
  '+': '08083e0808',
  '=': '14141414',
  '*': '140e140000',
  '/': '6018060100',
  '\\': '0106186000',
  '(': '1c2241',
  ')': '41221c',
  '[': '7f4141',
  ']': '41417f',
  '<': '081422',
  '>': '221408',
  '#': '147f147f14',
  '%': '4326186443',
  '&': '3649562050',
  '@': '3e415d550e',
  $: '242a7f2a12',
  '|': '7f',
  '^': '020102',
  '~': '0804080804',
  '·': '08',
  '…': '400040004000',
  '×': '2214081422',
};

/** Height of a line of glyphs, in font pixels: seven, and one below for the comma. */
export const GLYPH_HEIGHT = 8;

/** The columns of a text, one byte each, with an empty column between glyphs. Unknown letters are left out. */
export function toColumns(text: string): number[] {
  const columns: number[] = [];
  for (const letter of foldToFont(text)) {
    const glyph = GLYPHS[letter];
    if (glyph === undefined) continue;
    if (columns.length > 0) columns.push(0);
    for (let at = 0; at < glyph.length; at += 2) columns.push(Number.parseInt(glyph.slice(at, at + 2), 16));
  }
  return columns;
}

/** Removes accents, and turns letters into capitals and white space into one space. */
export const foldToFont = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[’‘`´]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[–—]/g, '-')
    .replace(/\s+/g, ' ');
