/** Which provider keys ring. Plain functions: times are Unix milliseconds. */
import { policyOf, type RestClass } from '../providers/failure-policies.ts';
import { isAboutKeys, type KeyHealth } from '../providers/key-health.ts';
import { dayOf } from '../shared/utc.ts';
import type { AlarmSignal } from './signal.ts';

/** How many keys of a provider the configuration has. */
export interface ProviderKeys {
  provider: string;
  count: number;
}

export const providerKeysOf = (providers: readonly { name: string; keys: readonly string[] }[]): ProviderKeys[] =>
  providers.map(({ name, keys }) => ({ provider: name, count: keys.length }));

/** A shorter rest rings nothing: rate limits of a minute are everyday. */
const LEAST_REST_MS = 5 * 60_000;

/** Why a key draws nothing, by the class of its last failure. */
const WHY: Readonly<Record<Exclude<RestClass, 'model-missing'>, string>> = {
  rate: 'the provider asks to wait',
  'rate-vague': 'the provider asks to wait',
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
  wall: 'a firewall in front of the provider wants a browser',
  gateway: 'a server before the provider refuses; look at its base URL among the variables',
  region: 'the provider does not serve the place where the worker runs',
  moved: 'the provider’s address has moved; look at its base URL among the variables',
};

const isStopped = ({ trouble }: KeyHealth): boolean => policyOf(trouble)?.stopsKey === true;

/** Whether a key draws nothing: it is stopped until a call with it works, or it rests for longer than is usual. */
function isSilent(report: KeyHealth, now: number): boolean {
  const { state, since, until = Number.POSITIVE_INFINITY } = report;
  if (state !== 'rests' || !isAboutKeys(report)) return false;
  return isStopped(report) || (until > now && until - since >= LEAST_REST_MS);
}

/**
 * The keys that do not work, as alarms.
 *
 * @param health The last report on each key.
 * @param providers Those of the deployment. A key that is no longer among theirs rings nothing.
 */
export function keySignals(
  health: readonly KeyHealth[],
  providers: readonly ProviderKeys[],
  now: number,
): AlarmSignal[] {
  const keysOf = (provider: string): number => providers.find((each) => each.provider === provider)?.count ?? 0;
  const silent = health
    .filter((report) => isSilent(report, now))
    // A report on all keys of a provider is one on each of them.
    .flatMap((each) =>
      each.key === undefined
        ? Array.from({ length: keysOf(each.provider) }, (_, at) => ({ ...each, key: at + 1 }))
        : [{ ...each, key: each.key }],
    )
    .filter(({ provider, key }) => key <= keysOf(provider));
  const byKey = Map.groupBy(silent, ({ provider, key }) => `${provider} ${key}`);
  const all = providers.reduce((sum, { count }) => sum + count, 0);
  return [...byKey].map(([subject, [first, ...others]]) => {
    // Of several reports on a key, one that needs the owner counts before one that ends by itself.
    const worst = [first!, ...others].find(isStopped) ?? first!;
    const { provider, key, model, since, until, trouble = '', status } = worst;
    const isRest = !isStopped(worst);
    return {
      name: isRest ? ('key_rests' as const) : ('key_refused' as const),
      subject,
      period: dayOf(now),
      facts: {
        ...{ provider, key, since, trouble, why: WHY[trouble as keyof typeof WHY] ?? 'the provider refuses it' },
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
