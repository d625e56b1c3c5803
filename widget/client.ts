/**
 * Speaks HTTP with the worker: the facts of the site, the visitor's ticket, and Gemini's own stream. Expected failures
 * come back as {@link Problem} values; an abort throws `AbortError`.
 */
import type { SessionAnswer, SessionRequest, SiteFacts } from '../worker/protocol.ts';
import type { GenerateBody, GenerateChunk } from './gemini.ts';
import { type Problem, toProblem } from './problem.ts';
import type { Reason } from './reasons.ts';
import { readEvents } from './sse.ts';
import { createTicketHolder } from './ticket.ts';

/** The worker sends a heartbeat every 10 s; a line silent for this long is dead, as after a closed lid. */
export const SILENCE_MS = 45_000;

export interface Take {
  model: string;
  body: GenerateBody;
  /** Names another take of the same request; absent for the first. */
  variant?: string;
}

export type StreamEvent =
  /** The request is on its way: from here on it may be charged. */
  | { type: 'sent' }
  /** `cached`: the picture was there already. */
  | { type: 'open'; cached: boolean; requestId?: string }
  | { type: 'chunk'; chunk: GenerateChunk }
  | { type: 'failed'; problem: Problem };

export interface Client {
  site(signal: AbortSignal): Promise<{ facts: SiteFacts } | { problem: Problem }>;
  /** Ends after the answer's last event, or after `failed`. */
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

export function createClient(options: ClientOptions): Client {
  const { endpoint, site, now } = options;
  const base = endpoint.replace(/\/+$/, '');
  const send = (path: string, init: RequestInit) => options.fetch(`${base}${path}`, { ...init, credentials: 'omit' });

  const tickets = createTicketHolder(async (old, signal) => {
    const body: SessionRequest = { site };
    const headers = {
      'Content-Type': 'application/json',
      ...(old !== undefined && { Authorization: `Bearer ${old}` }),
    };
    const response = await send('/peel/session', { method: 'POST', headers, body: JSON.stringify(body), signal });
    if (!response.ok) throw new Failed(await problemOf(response));
    const answer = (await readJson(response)) as SessionAnswer | undefined;
    if (typeof answer?.token !== 'string')
      throw new Failed(local('ANSWER_UNREADABLE', 'The ticket could not be read.'));
    return answer;
  }, now);

  const post = (take: Take, token: string, signal: AbortSignal) =>
    send(`/v1beta/models/${encodeURIComponent(take.model)}:streamGenerateContent?alt=sse`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${token}`,
        'Peel-Images': 'link',
        ...(take.variant !== undefined && { 'Peel-Variant': take.variant }),
      },
      body: JSON.stringify(take.body),
      signal,
    });

  /** A failed `fetch` says nothing of why. */
  const unreachable = (cause: unknown, signal: AbortSignal, sent: boolean): Problem => {
    signal.throwIfAborted();
    if (cause instanceof Failed) return cause.problem;
    const reason = sent ? 'CONNECTION_LOST' : 'UNREACHABLE';
    return { ...local(options.isOnline() ? reason : 'OFFLINE', String(cause)), ...(!sent && { unsent: true }) };
  };

  return {
    async site(signal) {
      try {
        const response = await send(`/peel/site?site=${encodeURIComponent(site)}`, { signal });
        if (!response.ok) return { problem: await problemOf(response) };
        const facts = (await readJson(response)) as SiteFacts | undefined;
        if (!Array.isArray(facts?.models))
          return { problem: local('ANSWER_UNREADABLE', 'The site could not be read.') };
        return { facts };
      } catch (cause) {
        return { problem: unreachable(cause, signal, false) };
      }
    },

    async *generate(take, signal) {
      const silence = createSilence(signal);
      let sent = false;
      try {
        const token = await tickets.get(signal);
        yield { type: 'sent' };
        sent = true;
        let response = await post(take, token, silence.signal);
        if (response.status === 401) {
          // A laptop that slept, a phone that changed networks: one new ticket is the visitor's due.
          await response.body?.cancel();
          response = await post(take, await tickets.renew(signal), silence.signal);
        }
        if (!response.ok || !response.body) {
          yield { type: 'failed', problem: await problemOf(response) };
          return;
        }
        const requestId = response.headers.get('X-Request-Id') ?? undefined;
        const cached = /;\s*hit\b/.test(response.headers.get('Cache-Status') ?? '');
        yield { type: 'open', cached, ...(requestId !== undefined && { requestId }) };
        silence.reset();
        for await (const data of readEvents(response.body, silence.reset)) {
          const event = toStreamEvent(data, response);
          yield event;
          if (event.type === 'failed') return;
        }
      } catch (cause) {
        yield { type: 'failed', problem: unreachable(cause, signal, sent) };
      } finally {
        silence.end();
      }
    },
  };
}

/** Carries a problem out of the ticket, whose only other outcome is a token. */
class Failed extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

export const local = (reason: Reason, message: string): Problem => ({ reason, message });

function toStreamEvent(data: string, response: Response): StreamEvent {
  const chunk = parseJson(data) as (GenerateChunk & { error?: unknown }) | undefined;
  if (typeof chunk !== 'object' || chunk === null) {
    return { type: 'failed', problem: local('ANSWER_UNREADABLE', 'An event of the stream is not JSON.') };
  }
  if (chunk.error !== undefined) return { type: 'failed', problem: toProblem(chunk, 500, response.headers) };
  return { type: 'chunk', chunk };
}

const readJson = async (response: Response): Promise<unknown> => parseJson(await response.text());

const problemOf = async (response: Response): Promise<Problem> =>
  toProblem(await readJson(response), response.status, response.headers);

/** @returns undefined for what is not JSON: proxies on the way answer in HTML. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Aborts with the given signal, or when {@link SILENCE_MS} pass after a `reset`. Not armed before the headers are here:
 * until the model begins to answer there is no heartbeat, and the worker has its own deadline.
 */
function createSilence(outer: AbortSignal) {
  const controller = new AbortController();
  let timer = 0;
  const reset = () => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new DOMException('Nothing was heard.', 'TimeoutError')), SILENCE_MS);
  };
  return { signal: AbortSignal.any([outer, controller.signal]), reset, end: () => clearTimeout(timer) };
}
