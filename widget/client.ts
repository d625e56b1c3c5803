/**
 * Speaks HTTP with the worker, and turns its words into ours. Expected failures come back as {@link Problem} values; an
 * abort throws `AbortError`. What only a generation needs is loaded with the first one.
 */
import type { SiteFacts } from '../worker/protocol.ts';
import type { GenerateBody } from './gemini.ts';
import type { Refusal } from './generation.ts';
import { parseJson } from './json.ts';
import { type Problem, toProblem } from './problem.ts';
import type { Reason } from './reasons.ts';

export interface Take {
  model: string;
  /** Gemini's own request body. */
  body: GenerateBody;
  /** Names another take of the same request; absent for the first. */
  variant?: string;
}

/** A picture the worker keeps. */
export interface Picture {
  url: string;
  mimeType: string;
  /** The model's own words beside it, or empty. */
  text: string;
  /** It was there already: nothing was generated or charged. */
  cached: boolean;
}

export type StreamEvent =
  /** The request is on its way: from here on it may be charged. */
  | { type: 'sent' }
  /** All that the model has thought aloud so far. */
  | { type: 'thought'; thought: string }
  /** One of these three is the last. */
  | { type: 'picture'; picture: Picture }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'failed'; problem: Problem };

export type SiteOutcome = { facts: SiteFacts } | { problem: Problem };

export interface Client {
  site(signal: AbortSignal): Promise<SiteOutcome>;
  generate(take: Take, signal: AbortSignal): AsyncIterable<StreamEvent>;
}

export interface ClientOptions {
  /** Origin of the worker, or a path in front of it. */
  endpoint: string;
  site: string;
  fetch: typeof fetch;
  /** Unix milliseconds. */
  now: () => number;
  /** Whether the browser believes to have a network. */
  isOnline: () => boolean;
}

/** `fetch` against the endpoint, without cookies. */
export type Send = (path: string, init: RequestInit) => Promise<Response>;

export function createClient(options: ClientOptions): Client {
  const base = options.endpoint.replace(/\/+$/, '');
  const send: Send = (path, init) => options.fetch(`${base}${path}`, { ...init, credentials: 'omit' });
  let generator: Promise<Client['generate']> | undefined;

  return {
    async site(signal) {
      try {
        const response = await send(`/peel/site?site=${encodeURIComponent(options.site)}`, { signal });
        if (!response.ok) return { problem: { ...(await problemOf(response)), unsent: true } };
        const facts = (await readJson(response)) as SiteFacts | undefined;
        if (Array.isArray(facts?.models)) return { facts };
        return { problem: { reason: 'ANSWER_UNREADABLE', message: 'The site could not be read.', unsent: true } };
      } catch (cause) {
        signal.throwIfAborted();
        return { problem: silenceOf(cause, 'UNREACHABLE', options.isOnline) };
      }
    },

    async *generate(take, signal) {
      try {
        generator ??= import('./generate.ts').then(({ createGenerate }) => createGenerate(options, send));
        yield* (await generator)(take, signal);
      } catch (cause) {
        generator = undefined;
        signal.throwIfAborted();
        yield { type: 'failed', problem: silenceOf(cause, 'UNREACHABLE', options.isOnline) };
      }
    },
  };
}

/** A failed `fetch` says nothing of why. Where it was the first of a request, nothing had left the browser. */
export function silenceOf(cause: unknown, reason: 'UNREACHABLE' | 'CONNECTION_LOST', isOnline: () => boolean): Problem {
  const named: Reason = isOnline() ? reason : 'OFFLINE';
  return { reason: named, message: String(cause), ...(reason === 'UNREACHABLE' && { unsent: true }) };
}

export const problemOf = async (response: Response): Promise<Problem> =>
  toProblem(await readJson(response), response.status, response.headers);

export const readJson = async (response: Response): Promise<unknown> => parseJson(await response.text());
