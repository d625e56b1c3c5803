/**
 * The examples that a tool, a shop or a server runs: built by the tool itself, opened in a browser or started as a
 * program, and used until there is a picture. The others are run by the tests of the widget.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPackages } from '../../scripts/install-packages.ts';
import { CLIENT_KEY } from '../client-keys.ts';
import { type BuiltFiles, buildAstro, buildNext, readSection } from './examples/builds.ts';
import { type Stage, startStage } from './studio-stage.ts';

/** `next build` uses all cores, and so may the tests beside it. */
const BUILD_MS = 180_000;

const run = promisify(execFile);
const folder = join(import.meta.dirname, 'examples');
const examples = join(import.meta.dirname, '../../examples');

let stage: Stage;

beforeAll(async () => {
  installPackages(folder);
  stage = await startStage({ CLIENT_KEYS: `dev:${CLIENT_KEY}` });
  // The first time on a machine half a gigabyte of packages comes over the network.
}, 300_000);
afterAll(async () => {
  await stage?.close();
  rmSync(join(folder, '.made'), { recursive: true, force: true });
});

it('is listed with a line of its own, every one', () => {
  const list = readFileSync(join(examples, 'README.md'), 'utf8');
  const missing = readdirSync(examples).filter((file) => file !== 'README.md' && !list.includes(`](${file})`));

  expect(missing).toEqual([]);
});

describe('a framework’s build', () => {
  it.each<[string, string, (page: string) => Promise<BuiltFiles>]>([
    ['Next.js', 'next.jsx', buildNext],
    ['Astro', 'astro.astro', buildAstro],
  ])('is a page that draws: %s', { timeout: BUILD_MS }, async (name, file, build) => {
    const built = await build(stage.example(file));
    for (const [path, text] of built) stage.scripts.set(path, text);
    // What a visitor without scripts and a search engine get.
    const html = built.get('/index.html') ?? '';
    expect(html).toContain('>A fox asleep in a teacup</button>');
    expect(html.match(/\/widget\.js"/g)?.length).toBeGreaterThan(0);

    await using visit = await stage.open('');
    const { page, studio, complaints } = visit;
    await page.goto(`${stage.origin}/index.html`);
    await studio.prompt.waitFor();
    await studio.button('A fox asleep in a teacup').click();
    await expect.poll(() => studio.prompt.inputValue(), { timeout: 15_000 }).toBe('A fox asleep in a teacup');
    const picture = await studio.make(`a poster of ${name}`);
    await studio.button('Print this one').click();
    await page.getByText('We print this one.').waitFor();

    expect(await page.locator('p > img').getAttribute('src')).toBe(picture);
    expect(await page.locator('script[src$="/widget.js"]').count()).toBe(1);
    expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
  });
});

describe('the section for Shopify', () => {
  const section = () => readSection(stage.example('shopify.liquid'));

  it('draws as its preset has it', async () => {
    await using visit = await stage.open(await section().render());
    const { studio, complaints } = visit;
    await studio.prompt.waitFor();
    await studio.button('A lighthouse at dusk').click();
    await expect.poll(() => studio.prompt.inputValue(), { timeout: 15_000 }).toBe('A lighthouse at dusk');

    await studio.make('a poster of a shop');

    expect(complaints).toEqual([]);
  });

  it('shows what the merchant set, and as words only', async () => {
    const words = '"><img src=x onerror=alert(1)> {{ shop }} & co';
    await using visit = await stage.open(
      await section().render({ label: words, heading: words, shape: '1:1', accent: '#8a3b12' }, [words, 'b']),
    );
    const { page, studio } = visit;
    await studio.button('b').waitFor();

    expect(await studio.host.locator('[slot=ideas]').allInnerTexts()).toEqual([words, 'b']);
    expect(await studio.host.getAttribute('label')).toBe(words);
    expect(await studio.host.getAttribute('aspect-ratio')).toBe('1:1');
    expect(await page.locator('h2').innerText()).toBe(words);
    expect(await page.locator('h2 img, peel-studio > img').count()).toBe(0);
  });

  it('has a schema whose settings the section reads, and no others', () => {
    const text = readFileSync(join(examples, 'shopify.liquid'), 'utf8');
    const { schema } = section();
    const read = [...text.matchAll(/section\.settings\.(\w+)/g)].map(([, id]) => id);

    expect(new Set(read)).toEqual(new Set(schema.settings.map(({ id }) => id)));
    expect(schema.presets[0]?.blocks.map(({ type }) => type)).toEqual(schema.blocks.map(({ type }) => type));
    // Shopify refuses longer names of sections.
    expect(schema.name.length).toBeLessThanOrEqual(25);
  });
});

describe('the blocks for WordPress', () => {
  const blocks = () => stage.example('wordpress.html');

  it('are blocks that the editor takes: each is opened and closed', () => {
    const marks = [...blocks().matchAll(/<!-- (\/?)wp:([\w/-]+) -->/g)].map(([, end, name]) => `${end}${name}`);

    expect(marks).toEqual(['heading', '/heading', 'paragraph', '/paragraph', 'html', '/html']);
    // Square brackets would be shortcodes, and a blank line within the code would become a paragraph.
    expect(blocks()).not.toMatch(/[[\]]/);
    expect(/<!-- wp:html -->\n([\s\S]*)\n<!-- \/wp:html -->/.exec(blocks())?.[1]).not.toMatch(/\n\s*\n/);
  });

  it('draw for an administrator, whose code is kept', async () => {
    await using visit = await stage.open(blocks());
    const { studio, complaints } = visit;
    await studio.part('idea').nth(1).waitFor();
    expect(await studio.host.getAttribute('label')).toBe('What should be on it?');

    await studio.make('a poster of a blog');

    expect(complaints).toEqual([]);
  });

  it('leave no scrap on the page of an author, whose scripts are stripped', async () => {
    // As wp_kses does it: a tag that is not allowed goes, and what stands between its ends stays.
    const stripped = blocks().replaceAll(/<\/?(?!\/?(?:h2|p|a|em|strong)\b)[a-z][^>]*>/g, '');
    await using visit = await stage.open(stripped);

    expect(stripped).not.toContain('YOUR-WORKER');
    expect((await visit.page.locator('body').innerText()).split(/\n+/)).toEqual([
      'Draw your own poster',
      'Say what should be on it. You see a first proof in seconds.',
    ]);
  });
});

const python = ['/usr/bin/python3', '/usr/local/bin/python3', process.env.PYTHON ?? ''].find((path) =>
  existsSync(path),
);

describe('a server', () => {
  const PROGRAMS = [
    ['server.mjs', process.execPath],
    ['server.py', python],
  ] as const;

  /** @param words What it is to draw. */
  const start = (program: string, file: string, words: string, key = CLIENT_KEY) =>
    run(program, [join(examples, file), words], { env: { ...process.env, PEEL_URL: stage.peel.url, PEEL_KEY: key } });

  it.each(PROGRAMS)('prints the address of its picture, and the same one again: %s', async (file, program) => {
    if (!program) return expect(file).toBe('server.py');
    const first = (await start(program, file, `a fox for ${file}`)).stdout.trim();
    const second = (await start(program, file, `a fox for ${file}`)).stdout.trim();

    expect(second).toBe(first);
    const picture = await fetch(new URL(first, stage.peel.url));
    expect(picture.headers.get('content-type')).toMatch(/^image\//);
    expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(1000);
  });

  it.each(PROGRAMS)('says why there is none: %s', async (file, program) => {
    if (!program) return expect(file).toBe('server.py');

    await expect(start(program, file, 'a fox', 'pk_wrong')).rejects.toThrow(/key/i);
    await expect(start(program, file, 'demo refusal')).rejects.toThrow(/picture|drew nothing|refus/i);
  });
});
