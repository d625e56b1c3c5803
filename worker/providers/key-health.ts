/** The health of the providers' keys, for the owner. It contains no keys and no provider's words. */
import type { ProviderName } from '../catalog/model.ts';

export type KeyHealthState =
  | 'fit'
  /** It rests after a failure; `trouble` names its class. */
  | 'rests'
  /** Its breaker is open after failures in a row. */
  | 'open'
  /** Its cool-down is over: one request probes it. */
  | 'half-open';

export interface KeyHealth {
  provider: ProviderName;
  /** The key's place in the owner's list, counted from 1. Absent: all keys of the provider. */
  key?: number;
  /** Absent: all models. */
  model?: string;
  state: KeyHealthState;
  /** Unix milliseconds, as is `until`. */
  since: number;
  /** When the key is asked again. Absent: it rests for ever, or does not rest. */
  until?: number;
  /** The error class of the last failure. `/peel/health` shows this name, and the ledger stores it. */
  trouble?: string;
  /** HTTP status of the last failure, if there was an answer. */
  status?: number;
}

/** Whether a report is about a key, or all keys of a provider. A model that a provider lacks is not the trouble of a key. */
export const isAboutKeys = ({ key, model }: KeyHealth): boolean => key !== undefined || model === undefined;

/** Adds the counts of this isolate since its start. */
export interface KeyHealthReport extends KeyHealth {
  asked: number;
  answered: number;
  failed: number;
}
