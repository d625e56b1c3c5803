/** Bundles a worker as a deploy does, with `wrangler deploy --dry-run`. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The entry of wrangler.toml. */
const DEPLOYED = 'worker/index.ts';

export const ROOT = new URL('../../', import.meta.url).pathname;

/**
 * @param entry Relative to the repository, such as `worker/index.ts`.
 * @param minify As a deployment is. Without it the proofs find constants by their names.
 * @returns Path of the bundle, one ES module.
 */
export async function bundleWorker(entry: string, directory: string, minify = false): Promise<string> {
  const { name } = parse(entry);
  const outdir = join(directory, entry.replaceAll('/', '_'));
  // The widget's assets are not measured; wrangler only needs the folder to exist.
  const assets = join(directory, 'no-assets');
  mkdirSync(assets, { recursive: true });
  const wrangler = join(ROOT, 'node_modules/.bin/wrangler');
  const args = ['deploy', entry, '--dry-run', `--minify=${minify}`, '--outdir', outdir, '--assets', assets];
  // The benchmark's own workers do not export the objects of wrangler.toml, so they have their own configuration.
  if (entry !== DEPLOYED) args.push('--config', join(ROOT, 'test/bench/workers/wrangler.toml'));
  const env = {
    ...process.env,
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    WRANGLER_WRITE_LOGS: 'false',
  };
  await run(process.execPath, [wrangler, ...args], { cwd: ROOT, env });
  return join(outdir, `${name}.js`);
}
