/** Bundles a worker as one ES module, as `wrangler deploy` alone does it. */
import { join, parse } from 'node:path';
import { build } from 'esbuild';

export const ROOT = new URL('../../', import.meta.url).pathname;

/**
 * @param entry Relative to the repository, such as `worker/index.ts`.
 * @param minify As a deployment is. Without it the proofs find constants by their names.
 * @returns Path of the bundle, one ES module.
 */
export async function bundleWorker(entry: string, directory: string, minify = false): Promise<string> {
  const { name } = parse(entry);
  const outfile = join(directory, entry.replaceAll('/', '_'), `${name}.js`);
  await build({
    entryPoints: [join(ROOT, entry)],
    outfile,
    bundle: true,
    minify,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    sourcemap: true,
    logLevel: 'warning',
  });
  return outfile;
}
