/**
 * What an isolate knows of its lanes: who rests, since when and why, and the breakers. Another isolate finds out for
 * itself, at the price of one refused call, which is free.
 *
 * A lane is one key of one provider. A rest may concern more than a lane and model, so each is kept under the name of
 * what it concerns, and a lane is fit for a model where nothing it belongs to rests.
 */
import type { ProviderName } from '../catalog/model.ts';
import type { Log } from '../shared/log.ts';
import * as breaker from './circuit-breaker.ts';
import { LONG_REST_MS, type Scope, TROUBLES, type Trouble } from './failure-policies.ts';
import type { LaneNews, LaneReport } from './key-health.ts';
import { createEntry, type Entry, isResting, newsOf, noteTrouble, stateOf } from './key-state.ts';
import type { Verdict } from './provider.ts';
import type { Lane } from './retry.ts';

export interface LaneName {
  provider: ProviderName;
  /** Its place in the owner's list, counted from 1. */
  place: number;
}

/** A request under way. */
export interface Ticket {
  lane: LaneName;
  model: string;
  at: number;
  /** Tells requests apart: all attempts of one share it. */
  by: object;
  /** It finds out whether the lane is fit again. */
  isProbe: boolean;
}

export interface LaneBookOptions {
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
  /** Hears what has changed, and that it is still so not more often than every {@link TELL_EVERY_MS}. */
  tell: (news: LaneNews) => void;
}

export const TELL_EVERY_MS = 10_000;
/** A first refusal further back than this is no part of what goes on now. */
export const SUSPICION_MS = LONG_REST_MS;

export type LaneBook = ReturnType<typeof createLaneBook>;

/** @param lanes All there are: each is reported, asked or not. */
export function createLaneBook(lanes: readonly LaneName[], { now, log, tell }: LaneBookOptions) {
  const entries = new Map<string, Entry>();

  function entryOf({ provider, place }: LaneName, model: string, scope: Scope): Entry {
    const key = scope === 'lane' || scope === 'key' ? { key: place } : {};
    const ofModel = scope === 'lane' || scope === 'model' ? { model } : {};
    const id = `${provider} ${key.key ?? '*'} ${ofModel.model ?? '*'}`;
    const entry = entries.get(id) ?? createEntry({ provider, ...key, ...ofModel }, now());
    entries.set(id, entry);
    return entry;
  }

  const scopesOf = (lane: LaneName, model: string): Entry[] =>
    (['lane', 'key', 'model', 'provider'] as const).map((scope) => entryOf(lane, model, scope));

  function count({ lane, model }: Ticket, name: keyof Entry['counts'], by = 1): void {
    for (const scope of ['lane', 'key'] as const) entryOf(lane, model, scope).counts[name] += by;
  }

  /** Why a lane is left alone; nothing where it is fit, or where it is time to probe. */
  function restOf(lane: LaneName, model: string): Lane['rest'] {
    const { breaker: state, lastTrouble = 'overloaded' } = entryOf(lane, model, 'lane');
    const isProbed = (state.probedUntil ?? 0) > now();
    const rests = scopesOf(lane, model).flatMap((entry) => (isResting(entry, now()) ? [entry.rest!] : []));
    const [first, ...others] = rests;
    if (first) {
      const { until, trouble } = others.reduce((longest, rest) => (rest.until > longest.until ? rest : longest), first);
      return { until, trouble, isGuess: rests.every(({ isGuess }) => isGuess), isProbed };
    }
    const phase = breaker.phaseOf(state, now());
    if (phase === 'closed' || phase === 'half-open') return undefined;
    const until = isProbed ? state.probedUntil! : state.open!.until;
    return { until, trouble: lastTrouble, isGuess: true, isProbed };
  }

  function ask(lane: LaneName, model: string, by: object): Ticket {
    const entry = entryOf(lane, model, 'lane');
    const isProbe = restOf(lane, model) !== undefined || breaker.phaseOf(entry.breaker, now()) === 'half-open';
    if (isProbe) entry.breaker = breaker.beginProbe(entry.breaker, now());
    const ticket = { lane, model, at: now(), by, isProbe };
    count(ticket, 'asked');
    return ticket;
  }

  /** It has shown nothing of its lane. */
  function drop(ticket: Ticket): void {
    const entry = entryOf(ticket.lane, ticket.model, 'lane');
    count(ticket, 'asked', -1);
    if (ticket.isProbe) entry.breaker = breaker.dropProbe(entry.breaker);
  }

  /** The provider is alive. What began after this request had gone up is not ended by it. */
  function showAlive({ lane, model, at, isProbe }: Ticket): void {
    const entry = entryOf(lane, model, 'lane');
    const { open } = entry.breaker;
    if (!open || isProbe || open.until - open.cooldownMs <= at) entry.breaker = breaker.CLOSED;
  }

  function answered(ticket: Ticket): void {
    const { lane, model, at } = ticket;
    count(ticket, 'answered');
    showAlive(ticket);
    for (const entry of scopesOf(lane, model)) {
      if (entry.rest && entry.rest.since <= at) delete entry.rest;
      if (entry.suspicion && entry.suspicion.at <= at) delete entry.suspicion;
      if (!entry.told || entry.told.state === 'fit' || stateOf(entry, now()) !== 'fit') continue;
      entry.fitSince = now();
      announce(entry);
    }
  }

  function failed(ticket: Ticket, verdict: Verdict): void {
    count(ticket, 'failed');
    if (TROUBLES[verdict.trouble].breaks) wearBreaker(ticket, verdict);
    else showAlive(ticket);
    beginRest(ticket, verdict);
  }

  function wearBreaker({ lane, model, isProbe }: Ticket, { trouble, status }: Verdict): void {
    const entry = entryOf(lane, model, 'lane');
    const before = entry.breaker.open;
    noteTrouble(entry, trouble, status);
    entry.breaker = breaker.afterFailure(entry.breaker, isProbe, now());
    if (entry.breaker.open && entry.breaker.open !== before) announce(entry);
  }

  /** The longest word counts: a rate limit of seconds does not end the rest of an empty account. */
  function beginRest({ lane, model, by }: Ticket, { trouble, status, retryMs }: Verdict): void {
    const { rest } = TROUBLES[trouble];
    if (!rest) return;
    const entry = entryOf(lane, model, rest.scope);
    if (rest.needsSecond && !isSecond(entry, trouble, by)) {
      noteTrouble(entry, trouble, status);
      tellOwner(entry);
      return;
    }
    const until = rest.until(now(), retryMs);
    const last = isResting(entry, now()) ? entry.rest : undefined;
    if (last && last.until >= until) return;
    noteTrouble(entry, trouble, status);
    entry.rest = { since: last?.since ?? now(), until, trouble, isGuess: rest.isGuess ?? false };
    if (last?.trouble !== trouble) announce(entry);
  }

  /** Whether another request has heard the same lately; if not, this is the first. */
  function isSecond(entry: Entry, trouble: Trouble, by: object): boolean {
    const { suspicion } = entry;
    const isKnown = suspicion?.trouble === trouble && now() - suspicion.at < SUSPICION_MS;
    if (isKnown) return suspicion.by !== by;
    entry.suspicion = { trouble, by, at: now() };
    return false;
  }

  /** To the log, always; further where it is news. */
  function announce(entry: Entry): void {
    const { since: _, until, ...facts } = newsOf(entry, now());
    const { state } = facts;
    const trouble = entry.lastTrouble!;
    const alarm = state !== 'fit' && TROUBLES[trouble].alarm;
    const opens = until === undefined ? {} : { until: new Date(until).toISOString() };
    log(state === 'fit' ? 'key_fit' : 'key_rests', { ...facts, ...opens, ...(alarm && { alarm }) });
    tellOwner(entry);
  }

  function tellOwner(entry: Entry): void {
    const { told } = entry;
    const state = stateOf(entry, now());
    const trouble = entry.lastTrouble!;
    entry.told = { state, trouble, at: now() };
    const isStill = told?.state === state && told.trouble === trouble;
    if (!isStill || now() - told.at >= TELL_EVERY_MS) tell(newsOf(entry, now()));
    else entry.told.at = told.at;
  }

  /** Wider names are looked up with every request; only those that have something to tell are told. */
  function report(): LaneReport[] {
    const isTold = ({ name: { key, model }, counts, lastTrouble }: Entry) =>
      (key !== undefined && model === undefined) || counts.asked > 0 || lastTrouble !== undefined;
    return [...entries.values()].filter(isTold).map((entry) => ({ ...newsOf(entry, now()), ...entry.counts }));
  }

  for (const lane of lanes) entryOf(lane, '', 'key');
  return { restOf, ask, drop, answered, failed, report };
}
