import { expect, it } from 'vitest';
import { assertPayload, parseChunk } from '../../../worker/gemini/forms/payload.ts';
import { LiftError } from '../../../worker/gemini/lift/lift-error.ts';

it.each([
  ['parseChunk', () => parseChunk(['{"text": my secret wish}'], 'json')],
  ['assertPayload', () => assertPayload(['data: {"text": my secret wish}\n\n'], 'sse')],
])('says that a unit is no JSON without quoting it (%s)', (_, parse) => {
  expect(parse).toThrow(new LiftError('malformed', 'the text of a unit is not JSON'));
});
