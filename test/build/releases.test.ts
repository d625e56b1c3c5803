import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchReleases, keepRelease, keepReleases, parseReleases, readReleases } from '../../scripts/build/releases.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peel-releases-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const filesIn = (path: string) => readdirSync(path).sort();

/** Writes a build's files, and makes them a release. */
function release(...files: string[]): void {
  for (const file of files) writeFileSync(join(folder, file), file);
  keepRelease(folder, files);
}

describe('the chunks of', () => {
  it('the last three releases are kept, and no others', () => {
    release('studio-1.js', 'save-1.js');
    release('studio-2.js', 'save-1.js');
    release('studio-3.js', 'save-3.js');
    release('studio-4.js', 'save-3.js');

    expect(filesIn(folder)).toEqual(
      ['releases.json', 'save-1.js', 'save-3.js', 'studio-2.js', 'studio-3.js', 'studio-4.js'].sort(),
    );
    expect(readReleases(folder).releases).toEqual([
      ['save-3.js', 'studio-4.js'],
      ['save-3.js', 'studio-3.js'],
      ['save-1.js', 'studio-2.js'],
    ]);
  });

  it('a release that is built again do not push out another', () => {
    release('studio-1.js');
    release('studio-2.js');
    for (let again = 0; again < 4; again += 1) release('studio-3.js');

    expect(readReleases(folder).releases).toEqual([['studio-3.js'], ['studio-2.js'], ['studio-1.js']]);
  });

  it('an older release that comes back are its own again', () => {
    release('studio-1.js');
    release('studio-2.js');
    release('studio-1.js');

    expect(readReleases(folder).releases).toEqual([['studio-1.js'], ['studio-2.js']]);
  });

  it('a folder without a list are not kept: nothing says which release they are of', () => {
    writeFileSync(join(folder, 'studio-0.js'), '');
    writeFileSync(join(folder, 'releases.json'), '{"releases": [');

    release('studio-1.js');

    expect(filesIn(folder)).toEqual(['releases.json', 'studio-1.js']);
  });
});

it.each([
  ['[]', []],
  ['null', []],
  ['{"releases":[["a.js"],["../../.dev.vars"],"b.js",[7],["c.js","d.css"]]}', [['a.js'], ['c.js', 'd.css']]],
  ['{"releases":[["1.js"],["2.js"],["3.js"],["4.js"]]}', [['1.js'], ['2.js'], ['3.js']]],
])('a list is read with care: %s', (text, releases) => {
  expect(parseReleases(text)).toEqual({ releases });
});

it('a real build keeps what an open page of the last release loads', async () => {
  const out = join(folder, 'out');
  mkdirSync(join(folder, 'public'));
  writeFileSync(join(folder, 'public/icon.svg'), '<svg/>');
  mkdirSync(out);
  writeFileSync(join(out, 'old-page.html'), '');

  for (const text of ['one', 'two', 'three', 'four']) {
    writeFileSync(join(folder, 'entry.js'), `export const open = () => import('./lazy.js');`);
    writeFileSync(join(folder, 'lazy.js'), `export const text = '${text}';`);
    await build({
      ...{ root: folder, configFile: false, logLevel: 'warn' },
      plugins: [keepReleases('w')],
      build: {
        ...{ outDir: out, modulePreload: false },
        rolldownOptions: {
          input: join(folder, 'entry.js'),
          preserveEntrySignatures: 'strict',
          output: { entryFileNames: 'widget.js', chunkFileNames: 'w/[name]-[hash].js' },
        },
      },
    });
  }

  const chunks = filesIn(join(out, 'w')).filter((name) => name.endsWith('.js'));
  const texts = chunks.map((name) => /one|two|three|four/.exec(readFileSync(join(out, 'w', name), 'utf8'))?.[0]);
  expect(texts.sort()).toEqual(['four', 'three', 'two']);
  expect(filesIn(out)).toEqual(['icon.svg', 'w', 'widget.js']);
});

describe('a machine that has made none of them', () => {
  const FILES: Record<string, string> = {
    '/w/releases.json': '{"releases":[["studio-2.js","save-1.js"],["studio-1.js","save-1.js"]]}',
    '/w/studio-1.js': 'one',
    '/w/studio-2.js': 'two',
    '/w/save-1.js': 'save',
  };

  async function serve(files: Record<string, string>, use: (origin: string) => Promise<void>): Promise<void> {
    const server = createServer(({ url = '' }, response) => {
      response.statusCode = files[url] === undefined ? 404 : 200;
      response.end(files[url]);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it('gets them from the deployment, in place of builds of its own', async () => {
    release('studio-tried.js');

    await serve(FILES, async (origin) => {
      expect(await fetchReleases(origin, folder)).toBe(2);
    });
    release('studio-3.js');

    expect(readReleases(folder).releases).toEqual([
      ['studio-3.js'],
      ['studio-2.js', 'save-1.js'],
      ['studio-1.js', 'save-1.js'],
    ]);
    expect(readFileSync(join(folder, 'studio-1.js'), 'utf8')).toBe('one');
    expect(filesIn(folder)).not.toContain('studio-tried.js');
  });

  it('makes the folder where it is not there', async () => {
    const fresh = join(folder, 'dist/client/w');

    await serve(FILES, async (origin) => {
      expect(await fetchReleases(origin, fresh)).toBe(2);
    });

    expect(filesIn(fresh)).toEqual(['releases.json', 'save-1.js', 'studio-1.js', 'studio-2.js']);
  });

  it('keeps its own list before a first deployment, and where a chunk does not come', async () => {
    release('studio-1.js');

    await serve({}, async (origin) => {
      expect(await fetchReleases(origin, folder)).toBe(0);
    });
    await serve({ '/w/releases.json': '{"releases":[["studio-9.js"]]}' }, async (origin) => {
      await expect(fetchReleases(origin, folder)).rejects.toThrow('studio-9.js answered 404');
    });

    expect(readReleases(folder).releases).toEqual([['studio-1.js']]);
  });
});
