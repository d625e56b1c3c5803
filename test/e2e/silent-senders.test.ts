/**
 * Senders that announce a large body, send most of it and fall silent. The tests use real sockets, because only these
 * can make a read wait for ever.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleWorker } from '../bench/bundle.ts';
import { type ServerProcess, startWorker } from '../bench/server-process.ts';
import { CLIENT_KEY } from '../client-keys.ts';
import { FAKE_GOOGLE_KEY } from '../upstream/keys.ts';
import { createFakeUpstream, type FakeUpstream } from '../upstream/server.ts';

const MIB = 1024 * 1024;
const ORIGIN = 'https://shop.example';
const PATH = '/v1beta/models/gemini-3.1-flash-image:generateContent';

let directory: string;
let upstream: FakeUpstream;
let peel: ServerProcess;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'peel-silent-'));
  upstream = await createFakeUpstream();
  peel = await startWorker({
    script: await bundleWorker('test/e2e/workers/timed.ts', directory),
    objects: true,
    bindings: {
      GOOGLE_API_KEYS: FAKE_GOOGLE_KEY,
      GOOGLE_BASE_URL: upstream.url,
      PEEL_SECRET: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      SITE_ORIGINS: ORIGIN,
      CLIENT_KEYS: `dev:${CLIENT_KEY}`,
      BURST: 'off',
      SITE_PROOF: 'none',
      VISITOR_PER_MINUTE: '99',
    },
  });
});
afterAll(async () => {
  await peel.stop();
  await upstream.close();
  rmSync(directory, { recursive: true, force: true });
});

type Headers = Record<string, string>;

async function visitor(address: string): Promise<Headers> {
  const headers = { Origin: ORIGIN, 'content-type': 'application/json', 'CF-Connecting-IP': address };
  const answer = await fetch(`${peel.url}/peel/session`, { method: 'POST', headers, body: '{}' });
  const { token } = (await answer.json()) as { token: string };
  return { ...headers, Authorization: `Bearer ${token}` };
}

/** More than the kernel keeps on the way, so that the worker has begun to read before all of it is sent. */
const MOST = 14 * MIB;

/** @returns The connection after its bytes have been sent, and its answer. */
async function sendAndFallSilent(headers: Headers): Promise<{ socket: Socket; answer: Promise<string> }> {
  const { hostname, port } = new URL(peel.url);
  const socket = connect(Number(port), hostname);
  const answer = new Promise<string>((resolve, reject) => {
    let text = '';
    socket.on('data', (data) => {
      text += data;
      if (text.includes('\r\n\r\n') && text.includes('"error"')) resolve(text);
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(text));
  });
  const lines = Object.entries({ ...headers, Host: 'peel.example', 'Content-Length': String(33_000_000) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const body = `{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"${'A'.repeat(MOST)}`;
  await new Promise<void>((resolve) => socket.write(`POST ${PATH} HTTP/1.1\r\n${head}\r\n${body}`, () => resolve()));
  return { socket, answer };
}

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
/** A picture padded to this many bytes; bytes after its end do not belong to it. */
const pictureOf = (bytes: number) =>
  Buffer.concat([Buffer.from(PNG, 'base64'), Buffer.alloc(bytes)]).toString('base64');

function ask(headers: Headers, bytes: number): Promise<Response> {
  const picture = { inlineData: { mimeType: 'image/png', data: pictureOf(bytes) } };
  const parts = [{ text: `a fox ${crypto.randomUUID()} [[size:tiny]]` }, picture];
  return fetch(`${peel.url}${PATH}`, { method: 'POST', headers, body: JSON.stringify({ contents: [{ parts }] }) });
}

it('are cut off when their time is over, round after round, and never keep another visitor’s picture out', async () => {
  const [silent, other] = [await visitor('203.0.113.1'), await visitor('203.0.113.2')];

  for (let round = 0; round < 3; round += 1) {
    const senders = [await sendAndFallSilent(silent), await sendAndFallSilent(silent)];
    const meanwhile = await ask(other, 8 * MIB);
    await fetch(`${peel.url}/__end-time`);
    const answers = await Promise.all(senders.map(({ answer }) => answer));

    expect(meanwhile.status).toBe(200);
    await meanwhile.arrayBuffer();
    for (const answer of answers) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(answer).toContain('"reason":"BODY_TIMEOUT"');
    }
    for (const { socket } of senders) socket.destroy();
  }
  // The memory is free again, so a client's largest body is accepted.
  const largest = await ask({ 'x-goog-api-key': CLIENT_KEY, 'content-type': 'application/json' }, 23 * MIB);
  expect([largest.status, await largest.text()]).toEqual([200, expect.stringContaining('candidates')]);
  expect(upstream.requests.filter(({ path }) => path.includes('generateContent'))).toHaveLength(4);
});

it('have two large bodies in hand and no third', async () => {
  const silent = await visitor('203.0.113.3');
  const senders = [await sendAndFallSilent(silent), await sendAndFallSilent(silent)];

  const third = await ask(silent, 2 * MIB);

  expect([third.status, await third.text()]).toEqual([429, expect.stringContaining('"BURST"')]);
  for (const { socket } of senders) socket.destroy();
});
