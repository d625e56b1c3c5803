/** How fal is spoken to: one paid POST, and questions that may be asked again. The key goes to fal and nowhere else. */
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
  /** Sends a request and reads what comes; what is lost on the way becomes a verdict. */
  post<T>(
    url: string,
    body: Segment[],
    inputs: readonly OpenInput[],
    signal: AbortSignal,
    read: (response: Response) => Promise<T>,
  ): Promise<T | Verdict>;
  /** A question to the queue. @throws Where it is not answered, and read, within {@link QUESTION_MS}. */
  get<T>(url: string, signal: AbortSignal, read: (response: Response) => Promise<T>): Promise<T>;
  /** A picture, from a host that is no business of the key's. */
  getPicture(url: string, signal: AbortSignal): Promise<Response>;
  /** @throws Where it is not answered within {@link FAREWELL_MS}. */
  cancel<T>(url: string, read: (response: Response) => Promise<T>): Promise<T>;
}

/** A poll that takes longer is lost: there is time for another. */
const QUESTION_MS = 15_000;
/** Nobody waits any more for what is called off. */
const FAREWELL_MS = 2_000;

/**
 * Pictures are public at their addresses, so fal is asked to keep them only as long as a late alarm of ours might
 * fetch them (fal.ai/docs/model-apis/data-retention).
 */
const MEDIA_LIFE = JSON.stringify({ expiration_duration_seconds: 3600 });

export function createFalHttp({ fetch, pause, key, deadlineSeconds }: FalHttpOptions): FalHttp {
  const credentials = { Authorization: `Key ${key}` };
  const plain = { Accept: 'application/json', 'Accept-Encoding': 'identity' };
  const submission = {
    ...plain,
    ...credentials,
    'Content-Type': 'application/json',
    // Not begun by then, nobody waits for it: so it is not begun at all, and not paid.
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
        // An early refusal: whoever refused may not read on. Not waited for, and it never rejects.
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
    getPicture: (url, signal) =>
      within(QUESTION_MS, signal, (bounded) =>
        fetch(url, {
          headers: { Accept: 'image/*', 'Accept-Encoding': 'identity' },
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
