/** Rules for paid calls in any trace: each happens once, with its money, and none during the owner's pause. */
import { MEMORY_MS, PERMIT_MS } from '../../../../worker/generation/run-record.ts';
import { DEPLOYMENT } from '../../../../worker/ledger/rpc.ts';
import type { Invariant } from './invariant.ts';
import { type LedgerName, runOf } from './trace.ts';

/** Time from the permit to the dispatch: one write to disk. */
const ON_ITS_WAY_MS = 100;

export const dispatchedOnce: Invariant = () => {
  const seen = new Set<string>();
  return (happening) => {
    if (happening.type !== 'dispatched') return [];
    const { id } = happening;
    const wasSeen = seen.has(id);
    seen.add(id);
    return wasSeen ? [`${id}: dispatched twice`] : [];
  };
};

/** The ledger of its site holds a call's money at its dispatch. */
export const dispatchedWithMoney: Invariant = () => (happening, books) => {
  if (happening.type !== 'dispatched') return [];
  const { id, noStore, ledger } = happening;
  const state = books.entry(id)?.state;
  // The lease of a `no-store` call is charged in full when it ends, so its money is still there.
  const isThere = state === 'held' || (noStore && state === 'settled');
  return isThere ? [] : [`${id}: dispatched while ${ledger} does not hold its money`];
};

/** The runs of a key are dispatched one after the other. */
export const oneRunAtOnce: Invariant = () => {
  const up = new Map<string, string>();
  return (happening) => {
    if (happening.type === 'ended' && up.get(happening.key) === happening.run) up.delete(happening.key);
    if (happening.type !== 'dispatched' || happening.noStore) return [];
    const run = runOf(happening.id);
    const other = up.get(happening.key);
    up.set(happening.key, run);
    return other !== undefined && other !== run
      ? [`${happening.key}: ${run} goes up while ${other} has not ended`]
      : [];
  };
};

/** A stored picture is never paid again; a call with an unknown outcome is not repeated within the hour. */
export const paidOnce: Invariant = ({ clocksJump }) => {
  const unknownAt = new Map<string, number>();
  return (happening) => {
    if (clocksJump) return [];
    if (happening.type === 'ended' && happening.outcome === 'unknown') unknownAt.set(happening.key, happening.localAt);
    if (happening.type !== 'dispatched' || happening.noStore) return [];
    const { id, key, at, isKept } = happening;
    if (isKept) return [`${id}: paid again though ${key} is stored`];
    const since = at - (unknownAt.get(key) ?? Number.NEGATIVE_INFINITY);
    return since < MEMORY_MS ? [`${id}: ${key} goes up again ${since} ms after an unknown outcome`] : [];
  };
};

/**
 * A pause is in force within {@link PERMIT_MS} of its word's arrival at the ledger of a site; that of the deployment for
 * all sites, once its ledger has answered that all have heard it.
 */
export const pauseStops: Invariant = ({ clocksJump }) => {
  const pausedAt = new Map<LedgerName, number>();
  let answeredAt: number | undefined;
  return (happening) => {
    if (clocksJump) return [];
    if (happening.type === 'paused') {
      const { ledger, paused, at } = happening;
      if (!paused) pausedAt.delete(ledger);
      else if (!pausedAt.has(ledger)) pausedAt.set(ledger, at);
      if (!paused && ledger === DEPLOYMENT) answeredAt = undefined;
    }
    if (happening.type === 'pauseAnswered' && pausedAt.has(DEPLOYMENT)) answeredAt ??= happening.at;
    if (happening.type !== 'dispatched') return [];
    const { id, at, ledger } = happening;
    return [
      { of: ledger, since: pausedAt.get(ledger) },
      { of: DEPLOYMENT, since: answeredAt },
    ]
      .filter(({ since = at }) => at - since > PERMIT_MS + ON_ITS_WAY_MS)
      .map(({ of, since = at }) => `${id}: dispatched ${at - since} ms into a pause of ${of}`);
  };
};

/** Every caller is answered, and every run ends. */
export const everybodyIsAnswered: Invariant = () => {
  const waiting = new Set<number>();
  return (happening) => {
    if (happening.type === 'asked') waiting.add(happening.visit);
    if (happening.type === 'answered') waiting.delete(happening.visit);
    if (happening.type !== 'rest') return [];
    return [...[...waiting].map((visit) => `visit ${visit} is never answered`), ...happening.unfinished];
  };
};
