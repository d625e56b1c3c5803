/** Comments and pages cite only sources that a reader of this repository can open. */
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, codeOf, commentsOf, exists, FILES, type Line, linesOf, read } from './repository.ts';

const SOURCES = FILES.filter((file) => /\.tsx?$/.test(file));
const PAGES = FILES.filter((file) => file.endsWith('.md'));
/** A changelog is left out, because it may name files of the past. */
const CHECKED_PAGES = PAGES.filter((page) => page !== 'CHANGELOG.md');

const at = ({ file, number }: Line, what: string): string => `${file}:${number} ${what}`;

/** Lines of comments in source files. */
const COMMENTS: readonly Line[] = SOURCES.flatMap(commentsOf);
const WORDS: readonly Line[] = [...COMMENTS, ...CHECKED_PAGES.flatMap((page) => linesOf(page))];

describe('a section sign', () => {
  /** The number or address of a published document before the section sign. */
  const PUBLISHED = /(RFC \d+|ISO\/IEC [\d-]+|FIPS [\d-]+|[\w.-]+\.[a-z]{2,}\/[\w./#-]+|\]\([^)]+\)),? *§/i;

  it('belongs to a published document or to a page of this repository', () => {
    const cited = WORDS.filter(({ text }) => text.includes('§') && !PUBLISHED.test(text));

    expect(cited.map((line) => at(line, line.text.trim()))).toEqual([]);
  });
});

describe('a source', () => {
  it('has a name: notes outside this repository are none', () => {
    const UNNAMED =
      /\[seen in issue\]|(?<![\w-])(design|gemini-image-api|facts|findings|escrow)(\/[\w-]+)?\.md\b|\((design|facts)[ ,]/i;
    const cited = WORDS.filter(({ text }) => UNNAMED.test(text));

    expect(cited.map((line) => at(line, line.text.trim()))).toEqual([]);
  });
});

describe('a file that is named in backquotes or by its folder', () => {
  const NAMED =
    /`([\w./{}*-]+\.(?:tsx?|md|toml|jsonc?|html|css|mjs))`|(?<![\w./-])((?:worker|widget|test|docs|scripts)\/[\w./-]*[\w])/g;
  const HOMES = ['', 'worker', 'widget', 'test', 'worker/gemini', 'worker/providers', 'test/upstream', 'test/prove'];

  function isThere(name: string, { file }: Line): boolean {
    if (/[{}*]/.test(name)) return true;
    const homes = [dirname(file), ...HOMES];
    const spelled = [name, `${name}.ts`, `${name}.test.ts`];
    if (homes.some((home) => spelled.some((spelling) => exists(normalize(join(home, spelling)))))) return true;
    return !name.includes('/') && FILES.some((known) => basename(known) === name);
  }

  it('exists', () => {
    const missing = WORDS.flatMap((line) =>
      [...line.text.replaceAll(/https?:\/\/\S+|\]\([^)]*\)/g, '').matchAll(NAMED)]
        .map(([, quoted, bare]) => quoted ?? bare ?? '')
        .filter((name) => !isThere(name, line) && !MADE_LATER.has(name))
        .map((name) => at(line, name)),
    );

    expect(missing).toEqual([]);
  });
});

/** Files that a command or the reader creates, or that belong to another project. */
const MADE_LATER = new Set([
  ...[
    '/desk.css',
    '/docs/search.json',
    '/embed.html',
    '/openapi.json',
    '.peel/setup.json',
    'answers.json',
    'catalog.json',
    'dist/client',
    'package.json',
    'releases.json',
    'skeleton.json',
  ],
  'test/bench/results',
]);

describe('{@link}', () => {
  it('leads to a name that its file knows', () => {
    const broken = SOURCES.flatMap((file) => {
      const code = codeOf(file);
      return commentsOf(file).flatMap((line) =>
        [...line.text.matchAll(/\{@link ([\w$.]+)/g)]
          .filter(([, name = '']) => !new RegExp(`\\b${name.split('.')[0]}\\b`).test(code))
          .map(([, name = '']) => at(line, name)),
      );
    });

    expect(broken).toEqual([]);
  });
});

describe('a relative link', () => {
  const links = (line: Line): string[] =>
    [...line.text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target = '']) => target);

  it('leads to a file, and to a heading where it names one', () => {
    const dead = PAGES.flatMap((page) =>
      linesOf(page).flatMap((line) =>
        links(line)
          .filter((target) => !isAlive(page, target))
          .map((target) => at(line, target)),
      ),
    );

    expect(dead).toEqual([]);
  });

  it('is followed from comments too', () => {
    const dead = COMMENTS.flatMap((line) =>
      [...line.text.matchAll(/((?:docs\/[\w-]+|ARCHITECTURE|CONTRIBUTING|SECURITY|README)\.md)(#[\w-]+)?/g)]
        .filter(
          ([, page = '', anchor = '']) => !isAlive('README.md', page + anchor) && !isAlive(line.file, page + anchor),
        )
        .map(([target]) => at(line, target)),
    );

    expect(dead).toEqual([]);
  });

  function isAlive(from: string, target: string): boolean {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? from : normalize(join(dirname(from), path));
    if (!exists(file)) return false;
    return anchor === undefined || !file.endsWith('.md') || anchorsOf(file).includes(anchor);
  }
});

describe('the README', () => {
  it('fits on a few screens', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(160);
  });
});
