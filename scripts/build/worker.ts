/**
 * Builds the worker as it is deployed: one module that a start evaluates, and beside it a module for each `import()`,
 * which an isolate loads when a request needs it. Wrangler's own bundler would write all of it into one module.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'vite';
import { experimental_readRawConfig as readRawConfig } from 'wrangler';
import { BUILT_CONFIG, BUILT_WORKER, ROOT } from '../deployment/names.ts';
import { type ModuleGraph, staticImportsOf } from './static-imports.ts';

const ENTRY = join(ROOT, 'worker/index.ts');
const RUN = join(ROOT, 'worker/objects/generation.ts');
const LEDGER = join(ROOT, 'worker/objects/ledger.ts');

/**
 * The file of a module that a start does not need: a run's is one file, and what it shares with a ledger is another.
 * Files name what they share in each of them, so many small files are larger than few.
 */
function fileOf(id: string, graph: ModuleGraph): string | null {
  if (id !== RUN && !staticImportsOf(RUN, graph).has(id)) return null;
  return staticImportsOf(LEDGER, graph).has(id) ? 'objects' : 'run';
}

/** `wrangler.toml` for modules that are bundled already. */
function writeConfig(): void {
  const { minify: _, keep_names: __, ...config } = readRawConfig({ config: join(ROOT, 'wrangler.toml') }).rawConfig;
  const directory = relative(BUILT_WORKER, join(ROOT, config.assets?.directory ?? ''));
  const built = {
    ...config,
    ...{ main: 'index.js', no_bundle: true, find_additional_modules: true },
    rules: [{ type: 'ESModule', globs: ['*.js'] }],
    assets: { ...config.assets, directory },
  };
  writeFileSync(BUILT_CONFIG, `${JSON.stringify(built, null, 2)}\n`);
}

export async function buildWorker(): Promise<void> {
  rmSync(BUILT_WORKER, { recursive: true, force: true });
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, target: 'webworker' },
    resolve: { conditions: ['workerd', 'worker', 'browser'] },
    build: {
      ssr: ENTRY,
      outDir: BUILT_WORKER,
      target: 'es2024',
      minify: true,
      sourcemap: true,
      rolldownOptions: {
        external: [/^cloudflare:/, /^node:/],
        preserveEntrySignatures: 'strict',
        output: {
          entryFileNames: 'index.js',
          chunkFileNames: '[name]-[hash:6].js',
          // Shared by several late modules or not: what a start needs is one module, which compresses best.
          codeSplitting: {
            // The entry's exports are the worker's entry points, so it must export nothing for other modules.
            groups: [
              {
                name: (id, graph) => (staticImportsOf(ENTRY, graph).has(id) ? 'start' : null),
                ...{ debugName: 'start', priority: 1 },
              },
              { name: fileOf, debugName: 'run' },
            ],
          },
        },
      },
    },
  });
  writeConfig();
}

if (import.meta.main) await buildWorker();
