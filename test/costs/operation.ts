/** What a request has done, as the counted worker writes it down. In its own file, so that Node needs no worker types. */

/**
 * Where in the request's time: `before` the provider is called; `beside` its work, which takes some 20 s; `after` its
 * answer and before the last byte; `later`. A request without a provider is all `before`.
 */
export type Phase = 'before' | 'beside' | 'after' | 'later';

export interface Operation {
  /** `R2.put`, `KV.get`, `IMAGES.output`, `provider.fetch`, `site.reserve`, `generation.sql`, `generation.sync`. */
  name: string;
  phase: Phase;
  /** The number of its trip in its phase, from 1. Absent: nothing waits for it on a network or a disk. */
  trip?: number;
  /** Keys of one KV call. */
  keys?: number;
  /** SQLite rows. An alarm that is set is billed as a written row. */
  rowsRead?: number;
  rowsWritten?: number;
}

/** The counted worker's own paths. */
export const CONTROL = '/__costs/';
