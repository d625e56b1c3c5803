/** The shared setup of all proofs: the deployed worker, bundled once, and the fake upstream in this process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleWorker } from '../bench/bundle.ts';
import type { RecordedRequest } from '../upstream/recorder.ts';
import { createFakeUpstream, type FakeUpstream } from '../upstream/server.ts';
import { type Peel, startPeel } from './peel.ts';

export interface Stage {
  upstream: FakeUpstream;
  /** Path of the bundle. */
  script: string;
  /** Prints progress. */
  say(line: string): void;
  /**
   * @param variables Override a valid configuration with ample budgets.
   * @param records Entries of KV that are there before the first request, such as sites.
   */
  withPeel<T>(
    variables: Record<string, string>,
    use: (peel: Peel) => Promise<T>,
    records?: Record<string, string>,
  ): Promise<T>;
  close(): Promise<void>;
}

export async function createStage(say: Stage['say']): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'peel-prove-bundle-'));
  const script = await bundleWorker('worker/index.ts', directory);
  const upstream = await createFakeUpstream();
  return {
    upstream,
    script,
    say,
    async withPeel(variables, use, records) {
      const peel = await startPeel(script, upstream.url, variables, records);
      try {
        return await use(peel);
      } finally {
        await peel.close();
      }
    },
    async close() {
      await upstream.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The calls of paid methods that reached upstream with this text in their body. */
export const paidCalls = ({ upstream }: Stage, containing: string): RecordedRequest[] =>
  upstream.requests.filter(({ path, body }) => /:(stream)?generateContent/i.test(path) && body?.includes(containing));

export interface Patience {
  withinMs?: number;
  /** Milliseconds between two checks. */
  everyMs?: number;
}

/** Waits until a condition is true. @throws When it is not true in time, two minutes by default. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { withinMs = 120_000, everyMs = 1 }: Patience = {},
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Not within ${withinMs} ms: ${what}.`);
    await sleep(everyMs);
  }
}
