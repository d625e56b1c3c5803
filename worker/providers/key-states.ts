/**
 * What an isolate knows of its keys: which rest, since when and why, and the breakers. Isolates do not share this. Each
 * finds out for itself, at the price of one refused call, which is free.
 *
 * A key is one key of one provider. A rest may concern a wider scope than a key and model, so it is stored under the
 * name of its scope. A key is fit for a model if none of its scopes rests.
 */
import type { ProviderName } from '../catalog/model.ts';
import type { Log } from '../shared/log.ts';
import * as breaker from './circuit-breaker.ts';
import { type ErrorClass, FAILURE_POLICIES, LONG_REST_MS, type Scope } from './failure-policies.ts';
import type { KeyHealth, KeyHealthReport } from './key-health.ts';
import { createKeyState, healthOf, isResting, type KeyState, noteError, stateOf } from './key-state.ts';
import type { Verdict } from './provider.ts';
import type { RetryKey } from './retry.ts';

export interface KeyName {
  provider: ProviderName;
  /** The key's place in the owner's list, counted from 1. */
  place: number;
}

/** A request under way. */
export interface PendingAttempt {
  key: KeyName;
  model: string;
  at: number;
  /** Identifies the request: all its attempts share this object. */
  by: object;
  /** The attempt tests whether the key is fit again. */
  isProbe: boolean;
}

export interface KeyStatesOptions {
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
  /** Called on every change, and for an unchanged state at most once in {@link TELL_EVERY_MS}. */
  reportHealth: (health: KeyHealth) => void;
}

export const TELL_EVERY_MS = 10_000;
/** An older first refusal does not count as the first of two. */
export const SUSPICION_MS = LONG_REST_MS;

/** @param keys All keys. Each is reported, also if it was never asked. */
export function createKeyStates(keys: readonly KeyName[], { now, log, reportHealth }: KeyStatesOptions) {
  const entries = new Map<string, KeyState>();

  function entryOf({ provider, place }: KeyName, model: string, scope: Scope): KeyState {
    const key = scope === 'key-and-model' || scope === 'key' ? { key: place } : {};
    const ofModel = scope === 'key-and-model' || scope === 'model' ? { model } : {};
    const id = `${provider} ${key.key ?? '*'} ${ofModel.model ?? '*'}`;
    const entry = entries.get(id) ?? createKeyState({ provider, ...key, ...ofModel }, now());
    entries.set(id, entry);
    return entry;
  }

  const scopesOf = (key: KeyName, model: string): KeyState[] =>
    (['key-and-model', 'key', 'model', 'provider'] as const).map((scope) => entryOf(key, model, scope));

  function count({ key, model }: PendingAttempt, name: keyof KeyState['counts'], by = 1): void {
    for (const scope of ['key-and-model', 'key'] as const) entryOf(key, model, scope).counts[name] += by;
  }

  /** Why a key rests; undefined if it is fit, or due for a probe. */
  function restOf(key: KeyName, model: string): RetryKey['rest'] {
    const { breaker: state, lastError = 'overloaded' } = entryOf(key, model, 'key-and-model');
    const isProbed = (state.probedUntil ?? 0) > now();
    const rests = scopesOf(key, model).flatMap((entry) => (isResting(entry, now()) ? [entry.rest!] : []));
    const [first, ...others] = rests;
    if (first) {
      const { until, errorClass } = others.reduce(
        (longest, rest) => (rest.until > longest.until ? rest : longest),
        first,
      );
      return { until, errorClass, isGuess: rests.every(({ isGuess }) => isGuess), isProbed };
    }
    const phase = breaker.phaseOf(state, now());
    if (phase === 'closed' || phase === 'half-open') return undefined;
    const until = isProbed ? state.probedUntil! : state.open!.until;
    return { until, errorClass: lastError, isGuess: true, isProbed };
  }

  function ask(key: KeyName, model: string, by: object): PendingAttempt {
    const entry = entryOf(key, model, 'key-and-model');
    const isProbe = restOf(key, model) !== undefined || breaker.phaseOf(entry.breaker, now()) === 'half-open';
    if (isProbe) entry.breaker = breaker.beginProbe(entry.breaker, now());
    const attempt = { key, model, at: now(), by, isProbe };
    count(attempt, 'asked');
    return attempt;
  }

  /** Ends an attempt that has shown nothing about its key. */
  function drop(attempt: PendingAttempt): void {
    const entry = entryOf(attempt.key, attempt.model, 'key-and-model');
    count(attempt, 'asked', -1);
    if (attempt.isProbe) entry.breaker = breaker.dropProbe(entry.breaker);
  }

  /** Closes the breaker. A success must not close a breaker that opened after this request was sent. */
  function showAlive({ key, model, at, isProbe }: PendingAttempt): void {
    const entry = entryOf(key, model, 'key-and-model');
    const { open } = entry.breaker;
    if (!open || isProbe || open.until - open.cooldownMs <= at) entry.breaker = breaker.CLOSED;
  }

  function answered(attempt: PendingAttempt): void {
    const { key, model, at } = attempt;
    count(attempt, 'answered');
    showAlive(attempt);
    for (const entry of scopesOf(key, model)) {
      if (entry.rest && entry.rest.since <= at) delete entry.rest;
      if (entry.suspicion && entry.suspicion.at <= at) delete entry.suspicion;
      if (!entry.told || entry.told.state === 'fit' || stateOf(entry, now()) !== 'fit') continue;
      entry.fitSince = now();
      announce(entry);
    }
  }

  function failed(attempt: PendingAttempt, verdict: Verdict): void {
    count(attempt, 'failed');
    if (FAILURE_POLICIES[verdict.errorClass].breaks) wearBreaker(attempt, verdict);
    else showAlive(attempt);
    beginRest(attempt, verdict);
  }

  function wearBreaker({ key, model, isProbe }: PendingAttempt, { errorClass, status }: Verdict): void {
    const entry = entryOf(key, model, 'key-and-model');
    const before = entry.breaker.open;
    noteError(entry, errorClass, status);
    entry.breaker = breaker.afterFailure(entry.breaker, isProbe, now());
    if (entry.breaker.open && entry.breaker.open !== before) announce(entry);
  }

  /** Begins or extends a rest. The longest rest wins: a rate limit of seconds does not end that of an empty account. */
  function beginRest({ key, model, by }: PendingAttempt, { errorClass, status, retryMs }: Verdict): void {
    const { rest } = FAILURE_POLICIES[errorClass];
    if (!rest) return;
    const entry = entryOf(key, model, rest.scope);
    if (rest.needsSecond && !isSecond(entry, errorClass, by)) {
      noteError(entry, errorClass, status);
      tellOwner(entry);
      return;
    }
    const until = rest.until(now(), retryMs);
    const last = isResting(entry, now()) ? entry.rest : undefined;
    if (last && last.until >= until) return;
    noteError(entry, errorClass, status);
    entry.rest = { since: last?.since ?? now(), until, errorClass, isGuess: rest.isGuess ?? false };
    if (last?.errorClass !== errorClass) announce(entry);
  }

  /** Whether another request failed in the same way recently. If not, notes this one as the first. */
  function isSecond(entry: KeyState, errorClass: ErrorClass, by: object): boolean {
    const { suspicion } = entry;
    const isKnown = suspicion?.errorClass === errorClass && now() - suspicion.at < SUSPICION_MS;
    if (isKnown) return suspicion.by !== by;
    entry.suspicion = { errorClass, by, at: now() };
    return false;
  }

  /** Logs the state, and reports it to the owner if it is news. */
  function announce(entry: KeyState): void {
    const { since: _, until, trouble: __, ...facts } = healthOf(entry, now());
    const { state } = facts;
    const errorClass = entry.lastError!;
    const alarm = state !== 'fit' && FAILURE_POLICIES[errorClass].alarm;
    const opens = until === undefined ? {} : { until: new Date(until).toISOString() };
    log(state === 'fit' ? 'key_fit' : 'key_rests', { ...facts, errorClass, ...opens, ...(alarm && { alarm }) });
    tellOwner(entry);
  }

  function tellOwner(entry: KeyState): void {
    const { told } = entry;
    const state = stateOf(entry, now());
    const errorClass = entry.lastError!;
    entry.told = { state, errorClass, at: now() };
    const isStill = told?.state === state && told.errorClass === errorClass;
    if (!isStill || now() - told.at >= TELL_EVERY_MS) reportHealth(healthOf(entry, now()));
    else entry.told.at = told.at;
  }

  /** Reports every key, and the other scopes that have counts or a failure. */
  function report(): KeyHealthReport[] {
    const isTold = ({ name: { key, model }, counts, lastError }: KeyState) =>
      (key !== undefined && model === undefined) || counts.asked > 0 || lastError !== undefined;
    return [...entries.values()].filter(isTold).map((entry) => ({ ...healthOf(entry, now()), ...entry.counts }));
  }

  for (const key of keys) entryOf(key, '', 'key');
  return { restOf, ask, drop, answered, failed, report };
}
