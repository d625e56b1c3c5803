/** The fal provider for tests: over real connections, to the fake upstream. */
import { inject } from 'vitest';
import { findModel } from '../../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../../worker/catalog/seed.ts';
import { createRedactor } from '../../../worker/gemini/redact/redact.ts';
import type { FalDependencies } from '../../../worker/providers/fal/draw.ts';
import { createFal } from '../../../worker/providers/fal/provider.ts';
import type { Provider, ProviderAnswer, ProviderCall } from '../../../worker/providers/provider.ts';
import type { FalHosts } from '../../../worker/providers/provider-config.ts';
import type { GenerateRequest, Part, Turn } from '../../../worker/request/request.ts';
import { FAKE_FAL_KEY } from '../../upstream/keys.ts';
import { callOf, request } from '../fake-provider.ts';

export const dependencies: FalDependencies = {
  fetch: (url, init) => fetch(url, init),
  // Shortens the pauses of polls and retries, and keeps the hold of the last byte.
  pause: (ms) => scheduler.wait(Math.min(ms, 5)),
  redactor: createRedactor([FAKE_FAL_KEY]),
  deadlineSeconds: 300,
  isOnly: true,
};

export const hosts = (): FalHosts => ({
  queueUrl: `${inject('upstreamUrl')}/fal-queue`,
  mediaHosts: [new URL(inject('upstreamUrl')).host],
});

export const fal = (change: Partial<FalDependencies> = {}, at: FalHosts = hosts()): Provider =>
  createFal(`${inject('upstreamUrl')}/fal`, at, FAKE_FAL_KEY, { ...dependencies, ...change });

export const modelOf = (id: string) => findModel(SEED_CATALOG, id)!;

export const user = (...parts: Part[]): Turn => ({ role: 'user', parts });
export const text = (words: string): Part => ({ kind: 'text', text: words });
export const image = (input = 0): Part => ({ kind: 'image', mimeType: 'image/png', input });

/** A request of one turn with the model's defaults. */
const plain: GenerateRequest = {
  model: request.model,
  turns: [],
  modalities: ['TEXT', 'IMAGE'],
  size: '1K',
};

/** A call whose words control the fake upstream, and the UUID that finds all its steps. */
export function callWith(words: string, change: Partial<GenerateRequest> = {}, more: Partial<ProviderCall> = {}) {
  const name = crypto.randomUUID();
  const turns = change.turns ?? [user(text(`ein grüner Apfel ${name} ${words}`))];
  const call = callOf({ request: { ...plain, ...change, turns }, ...more });
  return { name, call };
}

export interface Received {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  bytes: number;
}

/** All steps that arrived with a name, in order. */
export async function received(name: string): Promise<Received[]> {
  const answer = await fetch(`${inject('upstreamUrl')}/__requests?includes=${encodeURIComponent(name)}`);
  return answer.json();
}

/** Steps by method and last part of the path, such as `GET status`. */
export const stepsOf = (requests: readonly Received[]): string[] =>
  requests.map(({ method, path }) => {
    if (path.startsWith('/fal-media/')) return `${method} media`;
    if (method === 'POST') return 'POST';
    return `${method} ${/\/(status|cancel)$/.exec(path)?.[1] ?? 'result'}`;
  });

export const textOf = (outcome: ProviderAnswer): Promise<string> =>
  outcome.ok ? new Response(outcome.body).text() : Promise.reject(new Error(JSON.stringify(outcome.verdict)));
