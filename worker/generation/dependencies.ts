/** What a {@link GenerationMachine} lives on: an object's storage and alarm, and the services of the deployment. */
import type { RetentionClass } from '../auth/site.ts';
import type { Catalog } from '../catalog/model.ts';
import type { Accounts } from '../ledger/rpc.ts';
import type { Inputs } from '../storage/inputs.ts';
import type { PendingParts } from '../storage/pending.ts';
import type { RunDependencies } from './run.ts';
import type { Rows } from './run-store.ts';

export interface GenerationDependencies extends RunDependencies {
  rows: Rows;
  pendingParts: PendingParts;
  /** Tries to store what is pending. @param signal Ends the wait for memory. @returns Whether nothing is left. */
  flushPending: (signal?: AbortSignal) => Promise<boolean>;
  ledgers: Accounts;
  inputs: Pick<Inputs, 'open' | 'discard'>;
  catalog: Catalog;
  random: (bytes: Uint8Array) => Uint8Array;
  createPictureId: (retention: RetentionClass, asker?: string) => string;
  pause: (ms: number) => Promise<unknown>;
  /** Keeps the object alive until a promise settles. */
  hold: (promise: Promise<unknown>) => void;
  /** Resolves when everything written would survive a crash. */
  flush: () => Promise<void>;
  /** Sets the alarm, Unix milliseconds; the earliest wins where several are set. */
  wakeAt: (at: number) => Promise<void>;
  /** Ends this instance at once, and all that it waits for. The next one finds the run in the rows. */
  abandon: (why: string) => void;
  /** Deletes all that the object keeps. */
  forget: () => Promise<void>;
}
