/**
 * Writes Peel's own text into an event stream: heartbeats and errors. Google's clients do not parse SSE in full:
 * Python's, Go's and the older JavaScript ones break on comments, other fields and extra blank lines. So a stream has
 * only `data: ` lines and the blank lines that end them. All end with CRLF: Go loses an event if line ends are mixed.
 */
import type { ErrorBody } from '../../protocol.ts';
import { EVENT_END, EVENT_START } from '../lift/frame.ts';
import type { Chunk } from '../lift/skeleton.ts';
import { writeJson } from './payload.ts';

/** The line of the next event. It may be opened long before its JSON exists: JSON allows spaces before a value. */
export interface EventLine {
  /** Text that keeps the connection alive. Opens the line if it is not open. */
  heartbeat(): string;
  /** The next event. In an open line, `data: ` was already sent and is left out. */
  event(chunk: Chunk): Chunk;
  /**
   * An error after the headers are sent; nothing follows it. Go, Genkit and older JavaScript clients take an error
   * event for an empty answer, and the AI SDK ignores a bare object, so both are sent.
   *
   * @returns Two texts, each to be written by itself: @google/genai 1 and 2 recognize the second only in its own read.
   */
  error(body: ErrorBody): readonly [event: string, bare: string];
}

export function createEventLine(): EventLine {
  let isOpen = false;
  const start = (): string => {
    const text = isOpen ? '' : EVENT_START;
    isOpen = false;
    return text;
  };
  return {
    heartbeat() {
      const text = `${start()} `;
      isOpen = true;
      return text;
    },
    event(chunk) {
      if (start() !== '') return chunk;
      const [first, ...rest] = chunk;
      return typeof first === 'string' ? [first.slice(EVENT_START.length), ...rest] : chunk;
    },
    error(body) {
      const json = writeJson(body);
      return [`${start()}${json}${EVENT_END}`, json];
    },
  };
}
