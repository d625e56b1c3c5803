import type { Failure } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import { fromLines } from './event-log.ts';
import type { GenerationEvent, GenerationJob, Generations, KeptUnder, RequestInputs } from './job.ts';

/** The `Generation` object over RPC. Events come as lines of JSON. */
export interface GenerationRpc {
  ask(job: GenerationJob, inputs: RequestInputs): Promise<ReadableStream<Uint8Array>>;
}

/** The same object, for the owner. */
export interface EraserRpc {
  /**
   * Deletes the manifest of pictures and all that could tell them again, but not the pictures. Idempotent.
   *
   * @returns false where a run of the same request goes on: ask again later.
   */
  erase(kept: KeptUnder): Promise<boolean>;
}

/** Attempts to read the events. An object that dies is asked once more, because it knows the outcome of its run. */
const ASKS = 2;

/**
 * The worker's view of generations: one `Generation` object for each key, with the same name everywhere. When the
 * object breaks off, the client asks once more and skips the events that its caller already has.
 *
 * @param find The stub of a key's object.
 */
export function createGenerationClient(find: (key: string) => GenerationRpc, log: Log): Generations {
  return {
    async *ask(job, inputs) {
      const progress = createProgress();
      let isHeard = false;
      for (let asked = 1; ; asked += 1) {
        try {
          const lines = await find(job.key).ask(job, inputs);
          isHeard = true;
          for await (const event of fromLines(lines)) {
            const next = progress.take(event);
            if (next) yield next;
            if (event.type === 'done' || event.type === 'failed') return;
          }
          throw new Error('the events break off');
        } catch (error) {
          log('generation_unreachable', { asked, error: String(error) });
          // A run starts only when its events are read. Without any answered call there was no run of this caller.
          const failure = isHeard ? lost(error) : turnedAway(error);
          if (asked === ASKS || isOverloaded(error)) return yield { type: 'failed', failure };
        }
        progress.again();
      }
    },
  };
}

/** A second answer starts at the first event again. Events that the caller already has are skipped. */
function createProgress() {
  let id: string | undefined;
  let heard = 0;
  let toSkip = 0;
  let isAdmitted = false;
  return {
    again(): void {
      toSkip = heard;
    },
    take(event: GenerationEvent): GenerationEvent | undefined {
      if (event.type === 'admitted') {
        const isNews = !isAdmitted;
        isAdmitted = true;
        return isNews ? event : undefined;
      }
      if (event.type === 'started') {
        const isNews = id === undefined;
        // Chunks of two different runs must not be mixed.
        if (!isNews && id !== event.id && heard > 0) throw new Error('another run answers');
        id = event.id;
        return isNews || heard === 0 ? event : undefined;
      }
      if (event.type !== 'chunk') return event;
      if (toSkip > 0) {
        toSkip -= 1;
        return undefined;
      }
      heard += 1;
      return event;
    },
  };
}

/**
 * The platform sets `overloaded` when an object has no room for a call; a retry makes it worse
 * (developers.cloudflare.com/durable-objects/best-practices/error-handling).
 */
const isOverloaded = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && (error as { overloaded?: boolean }).overloaded === true;

const UNHEARD_RETRY_SECONDS = 5;

/**
 * The object never took the call: it answers as soon as it has the call, before anything is paid. If only that answer
 * was lost, the same request finds its run.
 */
const turnedAway = (error: unknown): Failure => ({
  reason: 'UPSTREAM_UNAVAILABLE',
  ran: 'no',
  retryAfterSeconds: UNHEARD_RETRY_SECONDS,
  cause: String(error),
});

/** The events broke off, and the run may have gone up. */
const lost = (error: unknown): Failure => ({ reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause: String(error) });
