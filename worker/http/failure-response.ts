/** What every route and middleware shares of HTTP: the app's types, and how a failure is sent. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Failure } from '../shared/failure.ts';
import { toWire } from './wire-error.ts';

export interface App {
  Variables: {
    requestId: string;
    /** The request has been handed on to where it may be paid. Until then nothing can have been charged. */
    mayBePaid?: true;
    /** Set by `cors`; allowed, or undefined where there is no page. */
    origin: string | undefined;
    /** For the log and for `Server-Timing`. */
    timing: Timing;
  };
}

interface Timing {
  /** Unix milliseconds. */
  startedAt: number;
  /** When the last step ended. */
  markedAt: number;
  now: () => number;
  /** Entries of `Server-Timing`. */
  marks: string[];
  failure?: Failure;
}

/** Notes in `Server-Timing` how long a step took, since the one before it. */
export function mark(c: Context<App>, step: string): void {
  const timing = c.get('timing');
  const now = timing.now();
  timing.marks.push(`${step};dur=${now - timing.markedAt}`);
  timing.markedAt = now;
}

/** Sends a failure in Gemini's envelope. The one way out for everything that goes wrong. */
export function sendFailure(c: Context<App>, failure: Failure): Response {
  const { status, body, retryAfterSeconds, allow } = toWire(failure);
  c.get('timing').failure = failure;
  if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds));
  if (allow) c.header('Allow', allow.join(', '));
  c.header('Cache-Control', 'no-store');
  return c.json(body, status as ContentfulStatusCode);
}

/** Answers of the API are never cached by anyone between. */
export const NO_STORE = { 'Cache-Control': 'no-store' } as const;
