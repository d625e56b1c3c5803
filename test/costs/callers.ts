/** Requests as clients and visitors send them. */

import { CLIENT_KEY } from '../client-keys.ts';
import { wholePng } from '../files/whole-images.ts';
import { powOf } from '../proofs/solve.ts';
import { ORIGIN } from './stand.ts';

const MODEL = 'gemini-3.1-flash-image';
const PICTURE = wholePng(60_000);

export type Headers = Readonly<Record<string, string>>;

export const CLIENT: Headers = { 'x-goog-api-key': CLIENT_KEY };
export const LINK: Headers = { 'Peel-Images': 'link' };

let kind = '';
let prompts = 0;
let visitors = 0;

/** A kind's prompts and addresses are the same in each run, whichever kinds are counted. */
export function beginKind(name: string): void {
  kind = name;
  prompts = 0;
  visitors = 0;
}

/** A new prompt. @param words For the fake upstream; the picture is small without them. */
export function newPrompt(words = '[[size:tiny]]'): string {
  prompts += 1;
  return `${kind}, number ${prompts} ${words}`;
}

/** The address of a visitor who was not here before. */
export function newAddress(): string {
  visitors += 1;
  return `203.0.113.${visitors}`;
}

export interface Heard {
  status: number;
  text: string;
  headers: globalThis.Headers;
}

/** Sends a request and reads its answer to the last byte. @throws When its status is another. */
async function send(url: string, init: RequestInit, status: number): Promise<Heard> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (response.status !== status) throw new Error(`${response.status} in place of ${status} from ${url}: ${text}`);
  return { status, text, headers: response.headers };
}

/** @param form `generateContent`, or another method of a model. */
export const generate = (
  url: string,
  prompt: string,
  headers: Headers,
  { form = 'generateContent', status = 200 } = {},
): Promise<Heard> =>
  send(
    `${url}/v1beta/models/${MODEL}:${form}`,
    {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: prompt }] }] }),
    },
    status,
  );

export const SSE = { form: 'streamGenerateContent?alt=sse' };

/** The headers of a visitor on the site's page. */
export const from = (address: string): Headers => ({ Origin: ORIGIN, 'CF-Connecting-IP': address });

/** @param proof As `proof` in the body. */
export const openSession = (url: string, address: string, proof?: object): Promise<Heard> =>
  send(
    `${url}/peel/session`,
    {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...from(address) },
      body: JSON.stringify({ ...(proof && { proof }) }),
    },
    200,
  );

/** Does the proof of work that the site asks a visitor for. */
export async function proofOf(url: string, address: string): Promise<object> {
  const { text } = await send(`${url}/peel/site`, { headers: from(address) }, 200);
  return powOf((JSON.parse(text) as { proof: { nonce: string; difficulty: number } }).proof);
}

/** Gets a ticket. @returns The headers of this visitor's further requests. */
export async function visitorOf(url: string, address = newAddress()): Promise<Headers> {
  const { text } = await openSession(url, address);
  return { ...from(address), Authorization: `Bearer ${(JSON.parse(text) as { token: string }).token}` };
}

export const get = (url: string, headers: Headers = {}, status = 200): Promise<Heard> => send(url, { headers }, status);

export const OWNER_TOKEN = 'an-owner-s-token-of-some-length';

/** Opens another site of the deployment. @returns The headers of a client of it. */
export async function openSite(url: string, site: string): Promise<Headers> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${OWNER_TOKEN}` };
  const api = `${url}/peel/admin/api`;
  const record = JSON.stringify({ origins: [ORIGIN], adultsDeclared: true });
  await send(`${api}/sites/${site}`, { method: 'PUT', headers, body: record }, 200);
  const client = JSON.stringify({ name: 'costs', site });
  const { text } = await send(`${api}/clients`, { method: 'POST', headers, body: client }, 200);
  return { 'x-goog-api-key': (JSON.parse(text) as { key: string }).key };
}

/** The address of the picture in an answer with links. */
export function pictureIn({ text }: Heard): string {
  const address = /"fileUri":\s*"([^"]+)"/.exec(text)?.[1];
  if (address === undefined) throw new Error(`No link in ${text}`);
  return address;
}

export const uploadAtOnce = (url: string, headers: Headers): Promise<Heard> =>
  send(
    `${url}/upload/v1beta/files`,
    {
      method: 'POST',
      headers: { 'Content-Type': 'image/png', 'X-Goog-Upload-Protocol': 'raw', ...headers },
      body: PICTURE as Uint8Array<ArrayBuffer>,
    },
    200,
  );

/** Two requests, as `ai.files.upload` of Google's SDK. */
export async function uploadAsSdk(url: string, headers: Headers): Promise<void> {
  const begun = await send(
    `${url}/upload/v1beta/files`,
    {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Goog-Upload-Protocol': 'resumable',
        'X-Goog-Upload-Command': 'start',
        'X-Goog-Upload-Header-Content-Length': String(PICTURE.length),
        'X-Goog-Upload-Header-Content-Type': 'image/png',
        ...headers,
      },
      body: JSON.stringify({ file: { mimeType: 'image/png', sizeBytes: PICTURE.length } }),
    },
    200,
  );
  await send(
    begun.headers.get('X-Goog-Upload-URL') ?? '',
    {
      method: 'POST',
      headers: { 'X-Goog-Upload-Command': 'upload, finalize', 'X-Goog-Upload-Offset': '0', ...headers },
      body: PICTURE as Uint8Array<ArrayBuffer>,
    },
    200,
  );
}
