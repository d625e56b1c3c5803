import { expect, it } from 'vitest';
import { seriesOf } from '../../../worker/ledger/figures/series.ts';
import { seriesTable } from '../../../worker/ledger/figures/tables.ts';
import type { UsageRow } from '../../../worker/ledger/usage.ts';

const DAY = '2026-11-30';
const row = (changes: Partial<UsageRow>): UsageRow => ({
  ...{ day: DAY, model: 'm', size: '1K', provider: 'google', pictures: 1, costMicros: 34_700, overrunMicros: 0 },
  ...{ visitorMicros: 34_700, declined: 0, unknown: 0, unknownMicros: 0, waits: {} },
  ...changes,
});

it('rows of a day add up to what was spent, overruns and unknown outcomes included, in the file too', () => {
  const usage = [
    row({}),
    row({ size: '2K', overrunMicros: 5_000 }),
    row({ provider: 'fal', pictures: 0, costMicros: 95_000, unknown: 1, unknownMicros: 95_000 }),
  ];

  const days = seriesOf([DAY], [{ site: 'shop', usage, counts: {} }]);

  expect(days[0]?.spentMicros).toBe(34_700 + 39_700 + 95_000);
  const [header, rows] = seriesTable(days);
  const at = header.indexOf('costMicros');
  expect(rows.reduce((sum, cells) => sum + Number(cells[at]), 0)).toBe(days[0]?.spentMicros);
});
