/**
 * The documentation as files: every page of the table, the files that they link to, and their pictures. A link that leads
 * nowhere, a missing heading, a page without title or description, and a file of `docs/` that no group has end the build.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { renderFilePage, renderPage } from './layout.ts';
import { parseMarkdown, renderMarkdown, type Targets } from './markdown.ts';
import { addressOf, GROUPS, type Page, type PageGroup } from './pages.ts';
import { createSearchIndex } from './search-index.ts';

export interface Site {
  pages: readonly Page[];
  /** Contents by path under the folder of assets. */
  files: ReadonlyMap<string, string | Uint8Array>;
  /** Every file that it was made of, from the root. */
  sources: readonly string[];
}

/** Links of this kind lead out of the repository. */
const AWAY = /^(?:https?:|mailto:)/;

/**
 * @param root The repository's folder.
 * @throws Error that lists everything that is wrong.
 */
export function buildSite(root: string, groups: readonly PageGroup[] = GROUPS): Site {
  const problems: string[] = [];
  const entries = groups.flatMap(({ pages }) => pages);
  const known = new Set(entries.map(({ file }) => file));
  for (const name of readdirSync(join(root, 'docs'))) {
    if (name.endsWith('.md') && !known.has(`docs/${name}`))
      problems.push(
        `docs/${name}: no group of scripts/build/docs/pages.ts has it. Add its line there, where its reader looks for it.`,
      );
  }

  const pages = entries.flatMap((entry) => {
    if (!existsSync(join(root, entry.file))) {
      problems.push(`${entry.file}: scripts/build/docs/pages.ts names it, and it is not there.`);
      return [];
    }
    const { title = '', description = '', ...page } = parseMarkdown(readFileSync(join(root, entry.file), 'utf8'));
    if (title === '') problems.push(`${entry.file}: begins with no heading of the first level.`);
    if (description === '') problems.push(`${entry.file}: has no paragraph that says what it is.`);
    return [{ ...entry, ...page, title, description, address: addressOf(entry) }];
  });

  const files = new Map<string, string | Uint8Array>();
  const sources = new Set(pages.map(({ file }) => file));
  const targets = createTargets({ root, pages, files, sources, groups, problems });
  for (const [at, page] of pages.entries()) {
    const body = renderMarkdown(page, targets(page.file));
    const html = renderPage({ page, body, groups, previous: pages[at - 1], next: pages[at + 1] });
    files.set(`${page.address.slice(1)}.html`, html);
  }
  files.set('docs/search.json', createSearchIndex(pages));
  if (problems.length > 0) throw new Error(`The documentation has faults:\n${problems.join('\n')}`);
  return { pages, files, sources: [...sources] };
}

interface Making {
  root: string;
  pages: readonly Page[];
  files: Map<string, string | Uint8Array>;
  sources: Set<string>;
  groups: readonly PageGroup[];
  problems: string[];
}

/** Reads links as they lead from one file to another, and makes what they lead to. */
function createTargets({ root, pages, files, sources, groups, problems }: Making): (from: string) => Targets {
  const pageOf = (file: string): Page | undefined =>
    pages.find((page) => page.file === file || page.file === join(file, 'README.md'));

  /** The file of the repository that a relative target names. */
  function locate(from: string, path: string): string | undefined {
    const file =
      path === ''
        ? from
        : normalize(join(dirname(from), path))
            .replaceAll('\\', '/')
            .replace(/\/$/, '');
    if (!file.startsWith('..') && existsSync(join(root, file))) return file;
    problems.push(`${from}: links to ${path}, which is not there.`);
    return undefined;
  }

  /** A page that shows a file: examples and tests that prose points at can be read where it is read. */
  function showFile(file: string): string {
    const slug = `docs/files/${file.replaceAll('.', '-')}`;
    if (!files.has(`${slug}.html`)) {
      sources.add(file);
      files.set(`${slug}.html`, renderFilePage({ file, text: readFileSync(join(root, file), 'utf8'), groups }));
    }
    return `/${slug}`;
  }

  return (from) => ({
    link(target) {
      if (AWAY.test(target)) return target;
      const [path = '', anchor] = target.split('#');
      const file = locate(from, path);
      if (file === undefined) return undefined;
      const page = pageOf(file);
      if (page) {
        const isThere = anchor === undefined || page.sections.some((section) => section.anchor === anchor);
        if (!isThere) problems.push(`${from}: links to #${anchor} of ${page.file}, which has no such heading.`);
        return anchor === undefined
          ? page.address
          : `${page.address === addressIn(from) ? '' : page.address}#${anchor}`;
      }
      // A folder is a hint for somebody who has the code.
      return statSync(join(root, file)).isDirectory() ? undefined : showFile(file);
    },
    picture(target) {
      if (AWAY.test(target)) return undefined;
      const file = locate(from, target);
      if (file === undefined) return undefined;
      sources.add(file);
      files.set(`docs/${basename(file)}`, readFileSync(join(root, file)));
      return `/docs/${basename(file)}`;
    },
  });

  function addressIn(file: string): string | undefined {
    return pages.find((page) => page.file === file)?.address;
  }
}
