/**
 * What each client may spend in a day, as its last reservation has said. The caps themselves are in KV; this copy
 * spares the owner's page a read of KV for each client. A row is written when a cap changes. Every method is
 * synchronous.
 */
import type { Purse } from '../limits/purses.ts';
import type { Sql } from './sql.ts';

/** How the names of these settings begin. */
const NAME = 'cap of client ';

export function createClientCaps(sql: Sql) {
  let known: Map<string, number> | undefined;

  function read(): Map<string, number> {
    known ??= new Map(
      sql
        .exec('SELECT name, value FROM settings WHERE name >= ? AND name < ?', NAME, `${NAME}\u{10ffff}`)
        .toArray()
        .map(({ name, value }) => [String(name).slice(NAME.length), Number(value)]),
    );
    return known;
  }

  return {
    /** Notes the caps of a reservation's purses. */
    note(purses: readonly Purse[]): void {
      for (const { name, who, micros } of purses) {
        if (name !== 'client' || read().get(who) === micros) continue;
        if (micros === undefined) {
          sql.exec('DELETE FROM settings WHERE name = ?', NAME + who);
          read().delete(who);
        } else {
          sql.exec('INSERT OR REPLACE INTO settings VALUES (?, ?)', NAME + who, String(micros));
          read().set(who, micros);
        }
      }
    },

    /** Micro-dollars. undefined: the client has no cap of its own. */
    of: (client: string): number | undefined => read().get(client),

    /** Reads the caps from the rows again. Call it after a step that was undone. */
    reload(): void {
      known = undefined;
    },
  };
}
