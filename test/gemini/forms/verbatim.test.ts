import { describe, expect, it } from 'vitest';
import { deriveForm } from '../../../worker/gemini/forms/forms.ts';
import { toLinks } from '../../../worker/gemini/forms/links.ts';
import type { Chunk } from '../../../worker/gemini/lift/skeleton.ts';
import { summarize } from '../../../worker/gemini/summary.ts';
import type { Form } from '../../../worker/request/target.ts';

/** Spelled as `JSON.stringify` would not: escapes, exponents, spaces, a name in snake_case, braces in a string. */
const GROUNDING =
  '{ "searchEntryPoint":{"renderedContent":"\\u003cb\\u003e{\\"a\\":1}\\/\\u003c/b\\u003e }"},"confidence":[9.0e-1, 1.50],"groundingChunks":[{"image":{"image_uri":"https:\\/\\/a.example\\/1"}}] }';
const JSON_TEXT = `{"candidates":[{"content":{"parts":[{"text":"the words \\"groundingMetadata\\":{} in a text"}],"role":"model"},"groundingMetadata":${GROUNDING},"finishReason":"STOP"}]}`;

const TEXTS: Record<Form, Chunk[]> = {
  json: [[JSON_TEXT]],
  sse: [['data: {"candidates":[{"content":{"role":"model"},"groundingMetadata":{}}]}\n\n'], [`data: ${JSON_TEXT}\n\n`]],
  array: [[`[${JSON_TEXT}`], ['\n]']],
};
const FORMS: Form[] = ['json', 'sse', 'array'];
const links = { image: () => ({ mimeType: '', fileUri: '' }), signatureRef: () => '' };
const textOf = (chunks: Chunk[]): string => chunks.flat().join('');

describe('search results', () => {
  it.each(FORMS.flatMap((from) => FORMS.map((to) => ({ from, to }))))(
    'from $from to $to are as they came, inline and by link',
    ({ from, to }) => {
      const derived = deriveForm(TEXTS[from], from, to);

      expect(textOf(derived)).toContain(GROUNDING);
      expect(textOf(derived.flatMap((chunk) => [toLinks(chunk, to, links)]))).toContain(GROUNDING);
    },
  );

  it('lose their line breaks in an event, which has but one line, and nothing else', () => {
    const broken = JSON_TEXT.replace('"confidence"', '\r\n    "confidence"');

    const [event] = deriveForm([[broken]], 'json', 'sse');

    expect(textOf([event!])).toContain(GROUNDING);
    expect(textOf([event!]).trimEnd().split('\n')).toHaveLength(1);
  });

  it('are read as well', () => {
    expect(summarize(TEXTS.json, 'json').searchEntryPoint).toBe('<b>{"a":1}/</b> }');
  });

  it('that are named twice are written anew, with the last word', () => {
    const twice = '{"candidates":[{"groundingMetadata":{"a":1},"groundingMetadata":{"a":2.0}}]}';

    expect(textOf(deriveForm([[twice]], 'json', 'sse'))).toContain('"groundingMetadata":{"a":2}');
  });
});
