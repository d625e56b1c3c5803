/**
 * Generations that run inside the worker that was asked, held by `waitUntil`: they outlive their caller by the 30 s
 * that Cloudflare gives, and two callers of one key do not find each other. Behind the same port, a Durable Object
 * per key takes both limits away.
 */
import type { GenerationEvent, Generations } from '../ports.ts';
import { type RunDependencies, runGeneration } from './run.ts';

/** @param waitUntil Keeps the run alive when the caller has gone. */
export function createInWorkerGenerations(
  deps: RunDependencies,
  waitUntil: (promise: Promise<unknown>) => void,
): Generations {
  return {
    async ask(job) {
      let listener: ReadableStreamDefaultController<GenerationEvent> | undefined;
      const events = new ReadableStream<GenerationEvent>({
        start: (controller) => {
          listener = controller;
        },
        cancel: () => {
          listener = undefined;
        },
      });
      // Events are small and few, so they queue without back-pressure: a slow reader must not slow the run.
      const run = runGeneration(job, deps, (event) => listener?.enqueue(event)).then(() => listener?.close());
      waitUntil(run);
      return events;
    },
  };
}
