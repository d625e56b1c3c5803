/** What a binding of the faulty worker is told to do. Apart from it, so that what runs in Node needs none of its types. */
export interface Fault {
  /** Such as `BUCKET.put`, `LEDGER.reserve`, `GENERATION.ask`. */
  call: string;
  /** In the call's key, or the object's name. */
  about?: string;
  does: 'hang' | 'fail' | { waitMs: number };
  /** Absent: every time. */
  times?: number;
}
