/** Installs the third-party software that Peel is compared with, from its own lock file. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const DIRECTORY = new URL('peers/', import.meta.url).pathname;
const PORTKEY = join(DIRECTORY, 'node_modules/@portkey-ai/gateway/build/start-server.js');

/** @returns Path of Portkey's server. @throws When it cannot be installed: there is no table without its peer. */
export async function installPortkey(): Promise<string> {
  // No install scripts: only the published build runs here.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  if (!existsSync(PORTKEY)) await promisify(execFile)('npm', args, { cwd: DIRECTORY });
  if (!existsSync(PORTKEY)) throw new Error(`${PORTKEY} is missing after npm ci.`);
  return PORTKEY;
}
