/** The owner's API as the desk asks it: same origin, with the session's cookie. */

/** What the worker refused, in its own words. */
export class Refusal extends Error {
  override name = 'Refusal';
  constructor(
    readonly status: number,
    /** The stable reason, such as `INVALID_FIELD`. Empty: the answer was not the worker's. */
    readonly reason: string,
    message: string,
    /** The field that breaks a rule, where the reason names one. */
    readonly field?: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
}

export interface DeskApi {
  /**
   * @param path Below `/peel/admin/api`, with its query.
   * @throws {@link Refusal}, or what `fetch` throws where the network is gone.
   */
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  /** Undefined where nothing has changed since this path was last answered. */
  getChanged<T>(path: string, signal?: AbortSignal): Promise<T | undefined>;
  /** As {@link send} and {@link get}, with the `ETag` of the answer, for what two windows may change. */
  tagged<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown, headers?: HeadersInit): Promise<Tagged<T>>;
  /** @param body Sent as JSON, a file as it is. @returns undefined for an answer without a body. */
  send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, headers?: HeadersInit): Promise<T>;
}

interface Tagged<T> {
  value: T;
  /** Empty: the answer has none. */
  etag: string;
}

export interface DeskApiOptions {
  fetch: typeof fetch;
  /** Called when the session has ended, before the refusal is thrown. */
  onSessionEnded: () => void;
}

const BASE = '/peel/admin/api';
const ANSWERS_MS = 20_000;

interface ErrorEnvelope {
  error?: { message?: string; details?: Record<string, unknown>[] };
}

async function refusalOf(answer: Response): Promise<Refusal> {
  const { error }: ErrorEnvelope = await answer.json().catch(() => ({}));
  const info = error?.details?.find(({ reason }) => typeof reason === 'string');
  const violations = error?.details?.find(({ fieldViolations }) => Array.isArray(fieldViolations))?.fieldViolations;
  const [violation] = (violations ?? []) as { field: string }[];
  const retryAfter = Number(answer.headers.get('Retry-After') ?? Number.NaN);
  return new Refusal(
    answer.status,
    typeof info?.reason === 'string' ? info.reason : '',
    error?.message ?? `The worker answered ${answer.status}.`,
    violation?.field,
    Number.isFinite(retryAfter) ? retryAfter : undefined,
  );
}

function sending(body: unknown, given: HeadersInit = {}): RequestInit {
  const headers = new Headers(given);
  if (body === undefined) return { headers };
  if (body instanceof Blob) {
    headers.set('Content-Type', body.type);
    return { headers, body };
  }
  headers.set('Content-Type', 'application/json');
  return { headers, body: JSON.stringify(body) };
}

export function createDeskApi({ fetch, onSessionEnded }: DeskApiOptions): DeskApi {
  /** Of the last answers, by path. */
  const etags = new Map<string, string>();

  async function ask(method: string, path: string, init: RequestInit): Promise<Response> {
    const timeout = AbortSignal.timeout(ANSWERS_MS);
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const answer = await fetch(`${BASE}${path}`, {
      ...init,
      method,
      signal,
      credentials: 'same-origin',
      cache: 'no-store',
    });
    if (answer.ok || answer.status === 304) return answer;
    const refusal = await refusalOf(answer);
    if (refusal.status === 401 && path !== '/login') onSessionEnded();
    throw refusal;
  }

  return {
    async get<T>(path: string, signal?: AbortSignal) {
      return (await (await ask('GET', path, { signal: signal ?? null })).json()) as T;
    },
    async getChanged<T>(path: string, signal?: AbortSignal) {
      const known = etags.get(path);
      const headers = known === undefined ? {} : { 'If-None-Match': known };
      const answer = await ask('GET', path, { headers, signal: signal ?? null });
      if (answer.status === 304) return undefined;
      const changed = (await answer.json()) as T;
      // An answer that broke off was not seen, and the next one must not be an empty 304.
      const etag = answer.headers.get('ETag');
      if (etag) etags.set(path, etag);
      return changed;
    },
    async tagged<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown, headers?: HeadersInit) {
      const answer = await ask(method, path, sending(body, headers));
      return { value: (await answer.json()) as T, etag: answer.headers.get('ETag') ?? '' };
    },
    async send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, headers?: HeadersInit) {
      const answer = await ask(method, path, sending(body, headers));
      return (answer.status === 204 ? undefined : await answer.json()) as T;
    },
  };
}
