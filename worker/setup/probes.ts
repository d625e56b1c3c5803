/** Whether each binding answers a round trip. */
import type { Log } from '../shared/log.ts';

/** What a round trip has shown. */
export interface Probe {
  binding: string;
  ok: boolean;
  ms: number;
  /** The platform's own words, at most 200 characters. */
  problem?: string;
}

export interface ProbesOptions {
  /** A call of each binding that reads and writes nothing, by the binding's name. */
  calls: Readonly<Record<string, () => Promise<unknown>>>;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  log: Log;
}

/** Longest wait for a binding. */
const ANSWERS_MS = 4_000;
/** A binding that has answered is not asked again for so long: the page looks every few seconds. */
export const REMEMBERED_MS = 60_000;
const MAX_PROBLEM = 200;

/** @returns Asks all bindings side by side. One that failed is asked each time. */
export function createProbes({ calls, now, pause, log }: ProbesOptions): () => Promise<Probe[]> {
  const known = new Map<string, { at: number; probe: Probe }>();

  async function ask(binding: string, call: () => Promise<unknown>): Promise<Probe> {
    const last = known.get(binding);
    if (last && now() - last.at < REMEMBERED_MS) return last.probe;
    const began = now();
    try {
      const late = pause(ANSWERS_MS).then((): never => {
        throw new Error(`no answer within ${ANSWERS_MS / 1000} s`);
      });
      await Promise.race([call(), late]);
      const probe = { binding, ok: true, ms: now() - began };
      known.set(binding, { at: now(), probe });
      return probe;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      log('binding_unreachable', { binding, error: problem, alarm: true });
      return { binding, ok: false, ms: now() - began, problem: problem.slice(0, MAX_PROBLEM) };
    }
  }

  return () => Promise.all(Object.entries(calls).map(([binding, call]) => ask(binding, call)));
}
