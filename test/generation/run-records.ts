/** A complete record of a run to start from, and an object's rows as an earlier version wrote them. */
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

/** A text of the earlier version: kind, number, piece and the piece's text. */
type EarlierText = [kind: 'chunk' | 'refusal' | 'unkept', n: number, piece: number, text: string];

/** Writes the tables of the version before: one for the record, from a run's first step on, and one with an index. */
export function writeEarlierRows({ sql }: DurableObjectStorage, record: RunRecord, texts: EarlierText[] = []): void {
  sql.exec('CREATE TABLE record (one INTEGER PRIMARY KEY CHECK (one = 1), doc TEXT NOT NULL)');
  sql.exec(`CREATE TABLE texts (
    kind TEXT NOT NULL, n INTEGER NOT NULL, piece INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (kind, n, piece))`);
  sql.exec('INSERT INTO record VALUES (1, ?)', JSON.stringify(record));
  for (const row of texts) sql.exec('INSERT INTO texts VALUES (?, ?, ?, ?)', ...row);
}
