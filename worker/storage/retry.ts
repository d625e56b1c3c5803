import { NotAnswered } from '../shared/bound.ts';

/** R2 is asked this often in all before a write counts as failed. */
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 50;

/**
 * Runs an idempotent storage operation, again with growing pauses where it throws; the last error is thrown. One that
 * has not answered in time has had its time.
 */
export async function withRetries<T>(operation: () => Promise<T>, pause = scheduler.wait.bind(scheduler)): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation();
    } catch (error) {
      if (attempt === ATTEMPTS || error instanceof NotAnswered) throw error;
      await pause(FIRST_PAUSE_MS * 4 ** (attempt - 1));
    }
  }
}
