/** The frame around a page: head, contents at the side, the way on. It is read without a script. */
import { escapeHtml } from './markdown.ts';
import { addressOf, type Page, type PageEntry, type PageGroup } from './pages.ts';

const MARK =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><path class="fruit" d="M16 4a12 12 0 1 0 12 12h-9a3 3 0 1 1-3-3z"/><path class="peel" d="M19 4.400A12 12 0 0 1 27.600 13h-5.200A7 7 0 0 0 19 9.600z"/></svg>';

interface PageParts {
  page: Page;
  /** HTML of the Markdown. */
  body: string;
  groups: readonly PageGroup[];
  previous: Page | undefined;
  next: Page | undefined;
}

export function renderPage({ page, body, groups, previous, next }: PageParts): string {
  const way = (to: Page | undefined, name: string, rel: string) =>
    to ? `<a rel="${rel}" class="${rel}" href="${to.address}"><small>${name}</small>${escapeHtml(to.label)}</a>` : '';
  return renderFrame({
    title: page.title,
    description: page.description,
    groups,
    here: page,
    main: `<article>\n${body}</article>
<nav class="turn" aria-label="Next and previous page">${way(previous, 'Before', 'prev')}${way(next, 'Next', 'next')}</nav>`,
  });
}

/** A file of the repository, as text. */
export function renderFilePage({ file, text, groups }: { file: string; text: string; groups: readonly PageGroup[] }) {
  const name = escapeHtml(file);
  return renderFrame({
    title: file,
    description: `The file ${file} of Peel’s repository.`,
    groups,
    here: undefined,
    main: `<article class="file"><h1>${name}</h1>\n<div class="code"><pre tabindex="0"><code>${escapeHtml(text)}</code></pre></div></article>`,
  });
}

interface FrameParts {
  title: string;
  description: string;
  groups: readonly PageGroup[];
  here: Page | undefined;
  main: string;
}

const renderFrame = ({ title, description, groups, here, main }: FrameParts): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title === 'Peel' ? 'Peel: documentation' : `${title} · Peel`)}</title>
<meta name="description" content="${escapeHtml(description)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/docs.css">
<script type="module" src="/docs/docs.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header class="top">
<a class="mark" href="/docs">${MARK}Peel <span>docs</span></a>
<search class="search" hidden></search>
<nav class="others" aria-label="Other pages of this worker"><a href="/">Demo</a><a href="/build">Builder</a><a href="/peel/admin">Desk</a></nav>
</header>
<div class="frame">
<nav class="side" aria-label="Documentation">${renderContents(groups, here)}</nav>
<details class="fold"><summary>Contents</summary><nav aria-label="Documentation">${renderContents(groups, here)}</nav></details>
<main id="content" tabindex="-1">
${main}
</main>
</div>
</body>
</html>
`;

function renderContents(groups: readonly PageGroup[], here: Page | undefined): string {
  const entry = (page: PageEntry) => {
    const isHere = page.file === here?.file;
    const current = isHere ? ' aria-current="page"' : '';
    const inside = isHere ? renderHeadings(here) : '';
    return `<li><a href="${addressOf(page)}"${current}>${escapeHtml(page.label)}</a>${inside}</li>`;
  };
  return groups.map(({ name, pages }) => `<p>${escapeHtml(name)}</p><ul>${pages.map(entry).join('')}</ul>`).join('');
}

/** The second level: enough to see what a page has. */
function renderHeadings({ sections }: Page): string {
  const items = sections
    .filter(({ depth }) => depth === 2)
    .map(({ anchor, text }) => `<li><a href="#${anchor}">${escapeHtml(text)}</a></li>`);
  return items.length > 0 ? `<ul>${items.join('')}</ul>` : '';
}
