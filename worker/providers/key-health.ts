/** How the keys of the providers stand, in words for their owner: no keys, no providers' words. */
import type { ProviderName } from '../catalog/model.ts';

export type KeyHealthState =
  | 'fit'
  /** For what its provider said; `trouble` says what. */
  | 'rests'
  /** Its breaker is open after failures in a row. */
  | 'open'
  /** Open, and the next request finds out. */
  | 'half-open';

export interface KeyHealth {
  provider: ProviderName;
  /** Its place in the owner's list, counted from 1; absent: all keys of the provider. */
  key?: number;
  /** Absent: all models. */
  model?: string;
  state: KeyHealthState;
  /** Unix milliseconds, as is `until`. */
  since: number;
  /** When it is asked again; absent where it rests for ever, or does not rest. */
  until?: number;
  /** The error class of what was wrong last. The name is told at `/peel/health` and stored by the ledger. */
  trouble?: string;
  /** HTTP status of what was wrong last, where there was an answer. */
  status?: number;
}

/** With what an isolate has counted since it began. */
export interface KeyHealthReport extends KeyHealth {
  asked: number;
  answered: number;
  failed: number;
}
