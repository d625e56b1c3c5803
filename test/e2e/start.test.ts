/** `npm start` as a newcomer runs it: no key, no configuration, and a picture. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort, isUp } from './deployment.ts';

const ROOT = join(import.meta.dirname, '../..');

let url: string;
let printed = '';
let stop: () => Promise<void>;

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), 'peel-start-'));
  const child = spawn(process.execPath, [join(ROOT, 'scripts/start.ts'), '--persist-to', folder], {
    cwd: ROOT,
    // Whoever runs this may have a real key in his own file.
    env: { ...process.env, PORT: String(port), DEV_VARS: 'no-such-file', NO_COLOR: '1' },
    detached: true,
  });
  child.stdout.on('data', (data) => (printed += data));
  child.stderr.on('data', (data) => (printed += data));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  stop = async () => {
    if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await isUp(url, child))) throw new Error(`it did not start:\n${printed}`);
});
afterAll(() => stop());

it('draws a picture without a key', async () => {
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
});

it('shows the owner how to see where the money stands', async () => {
  const [, token, address] = /Bearer (\S+)' (\S+)/.exec(printed) ?? [];

  const answer = await fetch(address as string, { headers: { Authorization: `Bearer ${token}` } });

  expect(await answer.json()).toMatchObject({ site: { paused: false, dayCapMicros: 5_000_000 } });
});
