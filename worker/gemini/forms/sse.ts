/**
 * What Peel itself writes into an event stream. Google's own clients are no readers of events: Python's, Go's and the
 * older JavaScript ones break on comments, other fields and lonely blank lines. So there is nothing in a stream but
 * lines of `data: ` and the blank ones that end them, all with CRLF; Go loses an event where line ends are mixed.
 */
import type { ErrorBody } from '../../protocol.ts';
import { EVENT_END, EVENT_START } from '../lift/frame.ts';
import type { Chunk } from '../lift/skeleton.ts';
import { writeJson } from './payload.ts';

/** The line of the next event, which may be opened long before its JSON is there: to JSON, blanks before it are nothing. */
export interface EventLine {
  /** Text that keeps the connection alive. Opens the line where it is not open. */
  heartbeat(): string;
  /** The next event. In an open line it goes on after the beginning that is out already. */
  event(chunk: Chunk): Chunk;
  /**
   * An error after the headers are out; nothing follows it. An event alone is an empty answer to Go, Genkit and older
   * JavaScript clients, and the bare object alone is nothing to the AI SDK.
   *
   * @returns Two texts, each to be written by itself: @google/genai 1 and 2 know the second only in a read of its own.
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
