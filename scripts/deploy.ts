/**
 * `npm run deploy`: builds the widget, deploys the worker (wrangler creates the KV namespace and the R2 bucket on the
 * first run), and adds the R2 lifecycle rules that delete expired pictures.
 *
 * Pages that are open while a deployment is replaced still load chunks of its release. A machine that has not made them
 * gets them from the deployment first, so it must know where that is: `PEEL_URL` says so, and a deployment from this
 * machine remembers it.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RETENTION_DAYS } from '../worker/sites/site.ts';
import { fetchReleases } from './build/releases.ts';
import { runCommand } from './deployment/command.ts';
import { BUCKET, BUILT_CONFIG, ROOT } from './deployment/names.ts';
import { openNotes } from './deployment/notes.ts';
import { readRelease } from './deployment/release.ts';
import { addressIn } from './deployment/wrangler-output.ts';

const notes = openNotes();

/** Shows what the command says while it runs. @returns Whether it succeeded. */
async function run(command: string, args: readonly string[]): Promise<boolean> {
  const env = { WRANGLER_OUTPUT_FILE_PATH: notes.wranglerOutput };
  return (await runCommand(command, args, { interactive: true, env })).ok;
}

async function fetchKeptReleases(): Promise<void> {
  const address = notes.address();
  if (address === undefined) {
    console.warn(
      'The deployment that this one replaces is not known here. If there is one, pages that are open now may',
    );
    console.warn('have to be reloaded; PEEL_URL=https://… npm run deploy avoids that.');
    return;
  }
  try {
    console.log(`releases of ${address} that are kept: ${await fetchReleases(address, join(ROOT, 'dist/client/w'))}`);
  } catch (error) {
    console.warn(`The releases of ${address} could not be read, so pages that are open now may have to be reloaded:`);
    console.warn(String(error));
  }
}

rmSync(notes.wranglerOutput, { force: true });
await fetchKeptReleases();
const isDeployed =
  (await run('npm', ['run', '--silent', 'build'])) && (await run('wrangler', ['deploy', '--config', BUILT_CONFIG]));
if (!isDeployed) process.exit(1);
const deployed = existsSync(notes.wranglerOutput) ? addressIn(readFileSync(notes.wranglerOutput, 'utf8')) : undefined;
if (deployed) notes.rememberAddress(deployed);
notes.rememberRelease(readRelease());

/** Days by prefix. Uploads and inline inputs live for 48 hours, pictures as long as their retention class. */
const LIFE_DAYS = { files: 2, ...RETENTION_DAYS };

for (const [prefix, days] of Object.entries(LIFE_DAYS)) {
  const args = ['r2', 'bucket', 'lifecycle', 'add', BUCKET, `peel-${prefix}`, `${prefix}/`];
  args.push('--expire-days', String(days), '--force');
  if (!(await run('wrangler', args))) {
    // The worker treats an expired object as absent even without the rule; the rule only frees the space.
    console.warn(
      `The rule for ${prefix}/ was not added. Where it does not exist yet, run: npx wrangler ${args.join(' ')}`,
    );
  }
}
