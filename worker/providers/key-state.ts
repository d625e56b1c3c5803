/** What is kept of a lane and model, or of more: all models of a key, a model at all keys, a provider. */
import { type BreakerState, CLOSED, phaseOf } from './circuit-breaker.ts';
import type { Trouble } from './failure-policies.ts';
import type { LaneNews, LaneReport, LaneState } from './key-health.ts';

export interface Entry {
  name: Pick<LaneNews, 'provider' | 'key' | 'model'>;
  rest?: { since: number; until: number; trouble: Trouble; isGuess: boolean };
  /** One request was refused here in a way that may be about that request alone. */
  suspicion?: { trouble: Trouble; by: object; at: number };
  /** Of a lane and model alone; of anything wider it stays closed. */
  breaker: BreakerState;
  fitSince: number;
  lastTrouble?: Trouble;
  lastStatus?: number;
  counts: Pick<LaneReport, 'asked' | 'answered' | 'failed'>;
  /** What the owner has heard. */
  told?: { state: LaneState; trouble: Trouble; at: number };
}

export const createEntry = (name: Entry['name'], now: number): Entry => ({
  name,
  breaker: CLOSED,
  fitSince: now,
  counts: { asked: 0, answered: 0, failed: 0 },
});

export const isResting = ({ rest }: Entry, now: number): boolean => rest !== undefined && rest.until > now;

export function noteTrouble(entry: Entry, trouble: Trouble, status: number | undefined): void {
  entry.lastTrouble = trouble;
  if (status === undefined) delete entry.lastStatus;
  else entry.lastStatus = status;
}

export function stateOf(entry: Entry, now: number): LaneState {
  if (isResting(entry, now)) return 'rests';
  const phase = phaseOf(entry.breaker, now);
  if (phase === 'probed') return 'half-open';
  return phase === 'closed' ? 'fit' : phase;
}

export function newsOf(entry: Entry, now: number): LaneNews {
  const { name, lastTrouble, lastStatus } = entry;
  const state = stateOf(entry, now);
  const { since, until } = timesOf(entry, state);
  return {
    ...{ ...name, state, since },
    ...(until !== undefined && Number.isFinite(until) && { until }),
    ...(lastTrouble && { trouble: lastTrouble }),
    ...(lastStatus !== undefined && { status: lastStatus }),
  };
}

function timesOf({ rest, breaker: { open }, fitSince }: Entry, state: LaneState): { since: number; until?: number } {
  if (state === 'rests') return rest!;
  if (state === 'fit') return { since: fitSince };
  const since = open!.until - open!.cooldownMs;
  return state === 'open' ? { since, until: open!.until } : { since };
}
