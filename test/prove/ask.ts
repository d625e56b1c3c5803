/** Asking Peel as a client does, and what came back: never more of a picture than its hash. */
import { createHash } from 'node:crypto';
import { CLIENT_KEY } from './peel.ts';

/** One that the fake upstream draws at every size; its pictures of 512 pixels weigh 600 KB. */
export const MODEL = 'gemini-3.1-flash-image';

export interface Way {
  form: 'json' | 'sse' | 'array';
  delivery: 'inline' | 'link';
  /** Straight through, nothing kept. */
  noStore?: true;
}

export const JSON_INLINE: Way = { form: 'json', delivery: 'inline' };
export const SSE_INLINE: Way = { form: 'sse', delivery: 'inline' };
export const WAYS: readonly Way[] = [
  JSON_INLINE,
  SSE_INLINE,
  { form: 'json', delivery: 'link' },
  { form: 'sse', delivery: 'link' },
];

export interface Heard {
  status: number;
  /** Of an error, one after the headers of a stream included. */
  reason?: string;
  cacheStatus?: string;
  /** Micro-dollars: `Peel-Cost`, and `Peel-Cost-Reserved`. */
  cost?: number;
  reserved?: number;
  retryAfter?: string;
  /** SHA-256 of the picture. */
  picture?: string;
  /** When the headers were there, by `performance.now()`. */
  at: number;
}

let prompts = 0;

/** A prompt that nobody has asked yet. All with the same words are equally long, and so equally dear. */
export function newPrompt(words = ''): string {
  prompts += 1;
  return `proof ${String(process.pid).padStart(8, '0')}-${String(prompts).padStart(8, '0')} ${words}`;
}

/** What tells one prompt from all others. */
export const nameOf = (prompt: string): string => prompt.slice(0, 'proof '.length + 17);

export const bodyOf = (prompt: string, imageSize = '512'): string =>
  JSON.stringify({
    contents: [{ role: 'user', parts: [{ text: prompt }] }],
    generationConfig: { imageConfig: { imageSize } },
  });

const METHODS = {
  json: 'generateContent',
  sse: 'streamGenerateContent?alt=sse',
  array: 'streamGenerateContent',
} as const;

/** @returns Path with query, and headers, of a request in that way. */
export function requestOf({ form, delivery, noStore }: Way): { path: string; headers: Record<string, string> } {
  const method = METHODS[form];
  return {
    path: `/v1beta/models/${MODEL}:${method}`,
    headers: {
      'Content-Type': 'application/json',
      'x-goog-api-key': CLIENT_KEY,
      'Peel-Images': delivery,
      ...(noStore && { 'Cache-Control': 'no-store' }),
    },
  };
}

/** Asks and reads to the end. @throws Where there is no answer at all. */
export async function ask(url: string, prompt: string, way: Way = JSON_INLINE): Promise<Heard> {
  const { path, headers } = requestOf(way);
  const response = await fetch(url + path, { method: 'POST', headers, body: bodyOf(prompt) });
  const at = performance.now();
  const text = await response.text();
  const heard: Heard = { status: response.status, at };
  const header = <T>(name: string, take: (value: string) => T): T | undefined => {
    const value = response.headers.get(name);
    return value === null ? undefined : take(value);
  };
  return Object.assign(heard, {
    reason: /"reason":\s*"([A-Z_]+)"/.exec(text)?.[1],
    cacheStatus: header('Cache-Status', String),
    cost: header('Peel-Cost', Number),
    reserved: header('Peel-Cost-Reserved', Number),
    retryAfter: header('Retry-After', String),
    picture: await pictureOf(text, url),
  });
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function pictureOf(text: string, url: string): Promise<string | undefined> {
  const data = /"data":\s*"([^"]+)"/.exec(text)?.[1];
  if (data !== undefined) return sha256(Buffer.from(data, 'base64'));
  const address = /"fileUri":\s*"([^"]+)"/.exec(text)?.[1];
  if (address === undefined) return undefined;
  // The address names the host it was made for; after a new start the same worker listens elsewhere.
  const response = await fetch(url + new URL(address).pathname);
  return response.ok ? sha256(await response.bytes()) : undefined;
}
