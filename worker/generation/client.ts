/** Generations as a worker asks for them: a `Generation` object for each key, found by its name from everywhere. */
import type { Failure } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import { fromLines } from './event-log.ts';
import type { GenerationEvent, GenerationJob, Generations, RequestInputs } from './job.ts';

/** As a stub answers it. */
export interface GenerationRpc {
  ask(job: GenerationJob, inputs: RequestInputs): Promise<ReadableStream<Uint8Array>>;
}

/** An object that dies is asked once more: it knows what became of its run. */
const ASKS = 2;

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
          // A run begins when its events are read, and there are none where no call was ever answered.
          const failure = isHeard ? lost(error) : turnedAway(error);
          if (asked === ASKS || isOverloaded(error)) return yield { type: 'failed', failure };
        }
        progress.again();
      }
    },
  };
}

/** A second answer begins anew: what the caller has heard is not told again. */
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
        // Half of one picture's answer cannot be followed by half of another's.
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

/** Set by the platform on errors of calls that an object had no room for; asking again makes it worse. */
const isOverloaded = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && (error as { overloaded?: boolean }).overloaded === true;

const UNHEARD_RETRY_SECONDS = 5;

/**
 * The object never took the call: it answers as soon as it has it, before anything is paid. Should only that answer
 * have been lost, the same request finds its run.
 */
const turnedAway = (error: unknown): Failure => ({
  reason: 'UPSTREAM_UNAVAILABLE',
  ran: 'no',
  retryAfterSeconds: UNHEARD_RETRY_SECONDS,
  cause: String(error),
});

/** It may have run all the same. */
const lost = (error: unknown): Failure => ({ reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause: String(error) });
