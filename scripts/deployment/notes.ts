/** What this machine remembers of the deployment, in `.peel/`. Nothing secret is written here. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '../../worker/shared/json.ts';
import type { Proof } from './answers.ts';
import { ROOT } from './names.ts';

/** Answers of a set-up that has not reached its end, so that it goes on where it stopped. */
export interface SetupNotes {
  accountId?: string;
  origins?: readonly string[];
  dailyUsd?: number;
  monthlyUsd?: number;
  proof?: Proof;
  adultsDeclared?: boolean;
}

export interface Notes {
  readSetup(): SetupNotes;
  writeSetup(notes: SetupNotes): void;
  /** Where the deployment answers; undefined where this machine has made none. `PEEL_URL` goes before. */
  address(): string | undefined;
  rememberAddress(address: string): void;
  /** What the last deployment from here consisted of; undefined where nothing is known. */
  release(): unknown;
  rememberRelease(release: object): void;
  /** Where wrangler writes what it did, a JSON object a line. */
  wranglerOutput: string;
  forget(): void;
}

/** @param folder `PEEL_NOTES` names another one, for tests. */
export function openNotes(folder = process.env.PEEL_NOTES ?? join(ROOT, '.peel')): Notes {
  mkdirSync(folder, { recursive: true });
  const file = (name: string) => join(folder, name);
  const read = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : '');
  return {
    readSetup: () => (parseJson(read('setup.json')) as SetupNotes | undefined) ?? {},
    writeSetup: (notes) => writeFileSync(file('setup.json'), `${JSON.stringify(notes, null, 2)}\n`),
    address: () => process.env.PEEL_URL?.replace(/\/+$/, '') || read('deployment').trim() || undefined,
    rememberAddress: (address) => writeFileSync(file('deployment'), `${address}\n`),
    release: () => parseJson(read('release.json')),
    rememberRelease: (release) => writeFileSync(file('release.json'), `${JSON.stringify(release)}\n`),
    wranglerOutput: file('wrangler-output'),
    forget: () => {
      for (const name of ['setup.json', 'deployment', 'release.json', 'wrangler-output'])
        rmSync(file(name), { force: true });
    },
  };
}
