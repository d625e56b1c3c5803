import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** One request as it arrived, and its result. */
export interface RecordedRequest {
  n: number;
  /** Unix time in milliseconds, with fractions. */
  at: number;
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Length of the body in bytes. */
  bytes: number;
  /** Of the body, lower-case hex. */
  sha256: string;
  /** The body as text where it is at most {@link KEPT_BODY_BYTES} long. */
  body?: string;
  /** Status of the answer; absent before it. */
  status?: number;
  /** When each unit of the answer was handed to the socket; Unix milliseconds with fractions. */
  unitsSentAt: number[];
  /** `open` until the answer is out; `gone`: the caller left, or the script broke the connection. */
  state: 'open' | 'sent' | 'gone';
}

const KEPT_BODY_BYTES = 256 * 1024;

/** Older requests are dropped, so that a benchmark does not fill the memory. */
const KEPT_REQUESTS = 5000;

export const now = (): number => performance.timeOrigin + performance.now();

export class Recorder {
  #requests: RecordedRequest[] = [];
  #count = 0;

  get requests(): readonly RecordedRequest[] {
    return this.#requests;
  }

  record(request: Pick<RecordedRequest, 'method' | 'path' | 'headers'>, body: Buffer): RecordedRequest {
    const recorded: RecordedRequest = {
      n: ++this.#count,
      at: now(),
      ...request,
      bytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
      ...(body.length <= KEPT_BODY_BYTES ? { body: body.toString() } : {}),
      unitsSentAt: [],
      state: 'open',
    };
    this.#requests.push(recorded);
    if (this.#requests.length > KEPT_REQUESTS) this.#requests.shift();
    return recorded;
  }

  /** Request numbers continue, so that a late answer does not match a new request. */
  clear(): void {
    this.#requests = [];
  }
}
