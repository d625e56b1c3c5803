/**
 * Asks a provider whether it takes a key, by a call that costs nothing. A call that draws is the only other way to find
 * out, and it is paid.
 */
import type { ProviderName } from '../catalog/model.ts';
import { isGooglesEnvelope, reasonsIn } from '../gemini/errors/error-signs.ts';
import { readErrorWords } from '../gemini/errors/error-words.ts';
import { parseUpstreamError } from '../gemini/errors/errors.ts';
import type { Redactor } from '../gemini/redact/redact.ts';
import type { Log } from '../shared/log.ts';
import { classifyStatus } from './classify.ts';
import { type ErrorClass, FAILURE_POLICIES, LONG_REST_MS } from './failure-policies.ts';
import type { KeyHealth } from './key-health.ts';
import type { ProviderConfig } from './provider-config.ts';
import { REGISTRY } from './registry.ts';

/** What a free call has shown of a key. */
type KeyCheck =
  | { outcome: 'works' }
  | { outcome: 'refused'; trouble: ErrorClass; status: number }
  /** No answer in time, or one that says nothing of the key. */
  | { outcome: 'unclear'; status?: number }
  /** This provider has no call that is free and needs the key. */
  | { outcome: 'no_free_call' };

export interface KeyChecks {
  /** @param place Counted from 1. @returns undefined where there is no such key. */
  check(provider: ProviderName, place: number): Promise<KeyCheck | undefined>;
  /** As `check`, for a page that looks every few seconds: asks once in {@link CHECK_EVERY_MS} and remembers between. */
  recent(provider: ProviderName, place: number): Promise<KeyCheck | undefined>;
}

export interface KeyChecksOptions {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  redactor: Redactor;
  /** Tells the owner's page, which reads from the deployment's ledger. */
  reportHealth: (health: KeyHealth) => Promise<void>;
  /** Unix milliseconds. */
  now: () => number;
  abortAfter: (ms: number) => AbortSignal;
  log: Log;
}

const CHECK_EVERY_MS = 60_000;
const ANSWERS_MS = 10_000;
const MAX_ERROR_BYTES = 64 * 1024;

/** @param configs Read at each check. */
export function createKeyChecks(configs: readonly ProviderConfig[], options: KeyChecksOptions): KeyChecks {
  const { fetch, redactor, reportHealth, now, abortAfter, log } = options;
  const known = new Map<string, { at: number; check: KeyCheck }>();

  async function ask(config: ProviderConfig, key: string): Promise<KeyCheck> {
    const call = config.name === 'demo' ? undefined : REGISTRY[config.name].freeCall?.(config, key);
    if (!call) return { outcome: 'no_free_call' };
    try {
      const response = await fetch(call.url, {
        headers: call.headers,
        redirect: 'manual',
        signal: abortAfter(ANSWERS_MS),
      });
      if (response.ok) {
        await response.body?.cancel();
        return { outcome: 'works' };
      }
      const { status } = response;
      const text = await readErrorWords(response.body, MAX_ERROR_BYTES);
      const error = parseUpstreamError(status, text, redactor.text);
      const isGoogle = config.name === 'google' && isGooglesEnvelope(status, text);
      const { errorClass } = classifyStatus(status, error, reasonsIn(text), undefined, { isGoogle });
      const { alarm, rest } = FAILURE_POLICIES[errorClass];
      // A missing list of models is a gateway's, and says nothing of the key.
      const blamesKey = alarm === true && (rest?.scope === 'key' || errorClass === 'region');
      return blamesKey ? { outcome: 'refused', trouble: errorClass, status } : { outcome: 'unclear', status };
    } catch (error) {
      log('key_check_failed', { provider: config.name, error: redactor.text(String(error)) });
      return { outcome: 'unclear' };
    }
  }

  async function tell(provider: ProviderName, key: number, check: KeyCheck): Promise<void> {
    const at = { provider, key, since: now() };
    try {
      if (check.outcome === 'works') await reportHealth({ ...at, state: 'fit' });
      if (check.outcome !== 'refused') return;
      const { trouble, status } = check;
      await reportHealth({ ...at, state: 'rests', until: now() + LONG_REST_MS, trouble, status });
    } catch (error) {
      log('key_health_unreported', { error: String(error) });
    }
  }

  async function check(provider: ProviderName, place: number): Promise<KeyCheck | undefined> {
    const config = configs.find(({ name }) => name === provider);
    const key = config?.keys[place - 1];
    if (!config || key === undefined) return undefined;
    const found = await ask(config, key);
    known.set(`${provider} ${place}`, { at: now(), check: found });
    await tell(provider, place, found);
    return found;
  }

  return {
    check,
    async recent(provider, place) {
      const last = known.get(`${provider} ${place}`);
      return last && now() - last.at < CHECK_EVERY_MS ? last.check : check(provider, place);
    },
  };
}
