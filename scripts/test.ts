/** `npm test`: every check there is, in the order of how fast it answers. Stops at the first that fails. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findChromium } from './chromium.ts';
import { installClients } from './clients.ts';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);

const checks: readonly [title: string, command: string, args: readonly string[]][] = [
  ['types: worker', bin('tsc'), ['-p', 'worker']],
  ['types: widget', bin('tsc'), ['-p', 'widget']],
  ['types: worker tests', bin('tsc'), ['-p', 'test']],
  ['types: widget tests', bin('tsc'), ['-p', 'test/widget']],
  ['types: scripts, end-to-end, benchmarks', bin('tsc'), ['-p', 'scripts']],
  ['types: workers of the benchmark', bin('tsc'), ['-p', 'test/bench/workers']],
  ['types: clients of others', bin('tsc'), ['-p', 'test/clients']],
  ['lint and format', bin('biome'), ['check', '--error-on-warnings']],
  ['build', bin('vite'), ['build', '--logLevel', 'warn']],
  ['tests', bin('vitest'), ['run']],
];

// Found (or installed) before anything runs, so that a missing browser is the first thing said and not the last.
console.log(`browser: ${findChromium()}`);
console.log(`clients of others: ${installClients()}`);

for (const [title, command, args] of checks) {
  const startedAt = performance.now();
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, CI: '1' } });
  if (error) throw error;
  if (status !== 0) {
    console.error(`\n✗ ${title}`);
    process.exit(status ?? 1);
  }
  console.log(`✓ ${title} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
}
