/** How a provider's key stands, for its owner: the gravest of what all isolates have reported of it. */
import type { ProviderName } from '../catalog/model.ts';
import { policyOf } from './failure-policies.ts';
import { isAboutKeys, type KeyHealth } from './key-health.ts';

/** The last is the gravest. */
const STATES = ['ready', 'trying', 'rests', 'stopped'] as const;

export interface KeyView {
  state: (typeof STATES)[number];
  /** Unix milliseconds, as is `until`. Absent: nothing was reported yet. */
  since?: number;
  until?: number;
  /** The error class of its last failure. */
  why?: string;
  /** HTTP status of it. */
  status?: number;
  /** Only this model rests. */
  model?: string;
}

/**
 * @param reports Of all providers, as the deployment's ledger keeps them.
 * @param place Of the key, counted from 1.
 * @param now Unix milliseconds.
 */
export function keyViewOf(reports: readonly KeyHealth[], provider: ProviderName, place: number, now: number): KeyView {
  const own = reports.filter(
    (report) => report.provider === provider && isAboutKeys(report) && (report.key ?? place) === place,
  );
  const views = own.map((report) => viewOf(report, now));
  return views.reduce<KeyView>(
    (worst, view) => (rankOf(view) > rankOf(worst) || worst.since === undefined ? view : worst),
    { state: 'ready' },
  );
}

const rankOf = ({ state }: KeyView): number => STATES.indexOf(state);

function viewOf({ state, since, until, trouble, status, model }: KeyHealth, now: number): KeyView {
  const isOver = until !== undefined && until <= now;
  const why = {
    ...(trouble !== undefined && { why: trouble }),
    ...(status !== undefined && { status }),
    ...(model !== undefined && { model }),
  };
  if (state === 'fit') return { state: 'ready', since };
  // The rest only spares calls. The key is stopped until a call with it works.
  if (policyOf(trouble)?.stopsKey && state === 'rests') return { state: 'stopped', since, ...why };
  if (state === 'rests' && !isOver) return { state: 'rests', since, ...(until !== undefined && { until }), ...why };
  if (state === 'rests') return { state: 'ready', since: until ?? since };
  return { state: 'trying', since, ...(until !== undefined && !isOver && { until }), ...why };
}
