/** Uploads a picture through the worker's Files API (`worker/routes/upload`): the whole file in one request. */
import type { Token } from './generate.ts';
import { baseOf, readJson } from './http.ts';
import { type Problem, problemOf, silenceOf } from './problem.ts';

export interface UploadOptions {
  /** Origin of the worker, or a path in front of it. */
  endpoint: string;
  /** The visitor's ticket. Its errors may carry a `problem`. */
  token: Token;
  /** The page's own way to send. It tells of no progress. */
  fetch?: typeof fetch | undefined;
}

export interface Uploaded {
  /** Address of the file. The worker keeps it for 48 hours. */
  uri: string;
  /** As the worker read it from the bytes. */
  mimeType: string;
}

/** Ends an upload that a dead connection holds up. 2 MB over a slow phone network take less. */
const TIMEOUT_MS = 300_000;

/**
 * Uploads one picture. A refused ticket is renewed once. An abort throws the signal's reason.
 *
 * @param onProgress Called with the share that was sent, 0 to 1.
 */
export async function upload(
  blob: Blob,
  { endpoint, token, fetch }: UploadOptions,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<Uploaded | { problem: Problem }> {
  const send = async (ticket: string): Promise<Response> => {
    const headers = {
      Authorization: `Bearer ${ticket}`,
      'Content-Type': blob.type,
      'X-Goog-Upload-Protocol': 'raw',
    };
    signal.throwIfAborted();
    const url = `${baseOf(endpoint)}/upload/v1beta/files`;
    if (!fetch) return sendCounted(url, headers, blob, signal, onProgress);
    return fetch(url, { method: 'POST', headers, body: blob, signal, credentials: 'omit' });
  };
  try {
    const ticket = await token(signal);
    let response = await send(ticket);
    if (response.status === 401) response = await send(await token(signal, ticket));
    // An upload is never paid.
    if (!response.ok) return { problem: { ...(await problemOf(response)), unsent: true } };
    const { file } = ((await readJson(response)) ?? {}) as { file?: Partial<Uploaded> };
    if (typeof file?.uri === 'string' && typeof file.mimeType === 'string') {
      return { uri: file.uri, mimeType: file.mimeType };
    }
    return { problem: { reason: 'ANSWER_UNREADABLE', message: 'The upload has no address.', unsent: true } };
  } catch (cause) {
    signal.throwIfAborted();
    const { problem } = cause as { problem?: Problem };
    return { problem: problem ?? silenceOf(cause, 'UNREACHABLE', () => navigator.onLine) };
  }
}

/** `fetch` cannot tell how much of a body has left. */
const sendCounted = (
  url: string,
  headers: Record<string, string>,
  body: Blob,
  signal: AbortSignal,
  onProgress: (share: number) => void,
) =>
  new Promise<Response>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.timeout = TIMEOUT_MS;
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => resolve(toResponse(request));
    request.onerror = request.ontimeout = ({ type }) => reject(new TypeError(`The upload failed: ${type}.`));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(body);
  });

function toResponse(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().trim().split('\r\n')) {
    const [name, value] = line.split(/: ?(.*)/s);
    if (name && value !== undefined) headers.append(name, value);
  }
  // Some statuses may have no body, not even an empty one.
  return new Response(request.responseText || null, { status: request.status, headers });
}
