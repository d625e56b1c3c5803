/**
 * The steps of `npm run setup`, from an empty account to a page that draws. Each can be skipped with Enter. A run that
 * was stopped goes on where it was: answers are in `.peel/setup.json`, secrets only in the worker, which tells which of
 * them it has.
 */
import { CannotGoOn } from '../cannot-go-on.ts';
import { WranglerError } from '../cloudflare.ts';
import { OwnerApiError } from '../owner-api.ts';
import { Stopped } from '../terminal.ts';
import { prepareAccount } from './account.ts';
import { finish } from './finish.ts';
import { askAll } from './questions.ts';
import { openSession, type SetupOptions } from './session.ts';

/** @throws CannotGoOn with what the person can do. */
export async function setUp(options: SetupOptions): Promise<void> {
  const { say, style } = options.terminal;
  try {
    say();
    say(`${style('cyan', 'Peel')} puts itself on your Cloudflare account. Nothing is charged until you say so.`);
    say('Stop with Ctrl+C at any time; run it again and it goes on where it stopped.');
    say();
    const session = openSession(options);
    await prepareAccount(session);
    const stored = await session.cloudflare.secretNames();
    await askAll(session, stored);
    await finish(session, stored);
  } catch (error) {
    if (error instanceof Stopped) throw new CannotGoOn('Stopped. Run `npm run setup` again; it goes on here.');
    if (error instanceof WranglerError || error instanceof OwnerApiError)
      throw new CannotGoOn(`${error.message}\n\nRun \`npm run setup\` again; it goes on here.`);
    throw error;
  }
}
