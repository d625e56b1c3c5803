import { describe, expect, it } from 'vitest';
import { parseLooseJson } from '../../worker/shared/loose-json.ts';

describe('JSON in the looser form', () => {
  it.each([
    [
      'single quotes, as in Google’s curl samples',
      "{'file': {'display_name': 'TEXT'}}",
      { file: { display_name: 'TEXT' } },
    ],
    ['both quotes', `{'a': "it's", "b": 'say "x"'}`, { a: "it's", b: 'say "x"' }],
    ['escapes', String.raw`{'a': 'it\'s \"x\" \\ \n ä'}`, { a: 'it\'s "x" \\ \n ä' }],
    ['names without quotes', '{file: {display_name: "a: b, {c: d}"}}', { file: { display_name: 'a: b, {c: d}' } }],
    ['commas behind the last entry', `{'a': [1, 2, ], "b": true ,}`, { a: [1, 2], b: true }],
    ['what looks loose inside of a strict string', `{"a": "{'b': c,}"}`, { a: "{'b': c,}" }],
    ['an empty string', "{'a': ''}", { a: '' }],
    ['strict JSON', '{"file":{"sizeBytes":"70"}}', { file: { sizeBytes: '70' } }],
  ])('is read: %s', (_name, text, value) => {
    expect(parseLooseJson(text)).toEqual(value);
  });

  it.each(['', "{'a': 'b}", "{'a' 'b'}", '<html>', "{'a': b}", '{"a": "b}', "''''", 'a'.repeat(8192)])(
    'is nothing: %j',
    (text) => {
      expect(parseLooseJson(text)).toBeUndefined();
    },
  );
});
