import { expect, it } from 'vitest';
import { PAYLOADS } from './payloads.ts';
import { insertReport, renderReport } from './report.ts';
import { ROWS } from './rows.ts';
import type { Cell } from './table.ts';

const CELLS: Cell[] = PAYLOADS.flatMap(({ name }) =>
  ROWS.map(({ id }) => ({
    row: id,
    payload: name,
    requestsPerSecond: 123.4,
    cpuMs: 1.25,
    firstByte: { p50: 0.52, p99: 12.4 },
    lastByte: { p50: 3, p99: 40 },
    wholeMs: 5,
    peakMiB: { one: 2.5, eight: 20.4 },
  })),
);

const ABOUT = { date: '2026-11-23', machine: 'a machine', versions: { workerd: '1.0' }, rounds: 3, isQuick: false };
const BAR = { name: 'a promise', figure: '2.00×', limit: '≤ 1.50×', holds: false };

it('has a line for every row and payload, and says of each bar whether it holds', () => {
  const report = renderReport(CELLS, [BAR, { ...BAR, holds: true }], ABOUT);

  expect(
    report.match(/^\| Peel, miss, inline \| 123 \| 0\.5 \/ 12 \| 3\.0 \/ 40 \| 1\.3 \| 2\.5 \/ 20 \|$/gm),
  ).toHaveLength(4);
  expect(report).toContain('| a promise | 2.00× | ≤ 1.50× | **missed** |');
  expect(report).toContain('| a promise | 2.00× | ≤ 1.50× | holds |');
});

it('is not made without its peer', () => {
  const cells = CELLS.filter(({ row, payload }) => row !== 'portkey' || payload !== '6 MB');

  expect(() => renderReport(cells, [BAR], ABOUT)).toThrow('"Portkey gateway 1.15.2 (Node)" is missing for 6 MB');
});

it('replaces what stood between its marks and nothing else', () => {
  const page = '# Benchmarks\n<!-- bench -->\nold\n<!-- /bench -->\nthe rest\n';

  const once = insertReport(page, 'new');

  expect(once).toBe('# Benchmarks\n<!-- bench -->\nnew\n<!-- /bench -->\nthe rest\n');
  expect(insertReport(once, 'new')).toBe(once);
  expect(() => insertReport('# Benchmarks\n', 'new')).toThrow('<!-- bench -->');
  expect(insertReport('<!-- prove --><!-- /prove -->', 'new', 'prove')).toBe('<!-- prove -->\nnew\n<!-- /prove -->');
});
