/**
 * An object's SQLite. A crash may undo writes until a message leaves the object (the platform's output gate) or a flush
 * returns; from then on they are safe.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Sql } from '../../../../worker/ledger/sql.ts';

const { DatabaseSync: Database } = await quietly(() => import('node:sqlite'));

export interface Disk {
  readonly sql: Sql;
  commit(): void;
  rollback(): void;
  /** Deletes all tables. */
  wipe(): void;
  close(): void;
}

/** @param onStep Called after every synchronous, atomic step. */
export function createDisk(onStep: () => void): Disk {
  const database: DatabaseSync = new Database(':memory:');
  const statements = new Map<string, StatementSync>();
  let isOpen = false;
  let depth = 0;

  function begin(): void {
    if (!isOpen) database.exec('BEGIN');
    isOpen = true;
  }

  function end(how: 'COMMIT' | 'ROLLBACK'): void {
    if (isOpen) database.exec(how);
    isOpen = false;
  }

  function exec(query: string, ...bindings: (string | number | null)[]) {
    begin();
    const statement = statements.get(query) ?? database.prepare(query);
    statements.set(query, statement);
    const rows = statement.all(...bindings);
    return { toArray: () => rows };
  }

  function atomically<T>(step: () => T): T {
    begin();
    depth += 1;
    database.exec(`SAVEPOINT step${depth}`);
    try {
      const result = step();
      database.exec(`RELEASE step${depth}`);
      return result;
    } catch (error) {
      database.exec(`ROLLBACK TO step${depth}`);
      database.exec(`RELEASE step${depth}`);
      throw error;
    } finally {
      depth -= 1;
      if (depth === 0) onStep();
    }
  }

  return {
    sql: { exec, atomically },
    commit: () => end('COMMIT'),
    rollback: () => end('ROLLBACK'),
    wipe() {
      for (const { name } of exec(TABLES).toArray()) exec(`DROP TABLE "${name}"`);
    },
    close: () => database.close(),
  };
}

const TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";

/** Hides Node's warning that its SQLite is experimental. */
async function quietly<T>(load: () => Promise<T>): Promise<T> {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return await load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
