/**
 * `npm run deploy`: builds the widget, deploys the worker (wrangler creates the KV namespace and the R2 bucket on the
 * first run), and adds the R2 lifecycle rules that delete expired pictures.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { RETENTION_DAYS } from '../worker/auth/site.ts';

/** Wrangler builds the name from worker and binding. */
const BUCKET = 'peel-bucket';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);

function run(name: string, args: readonly string[]): boolean {
  const { status, error } = spawnSync(bin(name), args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  return status === 0;
}

if (!run('vite', ['build', '--logLevel', 'warn']) || !run('wrangler', ['deploy'])) process.exit(1);

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
