import { NotAnswered } from '../shared/bound.ts';

/** Tries in all before an operation fails. */
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 50;

/**
 * Runs an idempotent storage operation, up to three times with pauses of 50 and 200 ms, and throws the last error.
 * {@link NotAnswered} is thrown at once: that operation has used up its time.
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
