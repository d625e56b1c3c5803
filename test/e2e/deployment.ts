/**
 * A whole deployment on this machine: the built worker in wrangler's own dev server with real KV and R2 simulators,
 * in front of the fake upstream. All its output and answers are searched for upstream keys.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLIENT_KEY } from '../client-keys.ts';
import { FAKE_GOOGLE_KEYS } from '../upstream/keys.ts';

const root = join(import.meta.dirname, '../..');

export interface Deployment {
  url: string;
  /** The output of wrangler and the worker so far. */
  output(): string;
  close(): Promise<void>;
}

/** Variables of a deployment with one site and one API client, whose provider is the fake Google at `baseUrl`. */
export const inFrontOfGoogle = (baseUrl: string): Record<string, string> => ({
  GOOGLE_API_KEYS: FAKE_GOOGLE_KEYS.join(','),
  GOOGLE_BASE_URL: baseUrl,
  PEEL_SECRET: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  SITE_ORIGINS: 'https://shop.example',
  CLIENT_KEYS: `dev:${CLIENT_KEY}`,
  SITE_PROOF: 'none',
  BURST: 'off',
});

/** @param variables All variables of the worker. */
export async function startDeployment(variables: Record<string, string>): Promise<Deployment> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'peel-'));
  const envFile = join(folder, 'env');
  writeFileSync(
    envFile,
    Object.entries(variables)
      .map(([name, value]) => (value.includes('"') ? `${name}='${value}'` : `${name}="${value}"`))
      .join('\n'),
  );
  const child = spawn(
    join(root, 'node_modules/.bin/wrangler'),
    [
      'dev',
      '--ip',
      '127.0.0.1',
      '--port',
      String(port),
      '--inspector-port',
      '0',
      '--env-file',
      envFile,
      '--persist-to',
      folder,
      '--show-interactive-dev-session=false',
    ],
    {
      cwd: root,
      env: {
        ...process.env,
        CLOUDFLARE_CF_FETCH_ENABLED: 'false',
        WRANGLER_SEND_METRICS: 'false',
        WRANGLER_HIDE_BANNER: 'true',
        CI: '1',
        NO_COLOR: '1',
      },
      detached: true,
    },
  );
  let printed = '';
  child.stdout.on('data', (data) => (printed += data));
  child.stderr.on('data', (data) => (printed += data));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    // Wrangler starts workerd as its child, so the whole process group is ended.
    if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  if (await isUp(url, child)) return { url, output: () => printed, close };
  await close();
  throw new Error(`the worker did not start:\n${printed}`);
}

/** Waits until a worker answers. @returns false if its process has ended, or after a minute. */
export async function isUp(url: string, child: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 600 && child.exitCode === null; attempt += 1) {
    const up = await fetch(`${url}/peel/health`).catch(() => undefined);
    await up?.body?.cancel();
    if (up) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

export function freePort(): Promise<number> {
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
