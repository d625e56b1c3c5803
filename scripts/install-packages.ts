/** Packages of others with a lock file of their own: nothing else in the repository needs them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Installs the packages of the folder's lock file unless exactly these are installed. @throws When npm fails. */
export function installPackages(folder: string): string {
  if (isInstalled(folder)) return 'installed';
  // No install scripts: only the published code of the packages runs.
  run('npm', ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund']);
  return 'installed now';
}

function isInstalled(folder: string): boolean {
  // npm's list of the installed packages, in the order and with the versions of the lock file.
  const installed = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const there = new Set(namedIn(installed));
  return namedIn(join(folder, 'package-lock.json')).every((named) => there.has(named));
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

/** Runs a command in the root of the repository, with its output. @throws When it fails. */
export function run(command: string, args: readonly string[], env: Record<string, string> = {}): void {
  const cwd = join(import.meta.dirname, '..');
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}
