import type { SessionAnswer } from '../../worker/protocol.ts';
import {
  type Answer,
  addChunk,
  contentOf,
  EMPTY_ANSWER,
  isFinished,
  pictureOf,
  refusalOf,
  sourcesOf,
} from './answer.ts';
import type { GenerateChunk } from './gemini.ts';
import { type ClientOptions, type Send, sendTo } from './http.ts';
import { parseJson, toJson } from './json.ts';
import type { Generate, StreamEvent, Take } from './model.ts';
import { readText, toAddress } from './picture-source.ts';
import { type Problem, problemOf, silenceOf, toProblem } from './problem.ts';
import type { Reason } from './reasons.ts';
import { createAskTicket, type SessionOptions, TicketRefused } from './session.ts';
import { readEvents } from './sse.ts';
import type { TicketHolder } from './ticket.ts';

/** The worker sends a heartbeat every 10 s. A connection silent for this long is dead, as after a laptop slept. */
export const SILENCE_MS = 45_000;

/** A valid token of the visitor's ticket. @param refused One that the worker has refused before its end. */
export type Token = (signal: AbortSignal, refused?: string) => Promise<string>;

export interface Client {
  generate: Generate;
  token: Token;
}

/** A new ticket helps against these: it is for another address or origin, has ended, or all its pictures are made. */
const RENEWABLE: ReadonlySet<Reason> = new Set([
  'TICKET_MISSING',
  'TICKET_EXPIRED',
  'TICKET_MISMATCH',
  // A ticket that is cut short does not look like one.
  'KEY_INVALID',
  'SESSION_SPENT',
]);

/**
 * @param tickets Where the ticket is kept.
 * @param onTicket Called with every new ticket, which says how many pictures are left.
 */
export function createClient(
  options: SessionOptions,
  tickets: TicketHolder,
  onTicket: (ticket: SessionAnswer) => void,
): Client {
  const ask = createAskTicket(options, onTicket);
  const token: Token = (signal, refused) => tickets.get(ask, signal, refused);
  return { token, generate: createGenerate(options, sendTo(options), token) };
}

/** Calls Gemini's `streamGenerateContent` with a visitor's ticket and yields the events that the element uses. */
function createGenerate({ endpoint, isOnline }: ClientOptions, send: Send, tokenOf: Token): Generate {
  return async function* generate(take, signal) {
    const line = createLine(signal);
    let sent = false;
    try {
      // Without a network nothing leaves the browser, and the visitor should read just that.
      if (!isOnline())
        return yield { type: 'failed', problem: silenceOf('The browser is offline.', 'UNREACHABLE', isOnline) };
      let token = await tokenOf(signal);
      const asked = post(send, take, token, line.signal);
      yield { type: 'sent' };
      sent = true;
      let response = await asked;
      let problem = await refusalOfRequest(response);
      if (problem && RENEWABLE.has(problem.reason)) {
        token = await tokenOf(signal, token);
        response = await post(send, take, token, line.signal);
        problem = await refusalOfRequest(response);
      }
      if (problem) yield { type: 'failed', problem };
      else if (response.body) yield* readAnswer(response, response.body, endpoint, line.heard);
    } catch (cause) {
      signal.throwIfAborted();
      const problem =
        cause instanceof TicketRefused
          ? cause.problem
          : silenceOf(cause, sent ? 'CONNECTION_LOST' : 'UNREACHABLE', isOnline);
      yield { type: 'failed', problem };
    } finally {
      line.hangUp();
    }
  };
}

const refusalOfRequest = async (response: Response): Promise<Problem | undefined> =>
  response.ok && response.body ? undefined : problemOf(response);

const post = (send: Send, take: Take, token: string, signal: AbortSignal): Promise<Response> =>
  send(`/v1beta/models/${encodeURIComponent(take.model)}:streamGenerateContent?alt=sse`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${token}`,
      'Peel-Images': 'link',
      ...(take.variant !== undefined && { 'Peel-Variant': take.variant }),
    },
    body: toJson(take.body),
    signal,
  });

/** The last event is the outcome. The worker sends an error twice, as an event and bare; it is yielded once. */
async function* readAnswer(
  { headers }: Response,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  endpoint: string,
  heard: () => void,
): AsyncGenerator<StreamEvent, void, undefined> {
  const requestId = headers.get('X-Request-Id') ?? undefined;
  const unreadable = (message: string): StreamEvent => ({
    type: 'failed',
    problem: { reason: 'ANSWER_UNREADABLE', message, ...(requestId !== undefined && { requestId }) },
  });
  let answer: Answer = EMPTY_ANSWER;
  let told = '';
  heard();
  for await (const data of readEvents(body, heard)) {
    if (data.trim() === '') continue;
    const chunk = parseJson(data, withoutPrototype) as (GenerateChunk & { error?: unknown }) | undefined | null;
    if (typeof chunk !== 'object' || chunk === null) return yield unreadable('An event is not JSON.');
    if (chunk.error) return yield { type: 'failed', problem: toProblem(chunk, 500, headers) };
    const { draft, thoughts, text } = answer;
    answer = addChunk(answer, chunk, endpoint);
    const drawn = answer.draft;
    if (drawn && drawn !== draft && 'url' in drawn) yield { type: 'draft', url: drawn.url };
    if (answer.thoughts === thoughts && answer.text === text) continue;
    const thought = readText(answer.thoughts || answer.text, endpoint).words;
    if (thought === '' || thought === told) continue;
    told = thought;
    yield { type: 'thought', thought };
  }
  const source = pictureOf(answer, endpoint);
  const url = source && toAddress(source);
  if (source && url !== undefined) {
    const cached = /;\s*hit\b/.test(headers.get('Cache-Status') ?? '');
    const beside = {
      text: readText(answer.text, endpoint).words,
      thoughts: readText(answer.thoughts, endpoint).words,
      content: contentOf(answer, url, source.mimeType),
      ...sourcesOf(answer, url),
    };
    yield { type: 'picture', picture: { url, mimeType: source.mimeType, cached, ...beside } };
  } else if (isFinished(answer)) yield { type: 'refused', refusal: refusalOf(answer, endpoint) };
  else yield unreadable('The stream ended before its last event.');
}

/** A missing field stays missing even if the host page has extended `Object.prototype`. */
const withoutPrototype = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.setPrototypeOf(value, null) : value;

/**
 * A connection that `signal` ends, or {@link SILENCE_MS} without a byte. Silence counts only after the headers: until
 * the model begins to answer there is no heartbeat, and the worker has its own deadline.
 */
function createLine(signal: AbortSignal) {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    signal: AbortSignal.any([signal, silence.signal]),
    heard() {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(new DOMException('Nothing was heard.', 'TimeoutError')), SILENCE_MS);
    },
    hangUp: () => clearTimeout(timer),
  };
}
