/**
 * `npm run deploy`: builds the widget, deploys the worker (wrangler creates the KV namespace and the R2 bucket on the
 * first run), and adds the R2 lifecycle rules that delete expired pictures.
 *
 * Pages that are open while a deployment is replaced still load chunks of its release. A machine that has not made them
 * gets them from the deployment first, so it must know where that is: `PEEL_URL` says so, and a deployment from this
 * machine remembers it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RETENTION_DAYS } from '../worker/sites/site.ts';
import { fetchReleases } from './build/releases.ts';
import { addressIn } from './wrangler-output.ts';

/** Wrangler builds the name from worker and binding. */
const BUCKET = 'peel-bucket';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);
const notes = join(root, '.peel');
const remembered = join(notes, 'deployment');
/** Wrangler writes what it has done here, a JSON object a line. */
const output = join(notes, 'wrangler-output');

function run(name: string, args: readonly string[]): boolean {
  const env = { ...process.env, WRANGLER_OUTPUT_FILE_PATH: output };
  const { status, error } = spawnSync(bin(name), args, { cwd: root, stdio: 'inherit', env });
  if (error) throw error;
  return status === 0;
}

async function bringReleases(): Promise<void> {
  const address = process.env.PEEL_URL ?? (existsSync(remembered) ? readFileSync(remembered, 'utf8').trim() : '');
  if (address === '') {
    console.warn(
      'The deployment that this one replaces is not known here. If there is one, pages that are open now may',
    );
    console.warn('have to be reloaded; PEEL_URL=https://… npm run deploy avoids that.');
    return;
  }
  try {
    console.log(`releases of ${address} that are kept: ${await fetchReleases(address, join(root, 'dist/client/w'))}`);
  } catch (error) {
    console.warn(`The releases of ${address} could not be read, so pages that are open now may have to be reloaded:`);
    console.warn(String(error));
  }
}

mkdirSync(notes, { recursive: true });
rmSync(output, { force: true });
await bringReleases();
if (!run('vite', ['build', '--logLevel', 'warn']) || !run('wrangler', ['deploy'])) process.exit(1);
const deployed = existsSync(output) ? addressIn(readFileSync(output, 'utf8')) : undefined;
if (deployed) writeFileSync(remembered, `${deployed}\n`);

/** Days by prefix. Uploads and inline inputs live for 48 hours, pictures as long as their retention class. */
const LIFE_DAYS = { files: 2, ...RETENTION_DAYS };

for (const [prefix, days] of Object.entries(LIFE_DAYS)) {
  const args = ['r2', 'bucket', 'lifecycle', 'add', BUCKET, `peel-${prefix}`, `${prefix}/`];
  args.push('--expire-days', String(days), '--force');
  if (!run('wrangler', args)) {
    // The worker treats an expired object as absent even without the rule; the rule only frees the space.
    console.warn(
      `The rule for ${prefix}/ was not added. Where it does not exist yet, run: npx wrangler ${args.join(' ')}`,
    );
  }
}
