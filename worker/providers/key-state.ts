/** The state of a key and model, or of a wider scope: all models of a key, a model at all keys, a provider. */
import { type BreakerState, CLOSED, phaseOf } from './circuit-breaker.ts';
import type { ErrorClass } from './failure-policies.ts';
import type { KeyHealth, KeyHealthReport, KeyHealthState } from './key-health.ts';

export interface KeyState {
  name: Pick<KeyHealth, 'provider' | 'key' | 'model'>;
  rest?: { since: number; until: number; errorClass: ErrorClass; isGuess: boolean };
  /** One request was refused in a way that may concern that request alone. */
  suspicion?: { errorClass: ErrorClass; by: object; at: number };
  /** Used for a key and model only; in wider scopes it stays closed. */
  breaker: BreakerState;
  fitSince: number;
  lastError?: ErrorClass;
  lastStatus?: number;
  counts: Pick<KeyHealthReport, 'asked' | 'answered' | 'failed'>;
  /** The last report to the owner. */
  told?: { state: KeyHealthState; errorClass: ErrorClass; at: number };
}

export const createKeyState = (name: KeyState['name'], now: number): KeyState => ({
  name,
  breaker: CLOSED,
  fitSince: now,
  counts: { asked: 0, answered: 0, failed: 0 },
});

export const isResting = ({ rest }: KeyState, now: number): boolean => rest !== undefined && rest.until > now;

export function noteError(entry: KeyState, errorClass: ErrorClass, status: number | undefined): void {
  entry.lastError = errorClass;
  if (status === undefined) delete entry.lastStatus;
  else entry.lastStatus = status;
}

export function stateOf(entry: KeyState, now: number): KeyHealthState {
  if (isResting(entry, now)) return 'rests';
  const phase = phaseOf(entry.breaker, now);
  if (phase === 'probed') return 'half-open';
  return phase === 'closed' ? 'fit' : phase;
}

export function healthOf(entry: KeyState, now: number): KeyHealth {
  const { name, lastError, lastStatus } = entry;
  const state = stateOf(entry, now);
  const { since, until } = timesOf(entry, state);
  return {
    ...{ ...name, state, since },
    ...(until !== undefined && Number.isFinite(until) && { until }),
    ...(lastError && { trouble: lastError }),
    ...(lastStatus !== undefined && { status: lastStatus }),
  };
}

function timesOf(
  { rest, breaker: { open }, fitSince }: KeyState,
  state: KeyHealthState,
): { since: number; until?: number } {
  if (state === 'rests') return rest!;
  if (state === 'fit') return { since: fitSince };
  const since = open!.until - open!.cooldownMs;
  return state === 'open' ? { since, until: open!.until } : { since };
}
