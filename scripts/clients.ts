/**
 * `npm run clients`: runs every client of the table in `docs/api.md` against the built worker. `--write` writes the
 * findings into that table. `npm test` runs the same without writing and fails when the table differs. `--install` only
 * installs.
 *
 * The packages have their own lock file: some are large and old, and nothing else in the repository needs them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'test/clients');
const lock = join(folder, 'package-lock.json');
/** npm's list of the installed packages, in the order and with the versions of the lock file. */
const installed = join(folder, 'node_modules/.package-lock.json');

/** Installs the packages of the lock file unless exactly these are installed. @throws When npm fails. */
export function installClients(): string {
  if (isInstalled()) return 'installed';
  // No install scripts: only the published code of the packages runs here.
  run('npm', ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund']);
  return 'installed now';
}

function isInstalled(): boolean {
  if (!existsSync(installed)) return false;
  const there = new Set(namedIn(installed));
  return namedIn(lock).every((named) => there.has(named));
}

/** Versions by package path. Packages of other platforms are left out. */
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
