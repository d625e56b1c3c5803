/** What calls of bindings do in the worker of `workers/faulty.ts`. */
export interface Fault {
  /** Such as `BUCKET.put`, `LEDGER.reserve`, `GENERATION.ask`. */
  call: string;
  /** In the call's key, or the object's name. */
  about?: string;
  does: 'hang' | 'fail' | { waitMs: number };
  /** Absent: every time. */
  times?: number;
}
