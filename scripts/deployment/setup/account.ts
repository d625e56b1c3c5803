/** Before the questions: the machine, the log-in at Cloudflare, the account, and its R2. */
import { refuseMachine } from '../answers.ts';
import { CannotGoOn } from '../cannot-go-on.ts';
import type { Account } from '../cloudflare.ts';
import type { Session } from './session.ts';

const R2_PAGE = 'https://dash.cloudflare.com/?to=/:account/r2';

export async function prepareAccount(session: Session): Promise<void> {
  checkMachine(session);
  await logIn(session);
  await awaitR2(session);
}

function checkMachine({ terminal, env }: Session): void {
  const refusal = refuseMachine(process.versions.node);
  if (refusal) throw new CannotGoOn(refusal);
  const npm = /\bnpm\/(\S+)/.exec(env.npm_config_user_agent ?? '')?.[1];
  terminal.done(`Node ${process.versions.node}${npm ? `, npm ${npm}` : ''}`);
}

async function logIn(session: Session): Promise<void> {
  const { terminal, cloudflare, isNonInteractive } = session;
  let user = await cloudflare.whoAmI();
  if (!user && isNonInteractive) {
    throw new CannotGoOn(
      'This machine is not logged in to Cloudflare. Set CLOUDFLARE_API_TOKEN, or run `npx wrangler login`.',
    );
  }
  if (!user) {
    terminal.say(
      'Your browser opens for the log-in at Cloudflare. Where there is none, stop with Ctrl+C, set CLOUDFLARE_API_TOKEN,\n' +
        'and run it again.',
    );
    await cloudflare.logIn();
    user = await cloudflare.whoAmI();
    if (!user) throw new CannotGoOn('The log-in at Cloudflare failed. Run `npm run setup` again; it goes on here.');
  }
  terminal.done(`Logged in to Cloudflare${user.email ? ` as ${user.email}` : ''}`);
  const account = await chooseAccount(session, user.accounts);
  if (account) cloudflare.use(account);
}

async function chooseAccount(session: Session, accounts: readonly Account[]): Promise<Account | undefined> {
  const { terminal, env, known, isNonInteractive, remember, grey } = session;
  if (accounts.length <= 1) return accounts[0];
  const wanted = env.CLOUDFLARE_ACCOUNT_ID ?? known.accountId;
  const found = accounts.find(({ id }) => id === wanted);
  if (found) {
    terminal.done(`Account ${found.name}`);
    return found;
  }
  terminal.say('Your accounts:');
  for (const [at, { name, id }] of accounts.entries()) terminal.say(`  ${at + 1}  ${name} ${grey(id)}`);
  if (isNonInteractive)
    throw new CannotGoOn('There are several accounts: CLOUDFLARE_ACCOUNT_ID must name one of them.');
  for (;;) {
    const account = accounts[Number(await terminal.ask(`Which one ${grey('(its number)')}:`)) - 1];
    if (account) {
      remember({ accountId: account.id });
      return account;
    }
    terminal.warn(`Type a number from 1 to ${accounts.length}.`);
  }
}

async function awaitR2({ terminal, cloudflare, isNonInteractive }: Session): Promise<void> {
  while (!(await cloudflare.hasR2())) {
    terminal.warn(
      'R2 is not switched on in this account yet. It is free up to 10 GB; Cloudflare asks for a card.\n' +
        `Switch it on at ${R2_PAGE}, then press Enter.`,
    );
    if (isNonInteractive) throw new CannotGoOn('R2 is not switched on in this account.');
    await terminal.ask('');
  }
  terminal.done('R2 is on');
}
