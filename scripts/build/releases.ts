/**
 * Keeps the chunks of the last releases. A page that was opened before a deployment still loads chunks of its release:
 * their names have a hash, and `/widget.js` of that release knows no others.
 *
 * `releases.json` beside the chunks lists the files of each release, newest first. A release is a build whose set of
 * files differs from the one before.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

export interface Releases {
  releases: string[][];
}

const RELEASES_FILE = 'releases.json';
const KEPT = 3;
/** A file name of a chunk: no path leads out of the folder. */
const CHUNK = /^[\w-][\w.-]*\.(?:js|css)$/;

/** @returns No releases where the list is missing or cannot be read: the next build begins a new one. */
export function parseReleases(text: string): Releases {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const releases = typeof value === 'object' && value !== null && 'releases' in value ? value.releases : [];
  const isRelease = (files: unknown): files is string[] =>
    Array.isArray(files) && files.every((file) => typeof file === 'string' && CHUNK.test(file));
  return { releases: Array.isArray(releases) ? releases.filter(isRelease).slice(0, KEPT) : [] };
}

export const readReleases = (folder: string): Releases =>
  existsSync(join(folder, RELEASES_FILE))
    ? parseReleases(readFileSync(join(folder, RELEASES_FILE), 'utf8'))
    : { releases: [] };

function writeReleases(folder: string, { releases }: Releases): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, RELEASES_FILE), `${JSON.stringify({ releases }, null, 1)}\n`);
}

/**
 * Makes `files` the newest release of the folder, and removes every file that none of the last three names. Building the
 * same again changes nothing.
 */
export function keepRelease(folder: string, files: readonly string[]): void {
  const newest = files.toSorted();
  const others = readReleases(folder).releases.filter((release) => release.toSorted().join() !== newest.join());
  const releases = [newest, ...others].slice(0, KEPT);
  const kept = new Set([...releases.flat(), RELEASES_FILE]);
  for (const file of readdirSync(folder)) if (!kept.has(file)) rmSync(join(folder, file), { recursive: true });
  writeReleases(folder, { releases });
}

/**
 * Brings the releases of a running deployment into the folder, for a build on a machine that has not made them. They
 * replace the folder's own list, which may hold builds that no page has ever loaded.
 *
 * @param deployment Its origin.
 * @returns The number of its releases; 0 where it has no list, as before its first deployment.
 * @throws If it does not answer.
 */
export async function fetchReleases(deployment: string, folder: string): Promise<number> {
  const list = await fetch(new URL(`/w/${RELEASES_FILE}`, deployment), { cache: 'no-store' });
  if (!list.ok) return 0;
  const { releases } = parseReleases(await list.text());
  if (releases.length === 0) return 0;
  mkdirSync(folder, { recursive: true });
  const missing = new Set(releases.flat().filter((file) => !existsSync(join(folder, file))));
  for (const file of missing) {
    const answer = await fetch(new URL(`/w/${file}`, deployment));
    if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}`);
    writeFileSync(join(folder, file), new Uint8Array(await answer.arrayBuffer()));
  }
  writeReleases(folder, { releases });
  return releases.length;
}

/**
 * In place of Vite's `emptyOutDir`, which would remove the chunks of earlier releases. A build that fails removes
 * nothing.
 *
 * @param chunks The folder of chunks in the output.
 */
export const keepReleases = (chunks: string): Plugin => {
  let outDir: string;
  let publicDir: string;
  return {
    name: 'keep-releases',
    apply: 'build',
    config: () => ({ build: { emptyOutDir: false } }),
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
      publicDir = config.publicDir;
    },
    writeBundle(_, bundle) {
      const names = Object.keys(bundle);
      const current = new Set([...names.map((name) => name.split('/', 1)[0]), ...readdirSync(publicDir), chunks]);
      for (const name of readdirSync(outDir)) {
        if (!current.has(name)) rmSync(join(outDir, name), { recursive: true });
      }
      const files = names.filter((name) => name.startsWith(`${chunks}/`)).map((name) => name.slice(chunks.length + 1));
      keepRelease(join(outDir, chunks), files);
    },
  };
};
