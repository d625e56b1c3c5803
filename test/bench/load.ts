/** The load generator: plain `node:http` over kept-alive connections, bodies counted and discarded. */
import { Agent, request as httpRequest } from 'node:http';

export interface LoadRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface Timing {
  /** Milliseconds from sending to the first byte of the body. */
  firstByteMs: number;
  lastByteMs: number;
  bytes: number;
}

export interface Answer extends Timing {
  text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64, scheduling: 'lifo' });

/** Sends one request. @throws On any status but 200, because errors must not be measured. */
export const send = (request: LoadRequest): Promise<Timing> => exchange(request, () => undefined);

/** As `send`, with the answer's text, to check what a row really does. */
export async function sendAndRead(request: LoadRequest): Promise<Answer> {
  const chunks: Buffer[] = [];
  const timing = await exchange(request, (chunk) => chunks.push(chunk));
  return { ...timing, text: Buffer.concat(chunks).toString() };
}

/** @param onChunk Called with each piece of the body as it arrives. */
export function exchange({ url, headers, body }: LoadRequest, onChunk: (chunk: Buffer) => void): Promise<Timing> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let firstByteMs: number | undefined;
    let bytes = 0;
    const outgoing = httpRequest(
      url,
      {
        method: 'POST',
        agent,
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), ...headers },
      },
      (response) => {
        let failed = '';
        response.on('data', (chunk: Buffer) => {
          firstByteMs ??= performance.now() - startedAt;
          bytes += chunk.length;
          if (response.statusCode === 200) onChunk(chunk);
          else failed += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          const lastByteMs = performance.now() - startedAt;
          if (response.statusCode !== 200)
            reject(new Error(`${url} answered ${response.statusCode}: ${failed.slice(0, 500)}`));
          else if (firstByteMs === undefined) reject(new Error(`${url} answered nothing.`));
          else resolve({ firstByteMs, lastByteMs, bytes });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/**
 * A reader that stalls: sends a request, reads the headers, and then reads nothing for as long as the server lives.
 *
 * @throws On any status but 200.
 */
export function stall({ url, headers, body }: LoadRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const all = { 'Content-Type': 'application/json', ...headers };
    const outgoing = httpRequest(url, { method: 'POST', agent: false, headers: all }, (response) => {
      // The answer fails when the server ends.
      response.on('error', () => undefined);
      if (response.statusCode === 200) resolve();
      else reject(new Error(`${url} answered ${response.statusCode}`));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export interface LoadOptions {
  inFlight: number;
  /** Stops starting requests after this time and at least this number. */
  forMs: number;
  atLeast: number;
  atMost: number;
}

export interface LoadResult {
  timings: Timing[];
  elapsedMs: number;
}

/** Keeps `inFlight` requests going until both `forMs` and `atLeast` are reached, or `atMost` is. */
export async function runLoad(next: () => LoadRequest, options: LoadOptions): Promise<LoadResult> {
  const timings: Timing[] = [];
  const startedAt = performance.now();
  let started = 0;
  const wantsMore = () =>
    started < options.atMost && (started < options.atLeast || performance.now() - startedAt < options.forMs);
  async function work(): Promise<void> {
    while (wantsMore()) {
      started += 1;
      timings.push(await send(next()));
    }
  }
  await Promise.all(Array.from({ length: options.inFlight }, work));
  return { timings, elapsedMs: performance.now() - startedAt };
}
