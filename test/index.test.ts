import { createExecutionContext, env } from 'cloudflare:test';
import { expect, it, vi } from 'vitest';
import worker from '../worker/index.ts';
import type { Env } from '../worker/wiring.ts';

const KEY = 'AIzaSyB1234567890abcdefghijklmnopqrstuv';
const broken = { ...env, PROVIDERS: KEY } as Env;

const ask = (method: string) =>
  worker.fetch(
    new Request<unknown, IncomingRequestCfProperties>('https://peel.example/v1beta/models', { method }),
    broken,
    createExecutionContext(),
  );

it('tells every page that the configuration is broken, by variable and rule', async () => {
  const response = await ask('GET');
  const text = await response.text();

  expect(response.status).toBe(503);
  expect(text).toContain('PROVIDERS must list google, apiyi and fal, or demo alone; entry 1 is not');
  expect(text).not.toContain(KEY);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'cache-control': 'no-store',
    vary: 'Origin',
    'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

it('tells no page a key that looks like a name and stands where a name should', async () => {
  const key = 'k3y-9f8e.a7d6c5b4-e3f2';
  const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const mistaken = { ...env, GOOGLE_API_KEYS: key, PROVIDERS: 'google', CATALOG: JSON.stringify({ [key]: {} }) } as Env;

  const request = new Request<unknown, IncomingRequestCfProperties>('https://peel.example/');
  const text = await (await worker.fetch(request, mistaken, createExecutionContext())).text();

  expect(text).toContain('CATALOG [redacted]');
  expect(text).not.toContain(key);
  expect(JSON.stringify(logged.mock.calls)).not.toContain(key);
  logged.mockRestore();
});

it('lets preflights through to that answer', async () => {
  const response = await ask('OPTIONS');

  expect(response.status).toBe(204);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': '*',
    'access-control-allow-headers': '*, Authorization',
    vary: 'Origin',
    'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});
