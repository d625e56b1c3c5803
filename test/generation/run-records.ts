/** A complete record of a run to start from. */
import type { RunRecord } from '../../worker/generation/run-record.ts';

export const runRecord = (change: Partial<RunRecord> = {}): RunRecord => ({
  run: 'a1'.repeat(16),
  state: 'reserving',
  attempt: 1,
  id: `b${'c2'.repeat(16)}`,
  key: 'd3'.repeat(32),
  site: { id: 'default', retention: '30d' },
  subject: { model: 'gemini-3.1-flash-image', size: '1K' },
  priced: { size: '1K' },
  thoughts: false,
  form: 'json',
  micros: 100_000,
  startedAt: 1_795_000_000_000,
  deadlineAt: 1_795_000_300_000,
  reservedAt: 0,
  ...change,
});
