/** A fault of a binding in the faulty worker. In its own file, so that code in Node needs no worker types. */
export interface Fault {
  /** Such as `BUCKET.put`, `LEDGER.reserve`, `GENERATION.ask`. */
  call: string;
  /** Text in the call's key or the object's name. */
  about?: string;
  does: 'hang' | 'fail' | { waitMs: number };
  /** How often; absent: every time. */
  times?: number;
}
