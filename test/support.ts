/**
 * A worker as its callers see it, on real KV and R2, in front of the fake upstream. Every answer is searched for keys.
 */
import { env } from 'cloudflare:workers';
import { expect, inject } from 'vitest';
import { createApp } from '../worker/app.ts';
import type { Variables } from '../worker/config/variables.ts';
import type { GenerationJob } from '../worker/generation/job.ts';
import type { Services } from '../worker/services.ts';
import { createServices, type Env } from '../worker/wiring.ts';
import { CLIENT_KEY } from './client-keys.ts';
import { bringVariables } from './main.ts';
import { FAKE_APIYI_KEYS, FAKE_FAL_KEYS, FAKE_GOOGLE_KEYS } from './upstream/keys.ts';

export const ORIGIN = 'https://shop.example';
export const WORKER = 'https://peel.example';

const KEYS = [...FAKE_GOOGLE_KEYS, ...FAKE_APIYI_KEYS, ...FAKE_FAL_KEYS];
/** Each key plain, URL-encoded, and in base64 at the three possible offsets. */
const SPELLINGS = KEYS.flatMap((key) => [
  key,
  encodeURIComponent(key),
  ...[0, 1, 2].map((shift) => btoa('\0'.repeat(shift) + key).slice(shift + 1, -4)),
]);

/** @throws if the text contains an upstream key, in any spelling. */
function expectNoKey(text: string): void {
  const found = SPELLINGS.filter((spelling) => text.includes(spelling));
  expect(found, 'upstream keys that got out').toEqual([]);
}

/** Log lines are searched as well. The first line with a key fails the test that is running. */
for (const level of ['log', 'warn', 'error'] as const) {
  const write = console[level].bind(console);
  console[level] = (...parts: unknown[]) => {
    expectNoKey(parts.map(String).join(' '));
    write(...parts);
  };
}

export interface TestWorker {
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Posts JSON to a model as the client `dev`. */
  ask(target: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  services: Services;
}

const realVariables = (): Variables => ({
  GOOGLE_API_KEYS: FAKE_GOOGLE_KEYS[0],
  GOOGLE_BASE_URL: inject('upstreamUrl'),
  PEEL_SECRET: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  SITE_ORIGINS: ORIGIN,
  CLIENT_KEYS: `dev:${CLIENT_KEY}`,
  BURST: 'off',
  // Visitors ask for tickets in most tests, and few are about proofs.
  SITE_PROOF: 'none',
  // High enough that only tests about money reach it.
  SITE_DAILY_BUDGET_USD: '1000',
  SITE_MONTHLY_BUDGET_USD: '10000',
  DEPLOYMENT_DAILY_BUDGET_USD: '1000',
  DEPLOYMENT_MONTHLY_BUDGET_USD: '10000',
});

/**
 * @param variables Override a valid configuration with the fake upstream as Google.
 * @param BUCKET Absent: the real one. The same holds for KV.
 */
export function createTestWorker(
  variables: Variables = {},
  change: (services: Services) => Services = (s) => s,
  BUCKET = env.BUCKET,
  KV = env.KV,
): TestWorker {
  const all = { ...realVariables(), ...variables };
  const services = change(withVariables(createServices({ ...env, BUCKET, KV, ...all } as Env), all));
  const app = createApp(services);
  const worker: TestWorker = {
    services,
    async fetch(path, init) {
      const request = new Request(`${WORKER}${path}`, init);
      const response = await app.fetch(request, env);
      expectNoKey(JSON.stringify([...response.headers]));
      if (!response.body) return response;
      // Read the whole stream, so that its end is searched too.
      const bytes = await response.arrayBuffer();
      expectNoKey(new TextDecoder('latin1').decode(bytes));
      return new Response(bytes, response);
    },
    ask: (target, body, headers = {}) =>
      worker.fetch(`/v1beta/models/${target}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-goog-api-key': CLIENT_KEY, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
  return worker;
}

/** Gives the objects that this worker calls the same variables. */
function withVariables(services: Services, variables: Variables): Services {
  const { generations } = services;
  return {
    ...services,
    generations: {
      ask(job: GenerationJob, inputs) {
        bringVariables(job.key, variables);
        return generations.ask(job, inputs);
      },
    },
  };
}

let prompts = 0;

/** A new request. `words` steer the fake upstream, such as `[[size:6MB]]`. */
export const newPrompt = (words = ''): { contents: unknown[] } => {
  prompts += 1;
  return {
    contents: [{ role: 'user', parts: [{ text: `a fox, number ${prompts} of ${crypto.randomUUID()} ${words}` }] }],
  };
};

export interface Hold {
  /** For a prompt: the provider answers it, or sends what follows its first event, when it is released. */
  words: string;
  eventWords: string;
  release(): Promise<void>;
}

/** All holds have words of one length, because a prompt's length is in its price. */
export function newHold(): Hold {
  const name = crypto.randomUUID();
  return {
    words: `[[hold:${name}]]`,
    eventWords: `[[event-hold:${name}]]`,
    async release() {
      await fetch(`${inject('upstreamUrl')}/__release?name=${name}`, { method: 'POST' });
    },
  };
}

/** Counts the requests that come to `Generation` objects. */
export function watchAsks(): { asked: { times: number }; change: (services: Services) => Services } {
  const asked = { times: 0 };
  const change = (services: Services): Services => ({
    ...services,
    generations: {
      ask(...args) {
        asked.times += 1;
        return services.generations.ask(...args);
      },
    },
  });
  return { asked, change };
}

export interface ErrorAnswer {
  error: { code: number; status: string; message: string; details: { '@type': string; reason?: string }[] };
}

/** The stable reason of an error answer, with its HTTP status. */
export async function reasonOf(response: Response): Promise<[number, string | undefined]> {
  const body = (await response.json()) as ErrorAnswer;
  expect(body.error.code).toBe(response.status);
  return [response.status, body.error.details.find(({ reason }) => reason)?.reason];
}

/** Number of the fake upstream's calls whose body contains a text. */
export async function upstreamCalls(containing: string): Promise<number> {
  const answer = await fetch(`${inject('upstreamUrl')}/__requests`);
  const requests = (await answer.json()) as { body?: string }[];
  return requests.filter(({ body }) => body?.includes(containing)).length;
}
