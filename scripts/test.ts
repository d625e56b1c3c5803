/**
 * `npm test`: runs every check of the repository. Static checks run in parallel; the tests follow. `npm test -- ROOM`
 * runs the tests of one room, such as `ledger` or `routes/generate`.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './chromium.ts';
import { installClients } from './clients.ts';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);

type Check = readonly [title: string, command: string, ...args: string[]];

const types = (title: string, project: string): Check => [`types: ${title}`, bin('tsc'), '-p', project];

const BUILD: Check = ['build', bin('vite'), 'build', '--logLevel', 'warn'];

const SIZES = 'dry run of a deployment, sizes';

/** The slowest first. The checks do not depend on each other. */
const CHECKS: readonly Check[] = [
  types('worker tests', 'test'),
  ['lint, format, borders between rooms', bin('biome'), 'check', '--error-on-warnings'],
  types('scripts, end-to-end, benchmarks', 'scripts'),
  types('clients of others', 'test/clients'),
  types('worker', 'worker'),
  types('widget', 'widget'),
  types('widget tests', 'test/widget'),
  types('workers of the benchmark', 'test/bench/workers'),
  ['types: bindings, as wrangler.toml has them', bin('wrangler'), 'types', '--check', ...bindings()],
  ['unused files, exports, packages', bin('knip'), '--no-progress'],
  [SIZES, process.execPath, join(root, 'scripts/sizes.ts')],
];

/** Reads the head of worker-configuration.d.ts. Leaves out `.dev.vars`, which belongs to one machine. */
function bindings(): string[] {
  return ['--include-runtime=false', '--env-interface', 'Bindings', '--env-file', devNull];
}

const ENV = {
  ...process.env,
  // The tools and each test file start a process of their own, which reads the same modules.
  NODE_COMPILE_CACHE: join(tmpdir(), 'peel-compile-cache'),
  CI: '1',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_WRITE_LOGS: 'false',
};

/** Prints one line for a check that passes and all output of one that fails. {@link SIZES} always shows its figures. */
async function pass([title, command, ...args]: Check, stdio: 'pipe' | 'inherit' = 'pipe'): Promise<boolean> {
  const startedAt = performance.now();
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', stdio, stdio], env: ENV });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (said += data));
  const isGood = await new Promise<boolean>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status === 0));
  });
  if (!isGood) console.error(`${said}\n✗ ${title}`);
  else console.log(`✓ ${title} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  if (isGood && title === SIZES) process.stdout.write(said);
  return isGood;
}

/** Runs one check per core at a time. A failure does not stop the others, so that one run shows all failures. */
async function passAll(checks: readonly Check[]): Promise<boolean> {
  const waiting = [...checks];
  let isGood = true;
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) isGood = (await pass(check)) && isGood;
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
  return isGood;
}

/** A room is a folder under `test/`, or a file of it. A path of `worker/` stands for its mirror, and a file for its test. */
function filterOf(room: string): string {
  const mirrored = room.replace(/^(test|worker)\//, '').replace(/\/$/, '');
  const path = mirrored.replace(/(?<!\.test)\.ts$/, '.test.ts');
  if (existsSync(join(root, 'test', path))) return `test/${path}${path.endsWith('.ts') ? '' : '/'}`;
  console.error(
    `test/${path} is not there: a room is a folder under test/ or worker/, or a file of it, such as ledger or worker/config/config.ts.`,
  );
  process.exit(2);
}

const filters = process.argv.slice(2).map(filterOf);

// Finds (or installs) the browser first, so that a missing one is reported at once.
console.log(`browser: ${findChromium()}`);
if (filters.length === 0 || filters.some((filter) => filter.startsWith('test/clients')))
  console.log(`clients of others: ${installClients()}`);

const isGood =
  (await pass(BUILD)) &&
  (filters.length > 0 || (await passAll(CHECKS))) &&
  (await pass(['tests', bin('vitest'), 'run', ...filters], 'inherit'));
process.exit(isGood ? 0 : 1);
