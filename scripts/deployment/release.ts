/** What a deployment consists of, and what changes for its storage when another one replaces it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../../worker/ledger/version.ts';
import { ROOT } from './names.ts';

export interface Release {
  version: string;
  /** Absent where the repository came without its history. */
  commit?: string;
  /** Version of the ledger's tables. */
  ledger: string;
  /** Tag of the last migration of Durable Object classes. */
  objects: string;
}

const git = (...args: string[]): string => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' }).stdout?.trim() ?? '';

export function readRelease(): Release {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const tags = [...readFileSync(join(ROOT, 'wrangler.toml'), 'utf8').matchAll(/^tag = "(.+)"$/gm)];
  const commit = git('rev-parse', '--short', 'HEAD');
  return { version, ...(commit !== '' && { commit }), ledger: VERSION, objects: tags.at(-1)?.[1] ?? '' };
}

/** @returns Subjects of the commits between two releases, newest first; none where that is not known. */
export function changesBetween(was: Release, is: Release): string[] {
  if (!was.commit || !is.commit || was.commit === is.commit) return [];
  return git('log', '--format=%s', `${was.commit}..${is.commit}`).split('\n').filter(Boolean);
}

export interface StorageChange {
  says: string;
  /** Whether `wrangler rollback` leads to a worker that can open what this one leaves. */
  canGoBack: boolean;
}

/** @param was Undefined: what runs is not known here. */
export function storageChange(was: Release | undefined, is: Release): StorageChange {
  if (!was) {
    return {
      says: 'What runs there is not known to this machine, nor whether anything does. Take it that there is no way back: export first what you need.',
      canGoBack: false,
    };
  }
  if (was.objects !== is.objects) {
    return {
      says: `Durable Objects get new classes (${was.objects} to ${is.objects}). Cloudflare rolls no worker back past that.`,
      canGoBack: false,
    };
  }
  if (was.ledger !== is.ledger) {
    return {
      says:
        `Each ledger's tables move from version ${was.ledger} to ${is.ledger} when it is next asked. The worker of before ` +
        'does not open them: after a rollback kept pictures go on and new ones are refused until this version is back.',
      canGoBack: false,
    };
  }
  return { says: 'Nothing in storage is moved. Going back is free.', canGoBack: true };
}
