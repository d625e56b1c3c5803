/**
 * The pages of the documentation in the order of reading, grouped by who reads them. Every file of `docs/` stands here:
 * the build refuses one that does not.
 */
import type { MarkdownPage } from './markdown.ts';

export interface PageEntry {
  /** Path of the Markdown file from the repository's root. */
  file: string;
  /** Short name for the contents at the side. */
  label: string;
  /** The last part of its address, `/docs/{slug}`. Empty for `/docs` itself. */
  slug: string;
}

/** An entry with what its file says. */
export interface Page extends PageEntry, MarkdownPage {
  address: string;
}

export interface PageGroup {
  name: string;
  pages: readonly PageEntry[];
}

/** Files of `docs/` have their own name as the address. */
const doc = (name: string, label: string): PageEntry => ({ file: `docs/${name}.md`, label, slug: name });
const other = (file: string, slug: string, label: string): PageEntry => ({ file, label, slug });

export const GROUPS: readonly PageGroup[] = [
  {
    name: 'Start',
    pages: [
      other('README.md', '', 'What Peel is'),
      doc('deployment', 'Deploy, upgrade, remove'),
      other('examples/README.md', 'examples', 'Examples'),
      doc('compared', 'Compared with others'),
    ],
  },
  {
    name: 'For owners',
    pages: [
      doc('desk', 'The desk'),
      doc('sites', 'Sites'),
      doc('templates', 'Templates'),
      doc('money', 'Money and limits'),
      doc('bills', 'Bills'),
      doc('alarms', 'Alarms'),
      doc('runbook', 'Runbook'),
      doc('trust', 'Law and trust'),
    ],
  },
  {
    name: 'For developers',
    pages: [
      doc('widget', 'The widget'),
      doc('api', 'The API'),
      doc('admin', 'The owner’s API'),
      doc('events', 'Events'),
    ],
  },
  {
    name: 'Reference',
    pages: [
      doc('configuration', 'Configuration'),
      doc('errors', 'Errors'),
      doc('storage', 'What is stored'),
      doc('wire-facts', 'Facts about providers'),
      other('CHANGELOG.md', 'changes', 'Changes'),
    ],
  },
  {
    name: 'How it is built',
    pages: [
      other('ARCHITECTURE.md', 'architecture', 'Architecture'),
      doc('proofs', 'Proofs'),
      doc('benchmarks', 'Benchmarks'),
      doc('costs', 'Costs on Cloudflare'),
      other('test/prove/README.md', 'prove', 'Run the proofs'),
      other('test/bench/README.md', 'bench', 'Run the benchmark'),
      other('SECURITY.md', 'security', 'Security'),
      other('CONTRIBUTING.md', 'contributing', 'Contributing'),
    ],
  },
];

export const addressOf = ({ slug }: PageEntry): string => (slug === '' ? '/docs' : `/docs/${slug}`);
