/** Starts the measured servers, each in its own process, so that CPU and memory can be told apart. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { childrenOf } from './process-usage.ts';

export interface ServerProcess {
  /** Without a slash at the end. */
  url: string;
  pid: number;
  stop(): Promise<void>;
}

export interface WorkerOptions {
  /** Path of a bundle, one ES module. */
  script: string;
  /** Paths of the ES modules that it imports. */
  modules?: readonly string[];
  bindings: Record<string, string>;
  /** Folder for R2, KV and the objects; a temporary one when absent. */
  storage?: string;
  /** Entries of KV that are there before the first request. */
  records?: Record<string, string>;
  /** The bundle exports the Durable Objects of wrangler.toml: workerd does not start with a class that is missing. */
  objects?: boolean;
  /** Folder of static assets, which are asked before the worker. */
  assets?: string;
  /** Called with each log line of the worker. */
  onLog?: (line: string) => void;
}

const NAME = 'bench';

/** As in wrangler.toml. */
const ROUTES_OF_ASSETS = {
  routerConfig: { has_user_worker: true },
  assetConfig: { html_handling: 'auto-trailing-slash', not_found_handling: 'none' },
} as const;

const OBJECTS = {
  GENERATION: { className: 'Generation', useSQLite: true },
  LEDGER: { className: 'Ledger', useSQLite: true },
  PROOFS: { className: 'Proofs', useSQLite: true },
} as const;

/** A worker in workerd with the simulators of R2, KV, Images, rate limits and objects. */
export function createMiniflare(options: WorkerOptions): Miniflare {
  const { script, modules = [], bindings, storage, objects = false, assets, onLog } = options;
  return new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      telemetry: { enabled: false },
      ...(storage === undefined ? {} : { resourcePersistencePath: storage }),
      // Logging is part of the worker's work, so its lines are always taken.
      handleStructuredLogs: ({ message }) => onLog?.(message),
      workers: [
        {
          name: NAME,
          modules: [script, ...modules].map((path) => ({ type: 'ESModule', path })),
          // A module name outside `modulesRoot` makes workerd fail with "internal error".
          modulesRoot: dirname(script),
          compatibilityDate: '2026-10-15',
          compatibilityFlags: ['enable_request_signal'],
          bindings,
          kvNamespaces: { KV: 'kv' },
          r2Buckets: { BUCKET: 'bucket' },
          ...(objects ? { durableObjects: OBJECTS } : {}),
          ...(assets === undefined ? {} : { assets: { directory: assets, binding: 'ASSETS', ...ROUTES_OF_ASSETS } }),
          images: { binding: 'IMAGES' },
          ratelimits: { BURST_LIMITER: { namespace_id: '1001', simple: { limit: 30, period: 10 } } },
          unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
        },
      ],
    }),
  );
}

/** Starts a bundle. Requests go directly to the worker's own socket, without a dev proxy, an entry worker or Node between. */
export async function startWorker(options: WorkerOptions): Promise<ServerProcess> {
  const known = new Set(childrenOf(process.pid, 'workerd'));
  const miniflare = createMiniflare(options);
  await miniflare.ready;
  const kv = await miniflare.getKVNamespace('KV', NAME);
  for (const [key, value] of Object.entries(options.records ?? {})) await kv.put(key, value);
  const { origin } = await miniflare.unsafeGetDirectURL(NAME);
  const [pid, ...others] = childrenOf(process.pid, 'workerd').filter((each) => !known.has(each));
  if (pid === undefined || others.length > 0) throw new Error('Cannot tell which workerd was started.');
  return { url: origin, pid, stop: () => miniflare.dispose() };
}

/** The fake upstream. */
export async function startUpstream(): Promise<ServerProcess> {
  const child = spawn(process.execPath, [new URL('../upstream/main.ts', import.meta.url).pathname], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { url, pid: child.pid as number, stop: () => stopChild(child) };
}

/** Portkey's gateway, which prints no URL and takes a port. */
export async function startPortkey(script: string): Promise<ServerProcess> {
  const port = await findFreePort();
  const child = spawn(process.execPath, [script, `--port=${port}`, '--headless'], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`Portkey's gateway ended with ${child.exitCode}.`);
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return { url, pid: child.pid as number, stop: () => stopChild(child) };
    await sleep(50);
  }
  await stopChild(child);
  throw new Error("Portkey's gateway did not start within 10 s.");
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
