/** The account on Cloudflare, asked and changed through wrangler alone, which keeps the log-in. */
import { parseJson } from '../../worker/shared/json.ts';
import { type CommandOptions, type CommandResult, runCommand } from './command.ts';
import { WORKER } from './names.ts';

export interface Account {
  id: string;
  name: string;
}

interface LogIn {
  /** Absent for a token that belongs to no person. */
  email?: string;
  accounts: readonly Account[];
}

/** A command of wrangler failed. The message is what it said. */
export class WranglerError extends Error {
  override name = 'WranglerError';
}

export interface Cloudflare {
  /** @returns undefined where this machine is not logged in. */
  whoAmI(): Promise<LogIn | undefined>;
  /** Opens the browser. */
  logIn(): Promise<void>;
  /** All later commands are about this account. */
  use(account: Account): void;
  hasR2(): Promise<boolean>;
  /** Names of the worker's secrets; none where there is no worker yet. */
  secretNames(): Promise<readonly string[]>;
  /** Sets all of them in one new version of the worker. */
  putSecrets(secrets: Record<string, string>): Promise<void>;
  createTurnstile(hosts: readonly string[]): Promise<{ siteKey: string; secretKey: string }>;
  run(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** @throws WranglerError with the command's own words. */
  demand(args: readonly string[], options?: CommandOptions): Promise<string>;
}

/** "Please enable R2 through the Cloudflare Dashboard." */
const R2_IS_OFF = /\b10042\b|enable R2/i;

export function createCloudflare(): Cloudflare {
  const env: Record<string, string> = {};
  const run = (args: readonly string[], options: CommandOptions = {}) =>
    runCommand('wrangler', args, { ...options, env: { ...env, ...options.env } });
  async function demand(args: readonly string[], options?: CommandOptions): Promise<string> {
    const { ok, stdout, said } = await run(args, options);
    if (!ok) throw new WranglerError(said || `wrangler ${args.join(' ')} failed`);
    return stdout;
  }
  return {
    run,
    demand,
    async whoAmI() {
      const { ok, stdout } = await run(['whoami', '--json']);
      return ok ? (parseJson(stdout) as LogIn | undefined) : undefined;
    },
    async logIn() {
      await run(['login'], { interactive: true });
    },
    use(account) {
      env.CLOUDFLARE_ACCOUNT_ID = account.id;
    },
    async hasR2() {
      const { ok, said } = await run(['r2', 'bucket', 'list']);
      if (!ok && !R2_IS_OFF.test(said)) throw new WranglerError(said);
      return ok;
    },
    async secretNames() {
      const { ok, stdout } = await run(['secret', 'list', '--name', WORKER, '--format', 'json']);
      const listed = ok ? parseJson(stdout) : [];
      return (Array.isArray(listed) ? listed : []).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
    },
    async putSecrets(secrets) {
      await demand(['secret', 'bulk', '--name', WORKER], { input: JSON.stringify(secrets) });
    },
    async createTurnstile(hosts) {
      const domains = hosts.flatMap((host) => ['--domain', host]);
      const stdout = await demand(['turnstile', 'widget', 'create', 'Peel', ...domains, '--mode', 'managed', '--json']);
      const made = parseJson(stdout) as { sitekey?: unknown; secret?: unknown } | undefined;
      if (typeof made?.sitekey !== 'string' || typeof made.secret !== 'string')
        throw new WranglerError('wrangler made a widget and did not tell its keys');
      return { siteKey: made.sitekey, secretKey: made.secret };
    },
  };
}
