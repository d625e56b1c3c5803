/**
 * `npm run clients`: runs every client of the table in `docs/api.md` against the built worker. `--write` writes the
 * findings into that table. `npm test` runs the same without writing and fails when the table differs. `--install` only
 * installs.
 *
 * The packages have their own lock file: some are large and old, and nothing else in the repository needs them.
 */
import { join } from 'node:path';
import { installPackages, run } from './install-packages.ts';

const root = join(import.meta.dirname, '..');

/** Installs the packages of the lock file unless exactly these are installed. @throws When npm fails. */
export const installClients = (): string => installPackages(join(root, 'test/clients'));

if (import.meta.main) {
  const flags = process.argv.slice(2);
  console.log(`clients of others: ${installClients()}`);
  if (!flags.includes('--install')) {
    const bin = (name: string) => join(root, 'node_modules/.bin', name);
    run(bin('vite'), ['build', '--logLevel', 'warn']);
    run(bin('vitest'), ['run', '--project', 'clients'], flags.includes('--write') ? { WRITE_CLIENTS: '1' } : {});
  }
}
