/** The HTTP client for fal: one paid POST, and free calls that may be repeated. Only fal gets the key. */
import type { Segment } from '../../gemini/lift/skeleton.ts';
import { splice, splicedLength } from '../../gemini/lift/splice.ts';
import type { OpenInput } from '../../request/inputs.ts';
import { classifyThrown } from '../classify.ts';
import type { Verdict } from '../provider.ts';
import { createUpload } from '../upload.ts';

export interface FalHttpOptions {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  pause: (ms: number) => Promise<unknown>;
  key: string;
  deadlineSeconds: number;
}

export interface FalHttp {
  /** Sends a request and reads the answer. A network failure becomes a verdict. */
  post<T>(
    url: string,
    body: Segment[],
    inputs: readonly OpenInput[],
    signal: AbortSignal,
    read: (response: Response) => Promise<T>,
  ): Promise<T | Verdict>;
  /** Asks the queue. @throws If the answer is not read completely within {@link QUESTION_MS}. */
  get<T>(url: string, signal: AbortSignal, read: (response: Response) => Promise<T>): Promise<T>;
  /** Fetches a picture from a media host, without the key. @param from Bytes that are there already. */
  getPicture(url: string, signal: AbortSignal, from: number): Promise<Response>;
  /** Cancels a queued request. @throws If there is no answer within {@link FAREWELL_MS}. */
  cancel<T>(url: string, read: (response: Response) => Promise<T>): Promise<T>;
}

/** A longer poll counts as lost, and another one is sent. */
const QUESTION_MS = 15_000;
/** Short, because the deadline has already passed when a request is cancelled. */
const FAREWELL_MS = 2_000;

/**
 * Pictures are public at their addresses, so fal is asked to keep them only for an hour, in which a late Durable Object
 * alarm may still fetch them (https://fal.ai/docs/model-apis/data-retention).
 */
const MEDIA_LIFE = JSON.stringify({ expiration_duration_seconds: 3600 });

export function createFalHttp({ fetch, pause, key, deadlineSeconds }: FalHttpOptions): FalHttp {
  const credentials = { Authorization: `Key ${key}` };
  const plain = { Accept: 'application/json', 'Accept-Encoding': 'identity' };
  const submission = {
    ...plain,
    ...credentials,
    'Content-Type': 'application/json',
    // fal does not begin a request after our deadline, so a late one is not charged.
    'X-Fal-Request-Timeout': String(deadlineSeconds),
    'X-Fal-Object-Lifecycle-Preference': MEDIA_LIFE,
  };

  async function within<T>(ms: number, signal: AbortSignal | undefined, ask: (signal: AbortSignal) => Promise<T>) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error(`no answer within ${ms} ms`)), ms);
    try {
      return await ask(signal ? AbortSignal.any([signal, late.signal]) : late.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async post(url, body, inputs, signal, read) {
      const bytes = body.every((segment) => typeof segment === 'string')
        ? new TextEncoder().encode(body.join(''))
        : splice(body, ({ n }) => inputs[n]!.open());
      const upload = createUpload(bytes, splicedLength(body), pause);
      try {
        const init = { method: 'POST', headers: submission, body: upload.body, signal, redirect: 'manual' as const };
        const response = await fetch(url, init);
        const answer = await read(response);
        // After an early refusal fal may not read on. This promise may hang and never rejects, so it is not awaited.
        if (!response.ok) void upload.abandon(new Error(`refused with HTTP ${response.status}`));
        return answer;
      } catch (error) {
        const { aborted } = signal;
        void upload.abandon(error);
        return classifyThrown(error, { handedOver: upload.handedOver(), aborted, deadlineSeconds });
      }
    },
    get: (url, signal, read) =>
      within(QUESTION_MS, signal, async (bounded) =>
        read(await fetch(url, { headers: { ...plain, ...credentials }, signal: bounded, redirect: 'manual' })),
      ),
    getPicture: (url, signal, from) =>
      within(QUESTION_MS, signal, (bounded) =>
        fetch(url, {
          headers: { Accept: 'image/*', 'Accept-Encoding': 'identity', ...(from > 0 && { Range: `bytes=${from}-` }) },
          signal: bounded,
          redirect: 'manual',
        }),
      ),
    cancel: (url, read) =>
      within(FAREWELL_MS, undefined, async (signal) =>
        read(await fetch(url, { method: 'PUT', headers: { ...plain, ...credentials }, signal, redirect: 'manual' })),
      ),
  };
}
