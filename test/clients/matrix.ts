/** Writes the table of clients in `docs/api.md` from the findings of a run. */
import type { Client } from './client.ts';

/** The tested operations, in the order of the columns. */
const COLUMNS = {
  generate: 'generate',
  edit: 'edit',
  turns: 'turns',
  stream: 'stream, heartbeats in it',
  streamedTurns: 'streamed turns',
  failing: 'stream that fails',
  file: 'files',
  errors: 'errors',
  several: 'n pictures',
  interact: 'Interactions API',
} as const;

export type Column = keyof typeof COLUMNS;
const COLUMN_NAMES = Object.keys(COLUMNS) as Column[];

/** By client's name and column. */
export type Findings = ReadonlyMap<string, ReadonlyMap<Column, string>>;

const NOTHING = '–';

export function renderMatrix(clients: readonly Client[], findings: Findings): string {
  const rows = clients.map(({ name }) => {
    const cells = COLUMN_NAMES.map((column) => findings.get(name)?.get(column) ?? NOTHING);
    return `| ${[name, ...cells].join(' | ')} |`;
  });
  const heads = COLUMN_NAMES.map((column) => COLUMNS[column]);
  return [`| ${['Client', ...heads].join(' | ')} |`, `|${'---|'.repeat(heads.length + 1)}`, ...rows].join('\n');
}
