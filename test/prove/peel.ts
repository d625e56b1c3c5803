/** A deployment under proof: the bundled worker in workerd, on a storage folder that outlives the process. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerProcess, startWorker } from '../bench/server-process.ts';
import { FAKE_GOOGLE_KEY } from '../upstream/keys.ts';

export const ORIGIN = 'https://prove.example';
export const SECRET = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
export const CLIENT_KEY = 'pk_prove_51a8c93e7d2f4b60a7c5e9d1f3b20864';
export const ADMIN_TOKEN = 'the-owner-of-this-proof';

/** More than any proof spends, for proofs that are not about a budget. */
const AMPLE_USD = '999999999';

export interface Peel {
  /** Without a slash at the end. Changes with each start. */
  readonly url: string;
  /** Process id of workerd. */
  readonly pid: number;
  /** Folder of R2, KV and the objects. */
  readonly storage: string;
  /** The last 5,000 log lines of the worker, over all starts. */
  readonly logs: readonly string[];
  /** SIGKILL: nothing is finished, flushed or closed. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts again on the same storage, after {@link kill}. */
  restart(): Promise<void>;
  /** Ends the process and deletes its storage. */
  close(): Promise<void>;
}

const KEPT_LOG_LINES = 5000;

/**
 * @param script Path of the bundle.
 * @param variables Override a valid configuration with the fake upstream as Google and unreachable budgets.
 * @param records Entries of KV that are there before the first request, such as sites.
 * @param onLine Told of each log line.
 */
export async function startPeel(
  script: string,
  upstreamUrl: string,
  variables: Record<string, string> = {},
  records: Record<string, string> = {},
  onLine: (line: string) => void = () => undefined,
): Promise<Peel> {
  const storage = mkdtempSync(join(tmpdir(), 'peel-prove-'));
  const logs: string[] = [];
  const start = (): Promise<ServerProcess> =>
    startWorker({
      script,
      storage,
      records,
      objects: true,
      bindings: {
        GOOGLE_API_KEYS: FAKE_GOOGLE_KEY,
        GOOGLE_BASE_URL: upstreamUrl,
        PEEL_SECRET: SECRET,
        SITE_ORIGINS: ORIGIN,
        CLIENT_KEYS: `prove:${CLIENT_KEY}`,
        ADMIN_TOKEN,
        SITE_PROOF: 'none',
        BURST: 'off',
        SITE_DAILY_BUDGET_USD: AMPLE_USD,
        SITE_MONTHLY_BUDGET_USD: AMPLE_USD,
        DEPLOYMENT_DAILY_BUDGET_USD: AMPLE_USD,
        DEPLOYMENT_MONTHLY_BUDGET_USD: AMPLE_USD,
        ...variables,
      },
      onLog(line) {
        onLine(line);
        logs.push(line);
        if (logs.length > KEPT_LOG_LINES) logs.shift();
      },
    });

  let server = await start();
  return {
    get url() {
      return server.url;
    },
    get pid() {
      return server.pid;
    },
    storage,
    logs,
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      while (isRunning(server.pid)) await sleep(1);
      await server.stop();
    },
    async restart() {
      server = await start();
    },
    async close() {
      await server.stop();
      rmSync(storage, { recursive: true, force: true });
    },
  };
}

/** Whether a process still runs; a dead one that is not yet reaped (`Z`) does not. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat[stat.lastIndexOf(')') + 2] !== 'Z';
  } catch {
    return false;
  }
}
