/** What Peel itself writes into an event stream. */
import type { ErrorBody } from '../protocol.ts';

/**
 * A comment that keeps a connection alive; between events only. The blank line matters: `@google/genai` 3.1 loses the
 * event that follows a comment with a single line end (facts/gemini-image-api.md §1.3).
 */
export const HEARTBEAT = ': waiting for the picture\n\n';

/** An error after the headers are out. The SDK raises `ApiError` on `data: {"error":…}`, and on nothing else. */
export const errorEvent = (body: ErrorBody): string => `data: ${JSON.stringify(body)}\n\n`;
