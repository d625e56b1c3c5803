import { expect, it } from 'vitest';
import { parseChunk } from '../../worker/gemini/payload.ts';
import { errorEvent, HEARTBEAT } from '../../worker/gemini/sse.ts';

it('writes a heartbeat that is a comment with a blank line, which the SDK does not lose an event by', () => {
  expect(HEARTBEAT).toMatch(/^: [^\r\n]+\n\n$/);
});

it('writes an error as an event, which the SDK raises', () => {
  const body = { error: { code: 503, status: 'UNAVAILABLE', message: 'two\nlines', details: [] } };

  expect(errorEvent(body)).toMatch(/^data: [^\n]+\n\n$/);
  expect(parseChunk([errorEvent(body)], 'sse')).toEqual(body);
});
