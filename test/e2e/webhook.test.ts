/**
 * The webhook over real sockets: the deployed worker draws until a budget rings, and tells a receiver that answers, fails,
 * redirects, closes or hangs. The signature is checked as docs/alarms.md shows it.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeskAlarms } from '../../worker/desk-protocol.ts';
import { type Deployment, startDeployment } from './deployment.ts';

const TOKEN = 'an-owner-s-token-of-some-length';

interface Message {
  headers: IncomingHttpHeaders;
  body: string;
  path: string;
}

const messages: Message[] = [];
/** What the receiver does. */
let answer: (response: ServerResponse) => void;
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    messages.push({ headers: request.headers, body, path: request.url ?? '' });
    answer(response);
  });
});
const status =
  (code: number, headers = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(code, headers).end('a long answer that nobody reads');

let peel: Deployment;
let hook: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  peel = await startDeployment({
    ...{ ADMIN_TOKEN: TOKEN, ALERT_WEBHOOK_URL: `${hook}/in`, CLIENT_KEYS: 'dev:pk_dev', BURST: 'off' },
    // A picture of the demo costs three cents of play money and may cost sixteen, so a request is refused early.
    SITE_DAILY_BUDGET_USD: '0.3',
  });
});
afterAll(async () => {
  await peel.close();
  receiver.closeAllConnections();
  receiver.close();
});

async function owner<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${peel.url}/peel/admin/api${path}`, {
    method,
    headers: { Authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}
const testNow = () => owner<{ status: number | null; ms: number }>('POST', '/alarms/test', {});

/** The function of docs/alarms.md, as it stands there. */
async function readIsFromPeel(): Promise<(header: unknown, body: string, secret: string) => boolean> {
  const page = readFileSync(join(import.meta.dirname, '../../docs/alarms.md'), 'utf8');
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).isFromPeel;
}

it('tells of a budget once, signed, and never of the same again', async () => {
  answer = status(200);
  const { secret } = await owner<{ secret: string }>('POST', '/alarms/secret', {});
  // Its owner has the desk open, and not the page of the alarms.
  await owner('GET', '/overview');
  for (let n = 0; n < 12; n += 1) {
    const drawn = await fetch(`${peel.url}/v1beta/models/gemini-nano-banana-2.1:generateContent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': 'pk_dev' },
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: `a boat in the snow ${n}` }] }] }),
    });
    await drawn.arrayBuffer();
  }

  const namesOf = () => messages.map(({ body }) => (JSON.parse(body) as { name: string }).name);
  await expect.poll(namesOf, { timeout: 15_000 }).toEqual(['budget_50', 'budget_100']);
  const isFromPeel = await readIsFromPeel();
  for (const { headers, body } of messages) {
    expect(isFromPeel(headers['peel-signature'], body, secret)).toBe(true);
    expect(isFromPeel(headers['peel-signature'], body.replace('budget', 'widget'), secret)).toBe(false);
    expect(isFromPeel(headers['peel-signature'], body, `${secret}0`)).toBe(false);
    expect(body).not.toContain('a boat in the snow');
    expect(JSON.parse(body)).toMatchObject({
      deployment: peel.url,
      runbook: expect.stringContaining('/docs/runbook#budget_'),
    });
  }
  const { open, past, webhook } = await owner<DeskAlarms>('GET', '/alarms');
  expect(open).toMatchObject([{ name: 'budget_100', site: 'default', told: 'sent' }]);
  expect(past.map(({ name }) => name)).toEqual(['budget_50']);
  expect(webhook).toMatchObject({ source: 'variable', address: `${hook}/…` });
  expect(JSON.stringify(await owner('PUT', '/alarms/webhook', { address: 'https://a.example/' }))).toContain(
    'ALERT_WEBHOOK_URL is set',
  );
});

it.each([
  ['a failure', status(500), 500],
  ['a redirect, which is not followed', status(302, { Location: '/elsewhere' }), 302],
  ['a closed connection', (response: ServerResponse) => void response.destroy(), null],
  ['success', status(204), 204],
])('a test says how it was answered: %s', async (_, how, expected) => {
  answer = how;
  messages.length = 0;

  expect(await testNow()).toMatchObject({ status: expected });

  expect(messages.map(({ path }) => path)).toEqual(['/in']);
});

it('a receiver that hangs is left after five seconds', async () => {
  answer = () => undefined;

  const { status: heard, ms } = await testNow();

  expect(heard).toBeNull();
  // Before it is due nothing ends the wait, and later only a machine that has other work.
  expect(ms).toBeGreaterThan(4_500);
});
