/**
 * What can go wrong between us and a provider, as one closed union, and the one table of consequences: what rests and
 * for how long, which key or provider may be asked instead, and whether the owner has to act.
 *
 * Providers count quotas by project and model, not by key. The table assumes that each key has its own project. Another
 * key of the same project adds nothing, and costs one refused call, which is free, before it rests as well.
 */
import type { AccountError } from '../gemini/errors/account-errors.ts';
import { nextPacificMidnight } from './pacific-midnight.ts';

export type ErrorClass =
  | AccountError
  /** A 429 with a delay, and one without. */
  | 'rate'
  | 'rate-vague'
  /** A day's quota is spent. The delay in `RetryInfo` does not help. */
  | 'day-quota'
  /** 401, 402, 403, or words about an account, without a known cause. It concerns the key, or this one request. */
  | 'denied'
  /** A firewall in front of the provider wants a browser. */
  | 'wall'
  /** A server before the provider refuses: a proxy, a wrong base URL, a page in place of words. */
  | 'gateway'
  /** 404: the model is retired, or this provider never had it. */
  | 'model-missing'
  /** A redirect: the base URL is wrong. */
  | 'moved'
  /** The provider reports overload; or it was not reached. Provably nothing ran. */
  | 'overloaded'
  | 'unreachable'
  /** Google itself reports its own failure, which it does not charge. */
  | 'failed'
  /** The call may have run: a reset, a deadline, a relay's 500, an unusable answer. */
  | 'lost'
  /** Every provider would refuse the request; or only this one does, because it lacks a feature. */
  | 'request'
  | 'unsuited'
  /** A thought signature is missing, altered, or from another key. */
  | 'signature';

/** What rests: a key for one model, a key, a model at all keys of a provider, a provider. */
export type Scope = 'key-and-model' | 'key' | 'model' | 'provider';

export type RetryScope =
  /** No other attempt: the request is wrong everywhere, or may have run and must not be paid twice. */
  | 'never'
  /** Other providers only: no key of this one helps. */
  | 'elsewhere'
  /** Another key, or another provider. */
  | 'other-key'
  /** The same key, which knows the model under another name. */
  | 'renamed'
  /** Any key after a while, but no provider a third time. */
  | 'once'
  /** Any key after a while, this one too. */
  | 'again';

export interface FailurePolicy {
  next: RetryScope;
  /** Absent: nothing rests. */
  rest?: {
    scope: Scope;
    /** Until when, Unix milliseconds. @param retryMs How long the provider asks to wait, where it says so. */
    until: (now: number, retryMs: number | undefined) => number;
    /** The duration is our guess and not the provider's word. As a last resort the key is asked during the rest. */
    isGuess?: true;
    /**
     * One request's failure may concern that request alone. The rest begins only when a second request fails in the
     * same way, so that one caller cannot stop the others.
     */
    needsSecond?: true;
  };
  /** Counts towards the breaker of its key and model. Any other failure shows that the provider is alive. */
  breaks?: true;
  /** The line in the log is marked for the owner. */
  alarm?: true;
  /**
   * Only the owner can mend it, and until then a key draws nothing, however often it is asked: the key itself, its
   * account, the place of the worker or the address of the provider. Such a key is stopped on the desk, and rings.
   */
  stopsKey?: true;
}

const MINUTE_MS = 60_000;
/** Rest after a 429 without a delay. */
export const DEFAULT_RETRY_AFTER_SECONDS = 30;
/** Rest after a failure that only the owner can fix. It is short, to notice the fix soon; a refused call is free. */
export const LONG_REST_MS = 10 * MINUTE_MS;
/** Longest rest for a spent quota. The owner may raise the quota, so the key is asked again after an hour. */
const MAX_QUOTA_REST_MS = 60 * MINUTE_MS;

const forMs = (ms: number) => (now: number) => now + ms;
const long = (scope: Scope) => ({ scope, until: forMs(LONG_REST_MS) });

const POLICIES = {
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
  'no-quota': {
    next: 'other-key',
    rest: { scope: 'key-and-model', until: forMs(MAX_QUOTA_REST_MS) },
    alarm: true,
    stopsKey: true,
  },
  depleted: { next: 'other-key', rest: long('key'), alarm: true, stopsKey: true },
  'key-invalid': { next: 'other-key', rest: long('key'), alarm: true, stopsKey: true },
  // A leaked key never works again. A new key is a new configuration, and starts a new isolate.
  'key-leaked': {
    next: 'other-key',
    rest: { scope: 'key', until: () => Number.POSITIVE_INFINITY },
    alarm: true,
    stopsKey: true,
  },
  'service-disabled': { next: 'other-key', rest: long('key'), alarm: true, stopsKey: true },
  suspended: { next: 'other-key', rest: long('key'), alarm: true, stopsKey: true },
  unbilled: { next: 'other-key', rest: long('key'), alarm: true, stopsKey: true },
  // A relay can lose its route to a model and find it again without the owner.
  'no-channel': { next: 'other-key', rest: { ...long('key-and-model'), isGuess: true }, alarm: true, stopsKey: true },
  denied: {
    next: 'other-key',
    rest: { ...long('key'), isGuess: true, needsSecond: true },
    alarm: true,
    stopsKey: true,
  },
  wall: {
    next: 'elsewhere',
    rest: { scope: 'provider', until: forMs(MINUTE_MS), isGuess: true, needsSecond: true },
    alarm: true,
  },
  gateway: {
    next: 'elsewhere',
    rest: { scope: 'provider', until: forMs(MINUTE_MS), isGuess: true, needsSecond: true },
    alarm: true,
  },
  // Our location is refused, so every key of this provider is refused.
  region: { next: 'elsewhere', rest: long('provider'), alarm: true, stopsKey: true },
  'model-missing': {
    next: 'elsewhere',
    rest: { ...long('model'), isGuess: true, needsSecond: true },
    alarm: true,
  },
  moved: {
    next: 'elsewhere',
    rest: { scope: 'provider', until: forMs(MINUTE_MS), isGuess: true },
    alarm: true,
    stopsKey: true,
  },
  overloaded: { next: 'again', breaks: true },
  unreachable: { next: 'again', breaks: true },
  failed: { next: 'once', breaks: true },
  lost: { next: 'never', breaks: true },
  request: { next: 'never' },
  unsuited: { next: 'elsewhere' },
  signature: { next: 'never' },
} as const satisfies Readonly<Record<ErrorClass, FailurePolicy>>;

export const FAILURE_POLICIES: Readonly<Record<ErrorClass, FailurePolicy>> = POLICIES;

/** Classes after which a key, or all of a provider, rests. */
export type RestClass = {
  [name in ErrorClass]: (typeof POLICIES)[name] extends { rest: object } ? name : never;
}[ErrorClass];

/** The policy of a class as a report has it; undefined of none, and of one that only another version knows. */
export const policyOf = (errorClass: string | undefined): FailurePolicy | undefined =>
  errorClass !== undefined && Object.hasOwn(FAILURE_POLICIES, errorClass)
    ? FAILURE_POLICIES[errorClass as ErrorClass]
    : undefined;
