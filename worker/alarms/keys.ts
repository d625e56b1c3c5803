/** Which provider keys ring. Plain functions: times are Unix milliseconds. */
import type { KeyHealth } from '../providers/key-health.ts';
import { dayOf } from '../shared/utc.ts';
import type { AlarmSignal } from './signal.ts';

/** A provider's keys in the configuration. Their keys are not needed, only how many there are. */
export interface KeyedProvider {
  name: string;
  keys: number;
}

/** A rest that is over sooner is part of every day: a rate limit of a minute. */
const LEAST_REST_MS = 5 * 60_000;

/** Why a key does not draw, by the class of its last failure. All others are for the key or its account to mend. */
const WHY: Readonly<Record<string, string>> = {
  'day-quota': 'its day’s quota is used up',
  'no-quota': 'its project has no quota for this model; billing may be off',
  depleted: 'its balance is used up',
  'key-invalid': 'the provider does not know this key',
  'key-leaked': 'the provider has found it in public and stopped it for good',
  'service-disabled': 'the provider’s API is not switched on in its project',
  suspended: 'the provider has suspended its account',
  unbilled: 'its project has no billing account',
  'no-channel': 'the relay has no route to the model',
  denied: 'the provider denies it',
  region: 'the provider does not serve the place where the worker runs',
  rate: 'the provider asks to wait',
};

/** What ends by itself. Everything else needs the owner. */
const RESTS: ReadonlySet<string> = new Set(['day-quota', 'rate', 'rate-vague']);
/** They say something of a model or an address and not of a key. */
const NOT_THE_KEY: ReadonlySet<string> = new Set(['model-missing', 'moved', 'wall']);

/** Words that a key draws nothing. One that was refused is so until a call with it works: its rest only spares calls. */
function stoppedBy({ state, until = Number.POSITIVE_INFINITY, trouble = '', since }: KeyHealth, now: number): boolean {
  if (state !== 'rests' || NOT_THE_KEY.has(trouble)) return false;
  return !RESTS.has(trouble) || (until > now && until - since >= LEAST_REST_MS);
}

/**
 * @param health The last word on each key.
 * @param providers Those of the deployment. A key that is no longer among theirs rings nothing.
 */
export function keySignals(
  health: readonly KeyHealth[],
  providers: readonly KeyedProvider[],
  now: number,
): AlarmSignal[] {
  const keysOf = (provider: string): number => providers.find(({ name }) => name === provider)?.keys ?? 0;
  const stopped = health
    .filter((each) => stoppedBy(each, now))
    // A word about all keys of a provider is one about each of them.
    .flatMap((each) =>
      each.key === undefined
        ? Array.from({ length: keysOf(each.provider) }, (_, at) => ({ ...each, key: at + 1 }))
        : [{ ...each, key: each.key }],
    )
    .filter(({ provider, key }) => key <= keysOf(provider));
  const byKey = Map.groupBy(stopped, ({ provider, key }) => `${provider} ${key}`);
  const all = providers.reduce((sum, { keys }) => sum + keys, 0);
  return [...byKey].map(([subject, [first, ...others]]) => {
    // What only the owner can mend counts before what ends by itself.
    const worst = [first!, ...others].find(({ trouble = '' }) => !RESTS.has(trouble)) ?? first!;
    const { provider, key, model, since, until, trouble = '', status } = worst;
    const isRest = RESTS.has(trouble);
    return {
      name: isRest ? ('key_rests' as const) : ('key_refused' as const),
      subject,
      period: dayOf(now),
      facts: {
        ...{ provider, key, since, trouble, why: WHY[trouble] ?? 'the provider refuses it' },
        ...(model !== undefined && { model }),
        ...(until !== undefined && { until }),
        ...(status !== undefined && { status }),
        keysLeft: all - byKey.size,
      },
      // The end of a rest is not reported, so the alarm closes at that time by itself.
      ...(isRest && until !== undefined && { closesAt: until }),
    };
  });
}
