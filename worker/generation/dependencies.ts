import type { Catalog } from '../catalog/model.ts';
import type { FundsOf } from '../ledger/rpc.ts';
import type { RetentionClass } from '../sites/site.ts';
import type { Inputs } from '../storage/inputs.ts';
import type { PendingParts } from '../storage/pending.ts';
import type { RunDependencies } from './run.ts';
import type { Rows } from './run-store.ts';

/** What a `GenerationMachine` (`generation.ts`) needs: an object's storage and alarm, and the deployment's services. */
export interface GenerationDependencies extends RunDependencies {
  rows: Rows;
  pendingParts: PendingParts;
  /**
   * Tries once to store the pending parts in R2. Safe to call again.
   *
   * @param signal Ends the wait for memory.
   * @returns Whether no part is left.
   * @throws When R2 has lost an upload, so that a picture can never become whole.
   */
  flushPending: (signal?: AbortSignal) => Promise<boolean>;
  ledgers: FundsOf;
  inputs: Pick<Inputs, 'open' | 'discard'>;
  catalog: Catalog;
  random: (bytes: Uint8Array) => Uint8Array;
  /** @param asker Present when only this caller may see the pictures. */
  createPictureId: (retention: RetentionClass, asker?: string) => string;
  pause: (ms: number) => Promise<unknown>;
  /** Keeps the object alive until a promise settles. */
  hold: (promise: Promise<unknown>) => void;
  /** Resolves when every write so far would survive a crash. */
  flush: () => Promise<void>;
  /** Sets the alarm, Unix milliseconds, in place of the one before. */
  wakeAt: (at: number) => Promise<void>;
  /** Ends this instance at once, with everything it waits for. The next instance finds the run in the rows. */
  abandon: (why: string) => void;
  /** Deletes everything that the object stores. */
  forget: () => Promise<void>;
}
