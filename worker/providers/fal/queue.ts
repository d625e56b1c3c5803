/**
 * fal's queue: a request is submitted, polled with growing pauses, and its answer fetched. An accepted request may be
 * charged, so a lost poll must not lose the answer: polls are repeated until the deadline.
 *
 * @see https://fal.ai/docs/api-reference/inference-api
 */
import { createBound } from '../../shared/bound.ts';
import { readBoundedText } from '../../shared/bounded-text.ts';
import { parseJsonObject } from '../../shared/json.ts';
import type { ProviderCall, Verdict } from '../provider.ts';
import { readFalError } from './errors.ts';
import { queueAddress } from './hosts.ts';
import type { FalHttp } from './http.ts';
import { type Output, readOutput } from './output.ts';
import type { FalRequest } from './request-body.ts';
import { isLastWord, judge, late, lost, type Refusal, takenBack, unusable } from './verdicts.ts';

export interface QueueDependencies {
  http: FalHttp;
  pause: (ms: number) => Promise<unknown>;
  redact: (text: string) => string;
  deadlineSeconds: number;
}

/** The end of a request: an output, a refusal, or a failure. */
export type QueueOutcome = { output: Output; requestId: string } | { refusal: Refusal; requestId: string } | Verdict;

/** fal's own client polls every 500 ms; a picture takes 4 to 35 s. */
const FIRST_PAUSE_MS = 500;
const PAUSE_GROWTH = 1.3;
const MAX_PAUSE_MS = 3_000;
/** After so many senseless answers in a row the request counts as lost. */
const MAX_SENSELESS = 5;
const MAX_STATUS_BYTES = 64 * 1024;
/** Time limit for reading the ticket of an accepted request. */
const TICKET_MS = 15_000;

const bound = createBound();

interface QueueTicket {
  requestId: string;
  statusUrl: string;
  responseUrl: string;
  cancelUrl?: string;
}

export function createQueue(queueUrl: string, { http, pause, redact, deadlineSeconds }: QueueDependencies) {
  async function run({ endpoint, body }: FalRequest, { inputs, signal }: Pick<ProviderCall, 'inputs' | 'signal'>) {
    const ticket = await http.post(`${queueUrl}/${endpoint}`, body, inputs, signal, readTicket);
    return 'statusUrl' in ticket ? await follow(ticket, signal) : ticket;
  }

  async function readTicket(response: Response): Promise<QueueTicket | QueueOutcome> {
    if (!response.ok) {
      const requestId = response.headers.get('X-Fal-Request-Id') ?? '';
      const judged = judge(await readFalError(response, redact), false);
      return 'refusal' in judged ? { ...judged, requestId } : judged;
    }
    const told = parse(await bound(readBoundedText(response.body, MAX_STATUS_BYTES), TICKET_MS, 'the ticket'));
    const statusUrl = queueAddress(told.status_url, queueUrl);
    const responseUrl = queueAddress(told.response_url, queueUrl);
    const cancelUrl = queueAddress(told.cancel_url, queueUrl);
    if (!statusUrl || !responseUrl) return unusable('the queue names addresses that are not its own');
    return { requestId: String(told.request_id ?? ''), statusUrl, responseUrl, ...(cancelUrl && { cancelUrl }) };
  }

  /** Waits for the end of a queued request. Gives up only at the deadline, or after {@link MAX_SENSELESS} answers. */
  async function follow(ticket: QueueTicket, signal: AbortSignal): Promise<QueueOutcome> {
    const { statusUrl, responseUrl, requestId } = ticket;
    let waits = true;
    let isDone = false;
    let senseless = 0;
    let pauseMs = FIRST_PAUSE_MS;
    while (senseless < MAX_SENSELESS) {
      if (!(await pauseWithin(pauseMs, signal))) return callOff(ticket, waits);
      pauseMs = Math.min(pauseMs * PAUSE_GROWTH, MAX_PAUSE_MS);
      try {
        if (!isDone) {
          const status = await http.get(statusUrl, signal, readStatus);
          senseless = status === undefined ? senseless + 1 : 0;
          waits = status === 'IN_QUEUE' || (status === undefined && waits);
          isDone = status === 'COMPLETED';
        }
        if (!isDone) continue;
        const end = await http.get(responseUrl, signal, (response) => readEnd(response, requestId));
        if (end === 'cut') senseless += 1;
        else if (end) return end;
      } catch {
        // A lost poll is repeated until the deadline.
        if (signal.aborted) return callOff(ticket, waits);
      }
    }
    return lost('the queue took the request and does not know it any more');
  }

  /** @returns Undefined if the answer makes no sense; `unknown` if a server between us and the queue fails. */
  async function readStatus(response: Response): Promise<string | undefined> {
    const text = await readBoundedText(response.body, MAX_STATUS_BYTES);
    const { status } = parse(text);
    if (response.ok) return typeof status === 'string' ? status : undefined;
    return response.status >= 500 || response.status === 429 || response.status === 408 ? 'unknown' : undefined;
  }

  /** @returns `cut` for an output that is no JSON; undefined where a server between us and the queue fails. */
  async function readEnd(response: Response, requestId: string): Promise<QueueOutcome | 'cut' | undefined> {
    if (response.status === 200) {
      const output = await readOutput(response.body);
      return 'isCut' in output ? 'cut' : { output, requestId };
    }
    // A 202 contradicts the status `COMPLETED`. A redirect is not followed, so it tells nothing either.
    if (response.status < 400) return undefined;
    const error = await readFalError(response, redact);
    if (!isLastWord(error)) return undefined;
    const judged = judge(error, true);
    return 'refusal' in judged ? { ...judged, requestId } : judged;
  }

  /** Cancels a request at the deadline. If it was still waiting and fal confirms, it provably did not run. */
  async function callOff({ cancelUrl }: QueueTicket, waits: boolean): Promise<Verdict> {
    if (!cancelUrl) return late(deadlineSeconds);
    const answer = await http
      .cancel(cancelUrl, async ({ ok, body }) => ok && parse(await readBoundedText(body, MAX_STATUS_BYTES)).status)
      .catch(() => undefined);
    return waits && answer === 'OK' ? takenBack() : late(deadlineSeconds);
  }

  /** @returns Whether there is still time. */
  async function pauseWithin(ms: number, signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = () => resolve();
    signal.addEventListener('abort', stop, { once: true });
    if (!signal.aborted) await Promise.race([pause(ms), promise]);
    signal.removeEventListener('abort', stop);
    return !signal.aborted;
  }

  return { run };
}

/** Text that is not a JSON object gives an object without fields. */
const parse = (text: string): Record<string, unknown> => (parseJsonObject(text) ?? {}) as Record<string, unknown>;
