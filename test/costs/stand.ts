/** The counted worker in workerd, in front of the fake upstream, and how to count what a request does in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorker } from '../bench/bundle.ts';
import { startWorker } from '../bench/server-process.ts';
import { CLIENT_KEY } from '../client-keys.ts';
import { FAKE_GOOGLE_KEY } from '../upstream/keys.ts';
import { createFakeUpstream } from '../upstream/server.ts';
import { CONTROL, type Operation } from './operation.ts';

export const ORIGIN = 'https://shop.example';

export interface Stand {
  /** Without a slash at the end. */
  url: string;
  /** A new deployment with empty ledgers and KV. R2 stays. @param seed Of all random ids. */
  deploy(seed: string, variables: Record<string, string>): Promise<void>;
  /** A new isolate of the same deployment: it remembers nothing. */
  startIsolate(): Promise<void>;
  /** Another location, which has not yet seen what this one has written to KV. */
  forgetKv(): Promise<void>;
  /** Waits until everything that requests have begun has ended. */
  quiet(): Promise<void>;
  /** Moves the clock. What was to end by then ends. */
  advance(ms: number): Promise<void>;
  /**
   * Counts what requests do, with what they leave to do after their answers, and the alarms of the generations that
   * ring for them.
   */
  count(act: () => Promise<unknown>): Promise<Operation[]>;
  /** Counts two requests, of which the second comes while the first waits for the provider. Trips are the second's. */
  countJoined(first: () => Promise<unknown>, second: () => Promise<unknown>): Promise<Operation[]>;
  /** Rings the alarms of the ledgers, which then have nothing more to wait for. */
  restLedgers(): Promise<void>;
  /** As {@link count}, and the next ring of each ledger that was called. */
  countWithLedgers(act: () => Promise<unknown>): Promise<Operation[]>;
  /** Counts what the alarm of `site` or `deployment` does when it rings after a request. */
  countRing(kind: string, act: () => Promise<unknown>): Promise<Operation[]>;
  close(): Promise<void>;
}

/** A generation that rings more often for one picture has an alarm without an end. */
const MOST_RINGS = 10;

export async function createStand(): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'peel-costs-'));
  const script = await bundleWorker('test/costs/workers/counted.ts', folder);
  const upstream = await createFakeUpstream();
  const server = await startWorker({
    script,
    storage: join(folder, 'storage'),
    objects: true,
    bindings: {
      GOOGLE_API_KEYS: FAKE_GOOGLE_KEY,
      GOOGLE_BASE_URL: upstream.url,
      PEEL_SECRET: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      SITE_ORIGINS: ORIGIN,
      CLIENT_KEYS: `costs:${CLIENT_KEY}`,
      SITE_PROOF: 'none',
      BURST: 'off',
    },
  });

  async function tell<T>(what: string, order: object = {}): Promise<T> {
    const answer = await fetch(`${server.url}${CONTROL}${what}`, { method: 'POST', body: JSON.stringify(order) });
    if (!answer.ok) throw new Error(`${what}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async function countedSoFar(): Promise<Operation[]> {
    await tell('quiet');
    await tell('stop');
    for (let rings = 0; await tell<boolean>('ring', { kind: 'generation' }); rings += 1) {
      if (rings >= MOST_RINGS) throw new Error('A generation rings without an end.');
      await tell('quiet');
    }
    return tell('log');
  }

  async function restLedgers(): Promise<void> {
    for (const kind of ['site', 'deployment']) await tell('ring', { kind });
    await tell('quiet');
  }

  return {
    url: server.url,
    restLedgers,
    async countWithLedgers(act) {
      await tell('start');
      await act();
      await countedSoFar();
      await restLedgers();
      return tell('log');
    },
    deploy: (seed, variables) => tell('deploy', { seed, variables }),
    startIsolate: () => tell('isolate'),
    forgetKv: () => tell('forget-kv'),
    quiet: () => tell('quiet'),
    advance: (ms) => tell('advance', { ms }),
    async count(act) {
      await tell('start');
      await act();
      return countedSoFar();
    },
    async countJoined(first, second) {
      await tell('start', { holdsProvider: true });
      const firstAnswer = first();
      await tell('quiet');
      await tell('join');
      const answers = [firstAnswer, second()];
      await tell('quiet');
      await tell('release');
      await Promise.all(answers);
      return countedSoFar();
    },
    async countRing(kind, act) {
      await tell('start');
      await act();
      await tell('quiet');
      await tell('stop');
      await tell('forget-log');
      await tell('ring', { kind });
      await tell('quiet');
      return tell('log');
    },
    async close() {
      await server.stop();
      await upstream.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
