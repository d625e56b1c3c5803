import { parseJson } from './json.ts';

/** @returns undefined for a body that is not JSON. */
export const readJson = async (response: Response): Promise<unknown> => parseJson(await response.text());

/** `fetch` against the endpoint, without cookies. */
export type Send = (path: string, init: RequestInit) => Promise<Response>;

export const sendTo =
  ({ endpoint, fetch }: ClientOptions): Send =>
  (path, init) =>
    fetch(baseOf(endpoint) + path, { ...init, credentials: 'omit' });

/** An endpoint without its last slash. */
export const baseOf = (endpoint: string): string => endpoint.replace(/\/+$/, '');

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
