import type { Sql } from './sql.ts';

/**
 * The address prefixes that the owner has blocked. A prefix is named by a hash with the salt of a UTC day, so a block
 * ends with its day. Every method is synchronous.
 */
export function createBlocks(sql: Sql) {
  let known: { day: string; prefixes: Set<string> } | undefined;

  function on(day: string): Set<string> {
    if (known?.day !== day) {
      const rows = sql.exec('SELECT prefix FROM blocked WHERE day = ?', day).toArray();
      known = { day, prefixes: new Set(rows.map(({ prefix }) => String(prefix))) };
    }
    return known.prefixes;
  }

  return {
    /** The prefixes that are blocked on a day, `YYYY-MM-DD`. */
    on: (day: string): ReadonlySet<string> => on(day),

    /** Blocks a prefix for the rest of a day. Idempotent. */
    add(prefix: string, day: string): void {
      if (on(day).has(prefix)) return;
      sql.exec('INSERT INTO blocked VALUES (?, ?)', day, prefix);
      on(day).add(prefix);
    },

    /** Ends a block. Idempotent. */
    remove(prefix: string, day: string): void {
      sql.exec('DELETE FROM blocked WHERE day = ? AND prefix = ?', day, prefix);
      on(day).delete(prefix);
    },

    /** Reads the blocks from the rows again. Call it after a step that was undone. */
    reload(): void {
      known = undefined;
    },

    /** Deletes the blocks before a day. */
    forget(day: string): void {
      sql.exec('DELETE FROM blocked WHERE day < ?', day);
    },
  };
}
