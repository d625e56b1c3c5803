/**
 * What can be wrong between us and a provider, as one closed union, and the one table that says what follows: what is
 * left alone and for how long, who may be asked instead, and whether the owner has to act.
 *
 * Providers count quotas by project and model, not by key. Each key of a list is taken for a project of its own: a
 * second key of the same project would add nothing, and costs one refused call, which is free, until it rests as well.
 */
import type { AccountError } from '../gemini/errors/account-errors.ts';
import { nextPacificMidnight } from './pacific-midnight.ts';

export type ErrorClass =
  | AccountError
  /** 429 that says when to come back, and one that does not. */
  | 'rate'
  | 'rate-vague'
  /** A day's quota is spent: what `RetryInfo` says beside it does not help. */
  | 'day-quota'
  /** 401, 402, 403, or words about an account, with no cause that is known: of the key, or of this one request. */
  | 'denied'
  /** A firewall in front of the provider wants a browser. */
  | 'wall'
  /** 404: retired, or never known to this provider. */
  | 'model-missing'
  /** The provider sends us elsewhere: a base URL that is wrong. */
  | 'moved'
  /** It says that it cannot now; or it was not reached at all. Provably nothing ran. */
  | 'overloaded'
  | 'unreachable'
  /** Google itself says that it failed, which it does not charge. */
  | 'failed'
  /** It may have run: a reset, a deadline, a relay's 500, an answer that is none. */
  | 'lost'
  /** The request is refused, whoever is asked; or by this provider alone, which cannot do what another may. */
  | 'request'
  | 'unsuited'
  /** A thought signature is missing, altered, or another maker's. */
  | 'signature';

/** What rests: a key for one model, a key, a model at every key of a provider, a provider. */
export type Scope = 'key-and-model' | 'key' | 'model' | 'provider';

export type RetryScope =
  /** Nobody: the request is wrong everywhere, or may have run and must not be paid twice. */
  | 'never'
  /** Other providers: this one will not, whatever the key. */
  | 'elsewhere'
  /** Another key, or another provider. */
  | 'other-key'
  /** The same key, which knows the model under another name. */
  | 'renamed'
  /** Any key after a while, but no provider a third time. */
  | 'once'
  /** Anybody after a while, this key too. */
  | 'again';

export interface FailurePolicy {
  next: RetryScope;
  /** Absent: nothing rests. */
  rest?: {
    scope: Scope;
    /** Until when, Unix milliseconds. @param retryMs How long the provider asks to wait, where it says so. */
    until: (now: number, retryMs: number | undefined) => number;
    /** How long is our guess and not the provider's word: better asked than nobody. */
    isGuess?: true;
    /**
     * What one request is answered may be about that request. Nothing rests before a second request hears the same, so
     * that no caller can stop the others.
     */
    needsSecond?: true;
  };
  /** Counts towards the breaker of its key and model; everything else shows a provider that is alive. */
  breaks?: true;
  /** Only the owner can mend it. */
  alarm?: true;
}

const MINUTE_MS = 60_000;
/** For a 429 that does not say how long. */
export const DEFAULT_RETRY_AFTER_SECONDS = 30;
/** For what only the owner can mend: short enough to notice that he has, and a refusal is free. */
export const LONG_REST_MS = 10 * MINUTE_MS;
/** For what a new day mends, or a raised quota: asked once more after an hour, whatever the provider says. */
const MAX_QUOTA_REST_MS = 60 * MINUTE_MS;

const forMs = (ms: number) => (now: number) => now + ms;
const long = (scope: Scope) => ({ scope, until: forMs(LONG_REST_MS) });

export const FAILURE_POLICIES: Readonly<Record<ErrorClass, FailurePolicy>> = {
  rate: {
    next: 'other-key',
    rest: {
      scope: 'key-and-model',
      until: (now, retryMs = DEFAULT_RETRY_AFTER_SECONDS * 1000) => now + Math.min(retryMs, MAX_QUOTA_REST_MS),
    },
  },
  'rate-vague': {
    next: 'other-key',
    rest: { scope: 'key-and-model', until: forMs(DEFAULT_RETRY_AFTER_SECONDS * 1000), isGuess: true },
  },
  'day-quota': {
    next: 'other-key',
    rest: { scope: 'key-and-model', until: (now) => Math.min(nextPacificMidnight(now), now + MAX_QUOTA_REST_MS) },
  },
  'no-quota': { next: 'other-key', rest: { scope: 'key-and-model', until: forMs(MAX_QUOTA_REST_MS) }, alarm: true },
  depleted: { next: 'other-key', rest: long('key'), alarm: true },
  'key-invalid': { next: 'other-key', rest: long('key'), alarm: true },
  // It never comes back. A new key is a new configuration, and with it a new isolate.
  'key-leaked': { next: 'other-key', rest: { scope: 'key', until: () => Number.POSITIVE_INFINITY }, alarm: true },
  'service-disabled': { next: 'other-key', rest: long('key'), alarm: true },
  suspended: { next: 'other-key', rest: long('key'), alarm: true },
  unbilled: { next: 'other-key', rest: long('key'), alarm: true },
  // Relays lose and find their ways to a model by themselves.
  'no-channel': { next: 'other-key', rest: { ...long('key-and-model'), isGuess: true }, alarm: true },
  denied: { next: 'other-key', rest: { ...long('key'), isGuess: true, needsSecond: true }, alarm: true },
  wall: {
    next: 'elsewhere',
    rest: { scope: 'provider', until: forMs(MINUTE_MS), isGuess: true, needsSecond: true },
    alarm: true,
  },
  // It is about where we are: every key of this provider is alike from here.
  region: { next: 'elsewhere', rest: long('provider'), alarm: true },
  'model-missing': {
    next: 'elsewhere',
    rest: { ...long('model'), isGuess: true, needsSecond: true },
    alarm: true,
  },
  moved: { next: 'elsewhere', rest: { scope: 'provider', until: forMs(MINUTE_MS), isGuess: true }, alarm: true },
  overloaded: { next: 'again', breaks: true },
  unreachable: { next: 'again', breaks: true },
  failed: { next: 'once', breaks: true },
  lost: { next: 'never', breaks: true },
  request: { next: 'never' },
  unsuited: { next: 'elsewhere' },
  signature: { next: 'never' },
};
