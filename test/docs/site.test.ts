/** The documentation at `/docs`: what the build makes of the Markdown, and what it refuses. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageGroup } from '../../scripts/build/docs/pages.ts';
import { buildSite, type Site } from '../../scripts/build/docs/site.ts';
import { createSearch } from '../../widget/docs/search.ts';
import { codeOf, FILES, ROOT } from './repository.ts';

describe('the site', () => {
  let site: Site;

  beforeAll(() => {
    site = buildSite(ROOT);
  });

  const htmlOf = (file: string): string => String(site.files.get(file) ?? '');

  it('has a title, a description and a label of its own for every page', () => {
    for (const { title, description } of site.pages) {
      expect(title).not.toBe('');
      expect(description.length).toBeGreaterThan(20);
      expect(description.length).toBeLessThanOrEqual(202);
    }
    for (const own of ['title', 'description', 'label', 'address'] as const) {
      expect(new Set(site.pages.map((page) => page[own]))).toHaveLength(site.pages.length);
    }
  });

  it('leads nowhere but to its own files, their headings, the worker’s pages and other hosts', () => {
    const ids = new Map(
      [...site.files].map(([name, html]) => [
        `/${name.replace(/\.html$/, '')}`,
        new Set([...String(html).matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id)),
      ]),
    );
    const dead = [...site.files].flatMap(([name, html]) => {
      if (!name.endsWith('.html')) return [];
      const links = [...String(html).matchAll(/<(?:a|img)[^>]* (?:href|src)="([^"]+)"/g)].map(([, link = '']) => link);
      return links
        .filter((link) => !/^(https?:|mailto:)/.test(link) && !['/', '/build', '/peel/admin'].includes(link))
        .filter((link) => {
          const [path, anchor] = link.split('#');
          const known = ids.get(path || `/${name.replace(/\.html$/, '')}`);
          return !known || (anchor !== undefined && !known.has(anchor));
        })
        .map((link) => `${name}: ${link}`);
    });

    expect(dead).toEqual([]);
  });

  it('has every page and heading that the desk and the builder lead to', () => {
    const named = FILES.filter((file) => /^(widget|worker)\/.*\.ts$/.test(file)).flatMap((file) =>
      [...codeOf(file).matchAll(/['"`](\/docs(?:\/[a-z-]+)?)(?:#([a-z-]+))?['"`]/g)].map(([, path, anchor]) => ({
        ...{ file, path, anchor },
      })),
    );
    const dead = named.filter(({ path, anchor }) => {
      const page = site.pages.find(({ address }) => address === path);
      return !page || (anchor !== undefined && !page.sections.some((section) => section.anchor === anchor));
    });

    expect(dead).toEqual([]);
    expect(named.length).toBeGreaterThan(2);
  });

  it('names every element once on a page', () => {
    for (const [name, html] of site.files) {
      if (!name.endsWith('.html')) continue;
      const ids = [...String(html).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(ids, name).toHaveLength(new Set(ids).size);
    }
  });

  it('has no script, style or element that the Markdown wrote', () => {
    for (const [name, html] of site.files) {
      if (!name.endsWith('.html')) continue;
      const text = String(html);
      expect(text.match(/<script[ >]/g), name).toHaveLength(1);
      expect(text, name).not.toMatch(/<style|<peel-studio|<iframe| style="| on\w+="/);
    }
    expect(htmlOf('docs/widget.html')).toContain('&lt;peel-studio&gt;');
  });

  it('shows the files that it leads to', () => {
    expect(htmlOf('docs/files/examples/react-jsx.html')).toContain('aspect-ratio={isTall');
    expect(htmlOf('docs/examples.html')).toContain('href="/docs/files/examples/react-jsx"');
  });

  it('goes through all pages one after the other', () => {
    const next = ({ address }: { address: string }) =>
      /class="next" href="([^"]+)"/.exec(htmlOf(`${address.slice(1)}.html`))?.[1];

    expect(site.pages.map(next)).toEqual([...site.pages.slice(1).map(({ address }) => address), undefined]);
  });

  describe('its search', () => {
    const find = (words: string) => createSearch(String(site.files.get('docs/search.json')))(words);

    it.each([
      ['alarm', '/docs/alarms'],
      ['templates', '/docs/templates'],
    ])('of %s finds its page first', (words, address) => {
      expect(find(words)[0]?.address).toBe(address);
    });

    it.each([
      ['BUDGET_HELD', '/docs/errors#errors:~:text=BUDGET_HELD'],
      ['VISITOR_PER_DAY', '/docs/configuration#variables:~:text=VISITOR_PER_DAY'],
      ['pause', '/docs/admin#pause'],
      ['order form', '/docs/widget#an-order-form-without-a-script'],
      // One letter is missing.
      ['budgt held', '/docs/errors#errors:~:text=BUDGET_HELD'],
    ])('finds %s at the top or near it', (words, address) => {
      const addresses = find(words).map((hit) => hit.address);

      expect(addresses.slice(0, 3)).toContain(address);
    });

    // As owners ask, and the page on which the answer is.
    it.each([
      ['how do i uninstall it', '/docs/deployment'],
      ['rollback', '/docs/deployment'],
      ['turnstile', '/docs/deployment'],
      ['r2 is not switched on', '/docs/deployment'],
      ['invoice', '/docs/bills'],
      ['compare the bill', '/docs/bills'],
      ['gdpr', '/docs/trust'],
      ['report a picture', '/docs/trust'],
      ['lost token', '/docs/desk'],
      ['discord', '/docs/alarms'],
      ['webhook secret', '/docs/alarms'],
      ['a key is refused', '/docs/runbook'],
      ['how do i change the price', '/docs/configuration'],
      ['ORIGIN_DENIED', '/docs/errors'],
      ['shopify', '/docs/examples'],
      ['hidden prompt', '/docs/templates'],
      ['wildcard origin', '/docs/sites'],
      ['what is not bounded', '/docs/money'],
      ['langchain', '/docs/api'],
      ['retention', '/docs/sites'],
    ])('answers “%s”', (words, page) => {
      const pages = find(words).map(({ address }) => address.split('#')[0]);

      expect(pages.slice(0, 3)).toContain(page);
    });

    it('shows the words around what it found', () => {
      const [first] = find('lifecycle rules');

      expect(first?.excerpt.toLowerCase()).toContain('lifecycle');
      expect(first?.excerpt.length).toBeLessThan(140);
    });

    it('finds some of the words where no section has all', () => {
      expect(find('turnstile xylophone').length).toBeGreaterThan(0);
    });

    it('finds nothing for words that are nowhere', () => {
      expect(find('xylophone')).toEqual([]);
    });
  });
});

describe('a repository', () => {
  const root = mkdtempSync(join(tmpdir(), 'peel-docs-'));
  afterAll(() => rmSync(root, { recursive: true }));

  const GROUPS: readonly PageGroup[] = [
    { name: 'Start', pages: [{ file: 'README.md', label: 'Start', slug: '' }] },
    { name: 'More', pages: [{ file: 'docs/one.md', label: 'One', slug: 'one' }] },
  ];
  const START = '# Shop\n\nWhat it is.\n';
  const ONE = '# One\n\nThe first page.\n\n## Part\n\nText.\n';

  /** Builds the two pages with these files beside or in place of them. */
  function build(files: Record<string, string | undefined>): Site {
    rmSync(root, { recursive: true });
    for (const [name, text] of Object.entries({ 'README.md': START, 'docs/one.md': ONE, ...files })) {
      if (text === undefined) continue;
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    return buildSite(root, GROUPS);
  }

  const bodyOf = (text: string): string => {
    const html = String(build({ 'README.md': `${START}\n${text}` }).files.get('docs.html'));
    return /<article>([\s\S]*)<\/article>/.exec(html)?.[1] ?? '';
  };

  it.each([
    ['a link to no file', { 'README.md': `${START}[x](docs/two.md)` }, 'README.md: links to docs/two.md'],
    [
      'a link to no heading',
      { 'README.md': `${START}[x](docs/one.md#prt)` },
      'README.md: links to #prt of docs/one.md',
    ],
    ['a link out of it', { 'docs/one.md': `${ONE}[x](../../secret)` }, 'docs/one.md: links to ../../secret'],
    ['a missing picture', { 'README.md': `${START}![x](x.png)` }, 'README.md: links to x.png'],
    ['a page of no group', { 'docs/two.md': ONE }, 'docs/two.md: no group of scripts/build/docs/pages.ts has it'],
    [
      'a group without its page',
      { 'docs/one.md': undefined, 'docs/x': '' },
      'docs/one.md: scripts/build/docs/pages.ts',
    ],
    ['a page without title', { 'docs/one.md': 'Text.\n' }, 'docs/one.md: begins with no heading'],
    ['a page without text', { 'docs/one.md': '# One\n' }, 'docs/one.md: has no paragraph'],
  ])('with %s is refused, and told where', (_, files, message) => {
    expect(() => build(files)).toThrow(message);
  });

  it('writes links between pages as addresses', () => {
    const html = String(
      build({ 'docs/one.md': `${ONE}[a](../README.md) [b](#part) [c](https://x.example/)` }).files.get('docs/one.html'),
    );

    expect(html).toContain('<a href="/docs">a</a> <a href="#part">b</a>');
    expect(html).toContain('<a href="https://x.example/" rel="noreferrer">c</a>');
  });

  it('gives headings of one name anchors of their own, as GitHub does', () => {
    expect(bodyOf('## Limits\n\n## Limits\n\n## `a_b`: c & d')).toMatch(
      /id="limits"[\s\S]*id="limits-1"[\s\S]*id="a_b-c--d"/,
    );
  });

  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['a <b onclick="x()">c</b>', 'a &lt;b onclick=&quot;x()&quot;&gt;c&lt;/b&gt;'],
    ['a<br>b <!-- c -->', 'a<br>b '],
    ['`<br>`', '<code>&lt;br&gt;</code>'],
    ['![a "b"](https://x.example/y.png)', 'a &quot;b&quot;'],
  ])('has %s shown as %s', (markdown, html) => {
    const body = bodyOf(markdown);

    expect(body).toContain(html);
    expect(body).not.toMatch(/<script|<b |<img/);
  });
});
