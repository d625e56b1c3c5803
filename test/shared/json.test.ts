import { describe, expect, it } from 'vitest';
import { parseRequestJson } from '../../worker/shared/json.ts';

describe('the JSON of a request', () => {
  it.each([
    ['a list', '{"a":["IMAGE","TEXT", ]}', { a: ['IMAGE', 'TEXT'] }],
    ['an object', '{"a":1,\n}', { a: 1 }],
    ['everything', '{"a":[{"b":"c",},],}', { a: [{ b: 'c' }] }],
    ['a text that looks like one', '{"a":"x,]","b":"\\",}",}', { a: 'x,]', b: '",}' }],
  ])('may have a comma at the end of %s', (_, json, value) => {
    expect(parseRequestJson(json)).toEqual(value);
  });

  it.each(['[,]', '{,}', '[1,,]', '{"a":,}', '[1 2,]', "{'a':1,}", '{a:1,}', '[1,];'])(
    'is strict otherwise: %s',
    (json) => {
      expect(() => parseRequestJson(json)).toThrow(SyntaxError);
    },
  );

  it('takes no longer for many commas, blanks and quotes', () => {
    const text = JSON.stringify(`${'\\"'.repeat(200_000)}${', '.repeat(200_000)}`);

    expect(parseRequestJson(`[${text},${' '.repeat(200_000)}]`)).toHaveLength(1);
  });
});
