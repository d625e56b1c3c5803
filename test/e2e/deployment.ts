/**
 * A whole deployment on this machine: the built worker behind its built assets in workerd, with real KV and R2
 * simulators, in front of the fake upstream. All its output and answers are searched for upstream keys.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT_WORKER, ROOT } from '../../scripts/deployment/names.ts';
import { createMiniflare } from '../bench/server-process.ts';
import { CLIENT_KEY } from '../client-keys.ts';
import { FAKE_GOOGLE_KEYS } from '../upstream/keys.ts';

/** What `scripts/build/worker.ts` and `vite build` have made. */
const ENTRY = 'index.js';
const CLIENT = join(ROOT, 'dist/client');

export interface Deployment {
  url: string;
  /** The log lines of the worker so far. */
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
  const storage = mkdtempSync(join(tmpdir(), 'peel-'));
  let printed = '';
  const miniflare = createMiniflare({
    script: join(BUILT_WORKER, ENTRY),
    modules: readdirSync(BUILT_WORKER)
      .filter((name) => name.endsWith('.js') && name !== ENTRY)
      .map((name) => join(BUILT_WORKER, name)),
    bindings: variables,
    storage,
    objects: true,
    assets: CLIENT,
    onLog: (line) => (printed += `${line}\n`),
  });
  const close = async () => {
    await miniflare.dispose();
    rmSync(storage, { recursive: true, force: true });
  };
  try {
    const { origin } = await miniflare.ready;
    return { url: origin, output: () => printed, close };
  } catch (error) {
    await close();
    throw error;
  }
}
