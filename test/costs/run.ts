/** `npm run costs`: counts every kind of request, and writes the table and its page.. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BEFORE } from './before.ts';
import type { Counts } from './counts.ts';
import { BACKGROUND, countKind, KINDS } from './kinds.ts';
import { renderTable, writeBlocks } from './page.ts';
import { createStand } from './stand.ts';

const PAGE = join(import.meta.dirname, '../../docs/costs.md');

const stand = await createStand();
const table: Record<string, Counts> = {};
try {
  for (const kind of [...KINDS, ...BACKGROUND]) {
    table[kind.name] = await countKind(kind, stand);
    console.log(`${kind.name}: ${JSON.stringify(table[kind.name])}`);
  }
} finally {
  await stand.close();
}
writeFileSync(
  join(import.meta.dirname, 'table.ts'),
  renderTable('What each kind of request does. `npm run costs` writes it; `docs/costs.md` explains it.', 'NOW', table),
);
writeFileSync(PAGE, writeBlocks(readFileSync(PAGE, 'utf8'), BEFORE, table));
