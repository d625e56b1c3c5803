/** `npm start` as a newcomer runs it: no key, no configuration, and a picture. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

interface Started {
  url: string;
  printed: () => string;
  stop: () => Promise<void>;
}

/** @param variables Content of the newcomer's `.dev.vars`; absent: no file. */
async function start(variables?: string): Promise<Started> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), 'peel-start-'));
  const file = join(folder, 'vars');
  if (variables !== undefined) writeFileSync(file, variables);
  const child = spawn(process.execPath, [join(ROOT, 'scripts/start.ts'), '--persist-to', folder], {
    cwd: ROOT,
    // The developer who runs this test may have a real key in `.dev.vars`.
    env: { ...process.env, PORT: String(port), DEV_VARS: relative(ROOT, file), NO_COLOR: '1' },
    detached: true,
  });
  let printed = '';
  child.stdout.on('data', (data) => (printed += data));
  child.stderr.on('data', (data) => (printed += data));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await isUp(url, child))) throw new Error(`it did not start:\n${printed}`);
  return { url, printed: () => printed, stop };
}

let started: Started | undefined;
afterEach(async () => {
  await started?.stop();
  started = undefined;
});

it('draws a picture without a key, and shows the owner where the money stands', async () => {
  started = await start();
  const { url } = started;

  const answer = await fetch(`${url}/v1beta/models/gemini-nano-banana-2.1:generateContent`, {
    method: 'POST',
    headers: { 'x-goog-api-key': 'pk_dev', 'content-type': 'application/json', 'Peel-Images': 'link' },
    body: JSON.stringify({ contents: [{ parts: [{ text: `a fox at the start, ${crypto.randomUUID()}` }] }] }),
  });

  expect(answer.status).toBe(200);
  const address = /http:[^"]+\.png/.exec(await answer.text())?.[0] ?? '';
  const picture = await fetch(address);
  expect(picture.headers.get('content-type')).toBe('image/png');
  await picture.body?.cancel();
  const [, desk, token] = /desk +(\S+) +token (\S+)/.exec(started.printed()) ?? [];
  const report = await fetch(`${desk}/api/ledger`, { headers: { Authorization: `Bearer ${token}` } });
  expect(await report.json()).toMatchObject({ site: { paused: false, dayCapMicros: 5_000_000 } });
});

it('makes a client key and an admin token that cannot be guessed where there is a key to spend', async () => {
  // As `.dev.vars.example` has it: a name without a value is not set.
  started = await start('ADMIN_TOKEN=\nGOOGLE_API_KEYS=AQ.no-real-key-at-all\n');
  const { url, printed } = started;
  const [, key = ''] = /apiKey (\S+)/.exec(printed()) ?? [];
  const models = (key: string) => fetch(`${url}/v1beta/models`, { headers: { 'x-goog-api-key': key } });

  expect(key).toMatch(/^pk_[0-9a-f]{32}$/);
  expect((await models(key)).status).toBe(200);
  expect((await models('pk_dev')).status).toBe(401);
  const [, token = ''] = /\b([0-9a-f]{32})\b/.exec(printed().replaceAll(key, '')) ?? [];
  const ledger = await fetch(`${url}/peel/admin/api/ledger`, { headers: { Authorization: `Bearer ${token}` } });
  expect(ledger.status).toBe(200);
});

/** Waits until a worker answers. @returns false if its process has ended, or after three minutes. */
async function isUp(url: string, child: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 1800 && child.exitCode === null; attempt += 1) {
    const up = await fetch(`${url}/peel/health`).catch(() => undefined);
    await up?.body?.cancel();
    if (up) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
