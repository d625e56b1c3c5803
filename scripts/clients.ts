/**
 * `npm run clients`: every client of the table in `docs/api.md` against the built worker. `--write` puts there what it
 * finds; `npm test` does the same without writing, and fails where the table is another. `--install` only installs.
 *
 * The packages have a lock of their own, since some are large and old, and nothing else here needs them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'test/clients');
const lock = join(folder, 'package-lock.json');
/** npm's own note of what is installed, in the order and with the versions of the lock. */
const installed = join(folder, 'node_modules/.package-lock.json');

/** Installs what the lock names, where anything else is there or nothing. @throws Where npm fails. */
export function installClients(): string {
  if (isInstalled()) return 'installed';
  // No install scripts: what runs here is the published packages and nothing else.
  run('npm', ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund']);
  return 'installed now';
}

function isInstalled(): boolean {
  if (!existsSync(installed)) return false;
  const there = new Set(namedIn(installed));
  return namedIn(lock).every((named) => there.has(named));
}

/** Those of other platforms are left out. */
function namedIn(file: string): string[] {
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockedPackage> };
  const all = Object.entries(packages).filter(([path, { optional }]) => path !== '' && !optional);
  return all.map(([path, { version }]) => `${path} ${version}`);
}

interface LockedPackage {
  version?: string;
  optional?: boolean;
}

function run(command: string, args: readonly string[], env: Record<string, string> = {}): void {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

if (import.meta.main) {
  const flags = process.argv.slice(2);
  console.log(`clients of others: ${installClients()}`);
  if (!flags.includes('--install')) {
    const bin = (name: string) => join(root, 'node_modules/.bin', name);
    run(bin('vite'), ['build', '--logLevel', 'warn']);
    run(bin('vitest'), ['run', '--project', 'clients'], flags.includes('--write') ? { WRITE_CLIENTS: '1' } : {});
  }
}
