/** The part of SQLite that the objects use: an object's own storage, or another SQLite in a proof. Synchronous. */
export interface Sql {
  exec(query: string, ...bindings: (string | number | null)[]): { toArray(): Record<string, unknown>[] };
  /** Runs a synchronous step as one transaction: all of its writes are kept, or none when it throws. */
  atomically<T>(step: () => T): T;
}

/** The SQLite of an object's storage. */
export const sqlOf = (storage: DurableObjectStorage): Sql => ({
  exec: (query, ...bindings) => storage.sql.exec(query, ...bindings),
  atomically: (step) => storage.transactionSync(step),
});
