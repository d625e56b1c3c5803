/** What Peel itself writes into an event stream. */
import type { ErrorBody } from '../protocol.ts';

/**
 * A comment that keeps a connection alive; between events only. The blank line matters: `@google/genai` 3.1 loses the
 * event that follows a comment with a single line end (facts/gemini-image-api.md §1.3).
 */
export const HEARTBEAT = ': waiting for the picture\n\n';

/**
 * An error after the headers are out; nothing follows it. SDK 3.x raises `ApiError` on the event. 2.x takes it for an
 * answer without candidates, but raises where a stream ends inside an event: hence the comment without a blank line,
 * which readers of events ignore.
 */
export const errorEvent = (body: ErrorBody): string =>
  `data: ${JSON.stringify(body)}\n\n: the answer ends with this error`;
