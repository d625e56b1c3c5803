/** Runs the commands that a deployment needs. Secrets go to them through stdin and are never arguments. */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { ROOT } from './names.ts';

export interface CommandResult {
  ok: boolean;
  stdout: string;
  /** All that it said, in the order in which it came. */
  said: string;
}

export interface CommandOptions {
  /** Text for stdin. Absent: stdin is empty. */
  input?: string;
  /** The person at the terminal talks with the command, which then returns no output. */
  interactive?: boolean;
  env?: Record<string, string>;
}

/**
 * The repository's own commands come last, so that a `wrangler` earlier in the path is the one that runs. Below
 * `npm run` they come first all the same, because npm puts them there.
 */
const PATH = [process.env.PATH, join(ROOT, 'node_modules/.bin')].filter(Boolean).join(delimiter);

/** @throws Error if the command cannot be started at all. */
export function runCommand(
  command: string,
  args: readonly string[],
  { input, interactive, env }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: interactive ? 'inherit' : 'pipe',
      // Wrangler's log files repeat what it prints, a new Turnstile secret included.
      env: { ...process.env, PATH, WRANGLER_WRITE_LOGS: 'false', WRANGLER_HIDE_BANNER: 'true', ...env },
    });
    let stdout = '';
    let said = '';
    child.stdout?.on('data', (data: Buffer) => {
      stdout += data;
      said += data;
    });
    child.stderr?.on('data', (data: Buffer) => (said += data));
    child.on('error', reject);
    child.on('close', (status) => resolve({ ok: status === 0, stdout, said: said.trim() }));
    // A command that ends before it reads its input closes the pipe.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}
