/** Generates Gemini messages in every spelling that JSON and base64 allow, and in some that they do not. */
import fc from 'fast-check';
import type { Form } from '../../../worker/request/target.ts';

/** JSON before it is written as text: an object keeps the order of its keys, a leaf is its own text. */
type Node = { leaf: string } | { list: Node[] } | { fields: [string, Node][] };

const leaf = (value: unknown): Node => ({ leaf: JSON.stringify(value) });
const fields = (entries: [string, Node][]): Node => ({ fields: entries });

const bytes = fc.oneof(
  { weight: 6, arbitrary: fc.uint8Array({ minLength: 0, maxLength: 80 }) },
  { weight: 2, arbitrary: fc.uint8Array({ minLength: 3000, maxLength: 3200, size: 'max' }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.integer({ min: 40_000, max: 120_000 }), fc.nat(255)).map(([length, seed]) => {
      // Long texts are computed: to generate each letter would take most of the test's time.
      return Uint8Array.from({ length }, (_, at) => (at * at * 31 + at * seed + (at >> 7)) & 255);
    }),
  },
);

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Sets the bits that padding leaves unused. */
const withStrayBits = (text: string): string =>
  text.replace(/(.)(=+)$/, (_, last: string, pad: string) => LETTERS[LETTERS.indexOf(last) | 1] + pad);

const insertAt = (text: string, at: number, odd: string): string => {
  const place = at % (text.length + 1);
  return text.slice(0, place) + odd + text.slice(place);
};

const ODDITIES = [
  '\\n',
  '\\r\\n',
  '\\t',
  '=',
  '==',
  ' ',
  '\\u003d',
  '\\u002f',
  '\\u002B',
  '\\/',
  '-',
  '_',
  '+',
  '/',
  '%',
  'é',
  '\\"',
  '\\\\',
  '😀',
  '.',
];

const spelling = fc.oneof(
  { weight: 4, arbitrary: fc.constant((text: string) => text) },
  fc.constant((text: string) => text.replaceAll('+', '-').replaceAll('/', '_')),
  fc.constant((text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')),
  fc.constant((text: string) => text.replace(/=+$/, '')),
  fc.constant((text: string) => text.replace(/=$/, '')),
  fc.constant((text: string) => text.replaceAll('/', '\\/')),
  fc.constant((text: string) => text.replaceAll('/', '\\/').replaceAll('=', '\\u003d')),
  fc.constant((text: string) => text.replaceAll('=', '\\u003D')),
  fc.constant((text: string) => withStrayBits(text)),
  fc.constant((text: string) => text.replace(/.{76}/g, '$&\\r\\n')),
  fc.constant((text: string) => text + text),
  fc
    .array(fc.tuple(fc.nat(), fc.constantFrom(...ODDITIES)), { minLength: 1, maxLength: 6 })
    // Oddities are inserted from back to front, so that an earlier insertion does not move a later place.
    .map(
      (odd) => (text: string) =>
        [...odd].sort(([a], [b]) => b - a).reduce((so, [at, o]) => insertAt(so, at % (text.length + 1), o), text),
    ),
);

/** An oddity inside an escape can break the JSON. Such texts are written plainly instead. */
const isValid = (text: string): boolean => {
  try {
    JSON.parse(`"${text}"`);
    return true;
  } catch {
    return false;
  }
};

const base64 = fc.tuple(bytes, spelling).map(([raw, spell]) => {
  const plain = Buffer.from(raw).toString('base64');
  const spelled = spell(plain);
  return { leaf: `"${isValid(spelled) ? spelled : plain}"` } as Node;
});

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom('line\u2028separated\u2029\u0085', '"data":"AAAA"', '\\', 'inlineData', '}]\n\n', ''),
);
/** Pictures as providers with data URLs write them. */
const dataUrl = fc
  .tuple(
    fc.constantFrom('data:image/png;base64,', 'data:image\\/jpeg;base64,', 'DATA:image/webp;charset=utf-8;base64,'),
    base64,
  )
  .map(([prefix, data]) => `${prefix}${(data as { leaf: string }).leaf.slice(1, -1)}`);
const asLeaf = (written: string): Node => ({ leaf: `"${written}"` });
const textWithPictures = fc
  .array(
    fc.tuple(text, dataUrl, fc.constantFrom('![a](%)', '![](<%> \\"title\\")', '%', '<img src=\\"%\\">', '%\\n', '%,')),
    {
      maxLength: 3,
    },
  )
  .map((pieces) =>
    asLeaf(
      pieces
        .map(([words, url, around]) => JSON.stringify(words).slice(1, -1) + around.replace('%', () => url))
        .join(' '),
    ),
  );

const signature = fc.oneof(
  base64,
  fc.constantFrom(4092, 4096, 4100, 8192).map((length) => leaf('QUJD'.repeat(length / 4))),
  fc.constant(leaf('not base64 '.repeat(500))),
);
const name = (camel: string, snake: string) => fc.constantFrom(camel, camel, snake);

const inlineData = fc
  .tuple(
    name('mimeType', 'mime_type'),
    fc.option(fc.constantFrom('image/png', 'image\\/jpeg', 'text/plain')),
    fc.oneof(
      { weight: 5, arbitrary: base64 },
      { weight: 1, arbitrary: text.map(leaf) },
      { weight: 1, arbitrary: dataUrl.map(asLeaf) },
    ),
    fc.boolean(),
  )
  .map(([typeKey, type, data, isTypeLast]) => {
    const entries: [string, Node][] = [['data', data]];
    if (type) entries.splice(isTypeLast ? 1 : 0, 0, [typeKey, { leaf: `"${type}"` }]);
    return fields(entries);
  });

const part = fc
  .tuple(
    fc.oneof(
      text.map((value): [string, Node] => ['text', leaf(value)]),
      fc.tuple(name('inlineData', 'inline_data'), inlineData),
      textWithPictures.map((value): [string, Node] => ['text', value]),
      fc.tuple(
        name('fileData', 'file_data'),
        dataUrl.map((url) => fields([['fileUri', asLeaf(url)]])),
      ),
      fc.constant<[string, Node]>(['functionCall', fields([['args', fields([['data', leaf('QUJD')]])]])]),
      fc.constant<[string, Node]>(['inline\\u0044ata', fields([['data', leaf('QUJD')]])]),
    ),
    fc.option(fc.tuple(name('thoughtSignature', 'thought_signature'), signature)),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([body, signed, isThought, signatureFirst]) => {
    const entries: [string, Node][] = [body];
    if (signed) entries.splice(signatureFirst ? 0 : 1, 0, signed);
    if (isThought) entries.push(['thought', leaf(true)]);
    return fields(entries);
  });

const message = fc
  .tuple(
    fc.array(part, { maxLength: 4 }),
    fc.option(fc.constantFrom('STOP', 'NO_IMAGE')),
    fc.oneof(fc.constant({ data: 'AAAA', inlineData: 'x', n: 1.5e3 }), fc.jsonValue({ maxDepth: 2 })),
  )
  .map(([parts, finishReason, extra]) => {
    const candidate: [string, Node][] = [
      [
        'content',
        fields([
          ['parts', { list: parts }],
          ['role', leaf('model')],
        ]),
      ],
    ];
    if (finishReason) candidate.push(['finishReason', leaf(finishReason)]);
    return fields([
      ['candidates', { list: [fields(candidate)] }],
      ['extra', leaf(extra)],
    ]);
  });

function spell(node: Node, gap: string): string {
  if ('leaf' in node) return node.leaf;
  if ('list' in node) return `[${gap}${node.list.map((item) => spell(item, gap)).join(`${gap},${gap}`)}${gap}]`;
  const entries = node.fields.map(([key, value]) => `"${key}"${gap}:${gap}${spell(value, gap)}`);
  return `{${gap}${entries.join(`${gap},${gap}`)}${gap}}`;
}

const gap = fc.constantFrom('', '', ' ', '\n  ', '\r\n\t');

const json = fc
  .tuple(fc.constantFrom('', '', '\ufeff', ' \n'), message, gap, fc.constantFrom('', '\n', ' \r\n'))
  .map(([before, value, space, after]) => before + spell(value, space) + after);

const array = fc
  .tuple(
    fc.array(fc.tuple(message, gap), { maxLength: 4 }),
    fc.constantFrom(',', '\n,\n', ',\r\n'),
    fc.constantFrom(']', '\n]\n'),
  )
  .map(([messages, comma, end]) => `[${messages.map(([value, space]) => spell(value, space)).join(comma)}${end}`);

const lineEnd = fc.constantFrom('\r\n', '\n', '\r');
const sse = fc
  .tuple(
    fc.constantFrom('', '\ufeff', ': hello\n\n'),
    fc.array(
      fc.tuple(
        message,
        fc.constantFrom('', ' '),
        lineEnd,
        fc.constantFrom('data:', 'data: ', 'id: 7\ndata: '),
        fc.constantFrom('', '', ': comment\n\n', ': comment\r\n\r\n', '\n'),
      ),
      { minLength: 1, maxLength: 4 },
    ),
    fc.constantFrom(
      '',
      '',
      'data: [DONE]\n\n',
      '{\n  "error": {\n    "code": 503\n  }\n}\n',
      '[{"error":{"code":503}}]',
    ),
  )
  .map(([before, events, after]) => {
    const written = events.map(([value, space, end, field, comment]) => {
      // A comment has line ends of its own, so the stream may mix them.
      return `${field}${spell(value, space)}${end}${end}${comment}`;
    });
    return before + written.join('') + after;
  });

/** Whole messages of a form, as text. */
export const messages: Record<Form, fc.Arbitrary<string>> = { json, array, sse };

/** Lengths of the pieces in which a message arrives. */
export const pieceSizes = fc.oneof(
  fc.constant([1]),
  fc.constant([1_000_000]),
  fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
  fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 4 }),
);
