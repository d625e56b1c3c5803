/** The fixtures' stream readers are as strict as the real ones: what breaks them, and what does not. */
import { describe, expect, it } from 'vitest';
import { readStream as readAsGo } from './fixtures/go.ts';
import { readStream as readAsPython } from './fixtures/python.ts';

const EVENT = '{"candidates":[{"content":{"parts":[{"text":"a}{b"}]}}]}';
const ERROR = '{"error":{"code":503,"message":"not now"}}';
const PRETTY = ERROR.replaceAll(',', ',\r\n').replaceAll('{', '{\r\n');

async function* arriving(...pieces: string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** The number of events, or the first word of the error. */
const outcomeOf = (reading: () => Promise<unknown[]>): Promise<number | string> =>
  reading().then(
    (events) => events.length,
    (error: Error) => (error instanceof SyntaxError ? 'SyntaxError' : (error.message.split(':', 1)[0] as string)),
  );

describe('Python’s reader', () => {
  it.each([
    ['events with CRLF', `data: ${EVENT}\r\n\r\ndata: ${EVENT}\r\n\r\n`, 2],
    ['spaces before the JSON', `data:      ${EVENT}\r\n\r\n`, 1],
    ['blank lines between events', `data: ${EVENT}\n\n\r\n\r\ndata: ${EVENT}\r\n\r\n`, 2],
    ['JSON over two lines', `data: {"candidates":\r\ndata: []}\r\n\r\n`, 1],
    ['no line at the end', `data: ${EVENT}`, 1],
    ['a bare error', `data: ${EVENT}\r\n\r\n${ERROR}`, 'ServerError'],
    ['a bare error over lines', PRETTY, 'ServerError'],
    ['an error as an event', `data: ${ERROR}\r\n\r\n`, 'ServerError'],
    ['a comment', `: waiting\r\n\r\ndata: ${EVENT}\r\n\r\n`, 'UnknownApiResponseError'],
    ['a named event', `event: x\r\ndata: ${EVENT}\r\n\r\n`, 'UnknownApiResponseError'],
    ['no space behind the colon', `data:${EVENT}\r\n\r\n`, 'UnknownApiResponseError'],
    ['spaces and no JSON', 'data:     \r\n\r\n', 'UnknownApiResponseError'],
    ['a line separator in a string', `data: ${EVENT.replace('b', '\u2028')}\r\n\r\n`, 'UnknownApiResponseError'],
  ])('meets %s', async (_name, body, outcome) => {
    expect(await outcomeOf(async () => readAsPython(body))).toBe(outcome);
  });
});

describe('Go’s reader', () => {
  it.each([
    ['events with CRLF', [`data: ${EVENT}\r\n\r\ndata: ${EVENT}\r\n\r\n`], 2],
    ['spaces in writes of their own', ['data: ', '  ', '  ', `${EVENT}\r\n`, '\r\n'], 1],
    ['no space behind the colon', [`data:${EVENT}\r\n\r\n`], 1],
    ['an empty unit', [`data: ${EVENT}\r\n\r\n\r\n\r\ndata: ${EVENT}\r\n\r\n`], 2],
    ['a line separator in a string', [`data: ${EVENT.replace('b', '\u2028')}\r\n\r\n`], 1],
    ['a bare error', [`data: ${EVENT}\r\n\r\n`, ERROR], 'APIError'],
    ['an error as an event, which it does not hear', [`data: ${ERROR}\r\n\r\n`], 1],
    ['a blank line too many', [`data: ${EVENT}\r\n\r\n\r\ndata: ${EVENT}\r\n\r\n`], 'APIError'],
    ['a comment', [`: waiting\r\n\r\ndata: ${EVENT}\r\n\r\n`], 'APIError'],
    ['JSON over two lines', ['data: {"candidates":\r\ndata: []}\r\n\r\n'], 'SyntaxError'],
    ['spaces and no JSON', ['data:     \r\n\r\n'], 'SyntaxError'],
    ['ends of both kinds at once', [`data: ${EVENT}\r\n\r\ndata: ${EVENT}\n\n`], 'SyntaxError'],
  ])('meets %s', async (_name, pieces, outcome) => {
    expect(await outcomeOf(() => readAsGo(arriving(...pieces)))).toBe(outcome);
  });
});
