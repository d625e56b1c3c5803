import { expect, it } from 'vitest';
import { parseChunk } from '../../worker/gemini/payload.ts';
import { errorEvent, HEARTBEAT } from '../../worker/gemini/sse.ts';

const body = { error: { code: 503, status: 'UNAVAILABLE', message: 'two\nlines', details: [] } };

it('writes a heartbeat that is a comment with a blank line, so that the SDK loses no event by it', () => {
  expect(HEARTBEAT).toMatch(/^: [^\r\n]+\n\n$/);
});

it('writes an error as one event that every reader understands', () => {
  const [event] = errorEvent(body).split('\n\n');

  expect(event).toMatch(/^data: [^\n]+$/);
  expect(parseChunk([`${event}\n\n`], 'sse')).toEqual(body);
});

it('ends after an error inside a comment, which older SDKs raise on', () => {
  expect(errorEvent(body).split('\n\n').slice(1)).toEqual([expect.stringMatching(/^: [^\n]+$/)]);
});
