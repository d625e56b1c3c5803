/** HTTP helpers of every route and middleware: the app's types, and the way a failure is sent. */

import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Owner } from '../auth/owner.ts';
import type { Failure } from '../shared/failure.ts';
import type { PageOrigin } from '../sites/origins.ts';
import type { AskedPicture } from './data-point.ts';
import { toWire } from './wire-error.ts';

export interface App {
  Variables: {
    requestId: string;
    /** The request has reached code that may pay for it. Before that, nothing can have been charged. */
    mayBePaid?: true;
    /** Set by `cors`: the page that asks. Each handler has its site judge it. */
    origin: PageOrigin;
    /** The site whose caller was admitted, for its owner's counts. */
    site?: string;
    /** Set once a request for a picture was read. */
    asked?: AskedPicture;
    /** Set by `owned`, so only the owner's routes have it. */
    owner: Owner;
    /** For the log and for `Server-Timing`. */
    timing: Timing;
  };
}

interface Timing {
  /** Unix milliseconds. */
  startedAt: number;
  /** End of the last step, in Unix milliseconds. */
  markedAt: number;
  now: () => number;
  /** Entries of `Server-Timing`. */
  marks: string[];
  failure?: Failure;
}

/** Adds to `Server-Timing` the time since the step before. */
export function mark(c: Context<App>, step: string): void {
  const timing = c.get('timing');
  const now = timing.now();
  timing.marks.push(`${step};dur=${now - timing.markedAt}`);
  timing.markedAt = now;
}

/** Sends a failure in Gemini's error envelope. Every failure leaves the worker this way. */
export function sendFailure(c: Context<App>, failure: Failure): Response {
  const { status, body, retryAfterSeconds, allow } = toWire(failure);
  c.get('timing').failure = failure;
  if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds));
  if (allow) c.header('Allow', allow.join(', '));
  c.header('Cache-Control', 'no-store');
  return c.json(body, status as ContentfulStatusCode);
}

/**
 * Sends a failure that says nothing of any site, before one is known that could judge the page. Every page may read it:
 * a page that reads `ORIGIN_DENIED` in its place would give up where it could wait or correct its request.
 */
export function sendToAnyPage(c: Context<App>, failure: Failure): Response {
  c.get('origin').allow();
  return sendFailure(c, failure);
}

/** No proxy or browser may cache answers of the API. */
export const NO_STORE = { 'Cache-Control': 'no-store' } as const;
