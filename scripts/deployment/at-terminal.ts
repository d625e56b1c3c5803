import { CannotGoOn } from './cannot-go-on.ts';
import { WranglerError } from './cloudflare.ts';
import { OwnerApiError } from './owner-api.ts';
import { openTerminal, Stopped, type Terminal } from './terminal.ts';

/** Runs a command of the deployment. What a person can mend is said in a sentence, and ends with 1. */
export async function atTerminal(run: (terminal: Terminal) => Promise<void>): Promise<void> {
  const terminal = openTerminal();
  try {
    await run(terminal);
  } catch (error) {
    const isExpected = [CannotGoOn, WranglerError, OwnerApiError, Stopped].some((kind) => error instanceof kind);
    if (!isExpected) throw error;
    terminal.say();
    terminal.warn((error as Error).message || 'Stopped.');
    process.exitCode = 1;
  } finally {
    terminal.close();
  }
}
