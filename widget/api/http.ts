import { parseJson } from './json.ts';
import { type Problem, toProblem } from './problem.ts';
import type { Reason } from './reasons.ts';

/** The problem of a failed `fetch`, which gives no cause. `UNREACHABLE`: nothing that could cost had been sent. */
export function silenceOf(cause: unknown, reason: 'UNREACHABLE' | 'CONNECTION_LOST', isOnline: () => boolean): Problem {
  const named: Reason = isOnline() ? reason : 'OFFLINE';
  return { reason: named, message: String(cause), ...(reason === 'UNREACHABLE' && { unsent: true }) };
}

export const problemOf = async (response: Response): Promise<Problem> =>
  toProblem(await readJson(response), response.status, response.headers);
export const readJson = async (response: Response): Promise<unknown> => parseJson(await response.text());
/** `fetch` against the endpoint, without cookies. */
export type Send = (path: string, init: RequestInit) => Promise<Response>;
export interface ClientOptions {
  /** Origin of the worker, or a path in front of it. */
  endpoint: string;
  site: string;
  fetch: typeof fetch;
  /** Unix milliseconds. */
  now: () => number;
  /** Whether the browser reports a network. */
  isOnline: () => boolean;
}
