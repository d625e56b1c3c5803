/** What each kind of request does, counted in a real workerd. `npm run costs` writes the table anew. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BEFORE } from './before.ts';
import { totalOf } from './counts.ts';
import { BACKGROUND, countKind, KINDS } from './kinds.ts';
import { freeWalls, renderBlocks } from './page.ts';
import { createStand, type Stand } from './stand.ts';
import { NOW } from './table.ts';

describe('the table', () => {
  let stand: Stand;

  beforeAll(async () => {
    stand = await createStand();
  });
  afterAll(() => stand?.close());

  it.each([...KINDS, ...BACKGROUND])('has the counts of: $name', async (kind) => {
    expect(await countKind(kind, stand)).toEqual(NOW[kind.name]);
  });

  it('has every kind, and no other', () => {
    expect(Object.keys(NOW)).toEqual([...KINDS, ...BACKGROUND].map(({ name }) => name));
  });
});

describe('docs/costs.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/costs.md'), 'utf8');

  it.each(Object.entries(renderBlocks(BEFORE, NOW)))('has the table of %s as it was counted', (name, block) => {
    const [, told] = new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)\\n?<!-- /${name} -->`).exec(page) ?? [];

    expect(told).toBe(block);
  });
});

describe("a visitor's miss", () => {
  // The first of a day reads the catalog anew and opens the rows of its day.
  const lines = Object.entries(NOW).filter(([kind]) => /^miss .*visitor(?!, the first of a day)/.test(kind));

  it.each(lines)('does no more before its provider than it must: %s', (_, counts) => {
    expect(counts.before).toBe('KV.get ‖ R2.get → generation.ask → site.reserve → generation.sync');
    expect(totalOf(counts.objects)).toBeLessThanOrEqual(4);
    expect(counts.kvWrites).toBe(1);
    expect(totalOf(counts.rowsWritten)).toBeLessThanOrEqual(24);
  });
});

describe('the free plan', () => {
  const ENOUGH = 1000;

  it('is enough for a thousand visits with a picture a day, by every quota', () => {
    const { picture, visit } = freeWalls(NOW);

    expect([...picture, ...visit].filter(({ fits }) => fits < ENOUGH)).toEqual([]);
  });
});
