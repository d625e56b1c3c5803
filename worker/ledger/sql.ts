/** As much of SQLite as the objects' books need: an object's own storage, or any other SQLite in a proof. */
export interface Sql {
  exec(query: string, ...bindings: (string | number | null)[]): { toArray(): Record<string, unknown>[] };
  /** Runs a synchronous step whose writes are kept all together or not at all. */
  atomically<T>(step: () => T): T;
}

export const sqlOf = (storage: DurableObjectStorage): Sql => ({
  exec: (query, ...bindings) => storage.sql.exec(query, ...bindings),
  atomically: (step) => storage.transactionSync(step),
});
