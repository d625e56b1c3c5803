/** Asks Peel as a client does and reads the answer. It keeps only the hash of a picture. */
import { createHash } from 'node:crypto';
import { CLIENT_KEY } from './peel.ts';

/** A model that the fake upstream draws at every size; its 512-pixel pictures have 600 KB. */
export const MODEL = 'gemini-3.1-flash-image';

export interface Way {
  form: 'json' | 'sse' | 'array';
  delivery: 'inline' | 'link';
  /** Passed through; nothing is stored. */
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
  /** Reason of an error, also of one after a stream's headers. */
  reason?: string;
  cacheStatus?: string;
  /** Micro-dollars: `Peel-Cost`, and `Peel-Cost-Reserved`. */
  cost?: number;
  reserved?: number;
  retryAfter?: string;
  /** SHA-256 of the picture. */
  picture?: string;
  /** When the headers arrived, by `performance.now()`. */
  at: number;
}

let prompts = 0;

/** A prompt that no request has used yet. Prompts with the same words have equal length and so equal prices. */
export function newPrompt(words = ''): string {
  prompts += 1;
  return `proof ${String(process.pid).padStart(8, '0')}-${String(prompts).padStart(8, '0')} ${words}`;
}

/** The unique part of a prompt. */
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

/** @returns Path with query, and headers, of a request of this kind. */
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

/** Sends a request and reads its answer to the end. @throws When there is no answer at all. */
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
  // The address holds the host of its time; a restarted worker listens elsewhere.
  const response = await fetch(url + new URL(address).pathname);
  return response.ok ? sha256(await response.bytes()) : undefined;
}
