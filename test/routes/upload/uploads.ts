/** The Files API as its callers use it, step by step. */
import { env } from 'cloudflare:workers';
import type { SessionAnswer } from '../../../worker/protocol.ts';
import { CLIENT_KEY } from '../../client-keys.ts';
import { ORIGIN, type TestWorker, WORKER } from '../../support.ts';

export const UPLOAD = '/upload/v1beta/files';
export const MIB = 1024 * 1024;
export const CLIENT = { 'x-goog-api-key': CLIENT_KEY };

export interface FileAnswer {
  name: string;
  displayName?: string;
  mimeType: string;
  sizeBytes: string;
  createTime: string;
  updateTime: string;
  expirationTime: string;
  sha256Hash: string;
  uri: string;
  state: string;
  source: string;
}

type Body = Uint8Array | ReadableStream<Uint8Array> | null;
type Headers = Record<string, string>;

/** The SDK's first request. A header with the value '' is left out. */
export function start(
  worker: TestWorker,
  {
    size,
    type = 'image/png',
    headers = {},
    body = { file: {} },
    path = UPLOAD,
  }: {
    size?: number | string;
    type?: string;
    headers?: Headers;
    body?: unknown;
    path?: string;
  },
): Promise<Response> {
  return post(worker, path, body === null ? null : JSON.stringify(body), {
    'Content-Type': 'application/json',
    'X-Goog-Upload-Protocol': 'resumable',
    'X-Goog-Upload-Command': 'start',
    'X-Goog-Upload-Header-Content-Length': size === undefined ? '' : String(size),
    'X-Goog-Upload-Header-Content-Type': type,
    ...headers,
  });
}

/** The upload address of an answer, as a path of this worker. */
export const urlOf = (answer: Response): string =>
  answer.headers.get('X-Goog-Upload-URL')?.replace(WORKER, '') as string;

export async function begin(worker: TestWorker, options: Parameters<typeof start>[1]): Promise<string> {
  return urlOf(await start(worker, options));
}

export function send(
  worker: TestWorker,
  url: string,
  command: string,
  { offset, bytes = null, headers = {} }: { offset?: number | string; bytes?: Body; headers?: Headers } = {},
): Promise<Response> {
  return post(worker, url, bytes, {
    'X-Goog-Upload-Command': command,
    'X-Goog-Upload-Offset': offset === undefined ? '' : String(offset),
    // Browsers and Node set it by themselves; a stream has none.
    'Content-Length': bytes instanceof Uint8Array ? String(bytes.length) : '',
    ...headers,
  });
}

/** Sends the whole file in one request. */
export const sendWhole = (worker: TestWorker, bytes: Body, headers: Headers = {}): Promise<Response> =>
  post(worker, UPLOAD, bytes, {
    'X-Goog-Upload-Protocol': 'raw',
    'Content-Type': 'image/png',
    'Content-Length': bytes instanceof Uint8Array ? String(bytes.length) : '',
    ...headers,
  });

function post(worker: TestWorker, path: string, body: string | Body, headers: Headers): Promise<Response> {
  const given = Object.entries({ ...CLIENT, ...headers }).filter(([, value]) => value !== '');
  return worker.fetch(path, { method: 'POST', headers: given, body });
}

export const fileOf = async (answer: Response): Promise<FileAnswer> =>
  ((await answer.json()) as { file: FileAnswer }).file;

export const idOf = ({ name }: Pick<FileAnswer, 'name'>): string => name.replace('files/', '');

/** The headers of the upload protocol in an answer. */
export const stateOf = ({ status, headers }: Response) => ({
  status,
  upload: headers.get('X-Goog-Upload-Status'),
  received: headers.get('X-Goog-Upload-Size-Received'),
});

/** R2's keys of files and uploads, without ids. */
export async function stored(): Promise<string[]> {
  const { objects } = await env.BUCKET.list({ prefix: 'files/' });
  return objects.map(({ key }) => key.replace(/[0-9a-f]{32}/g, '*').replace(/[0-9a-f]{14}-/, '')).sort();
}

export async function emptyFiles(): Promise<void> {
  const { objects } = await env.BUCKET.list({ prefix: 'files/' });
  await env.BUCKET.delete(objects.map(({ key }) => key));
}

/** Headers of a visitor with a ticket. Each address is another visitor. */
export async function visit(worker: TestWorker, address = '203.0.113.7', old = ''): Promise<Headers> {
  const from = { Origin: ORIGIN, 'CF-Connecting-IP': address };
  const answer = await worker.fetch('/peel/session', {
    method: 'POST',
    headers: { ...from, 'content-type': 'application/json', ...(old && { Authorization: `Bearer ${old}` }) },
    body: '{}',
  });
  return { ...from, 'x-goog-api-key': ((await answer.json()) as SessionAnswer).token };
}

/** A body in counted pieces. It never ends if `total` is infinite. */
export function dripping(bytes: Uint8Array, total = bytes.length, piece = 65_536) {
  const drip = { sent: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (drip.sent >= total) return controller.close();
      const from = Math.min(drip.sent, bytes.length);
      const next = from < bytes.length ? bytes.slice(from, from + piece) : new Uint8Array(piece);
      drip.sent += next.length;
      controller.enqueue(next);
    },
    cancel() {
      drip.cancelled = true;
    },
  });
  return { stream, drip };
}
