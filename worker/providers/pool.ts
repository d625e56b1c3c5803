/**
 * All keys of all providers behind one interface. A request goes to the first fit key. It goes to another only if the
 * attempt before provably did not run or is not charged. Every paid attempt needs a permit first.
 */
import type { CatalogModel, ProviderName } from '../catalog/model.ts';
import { unquoted } from '../request/unquoted.ts';
import { DEADLINE_SECONDS } from '../shared/deadline.ts';
import type { Failure, Result } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import { FAILURE_POLICIES } from './failure-policies.ts';
import type { KeyHealth, KeyHealthReport } from './key-health.ts';
import { createKeyStates, type KeyName } from './key-states.ts';
import { createModelIds } from './model-ids.ts';
import type {
  CountTokensCall,
  PoolAnswer,
  Provider,
  ProviderCall,
  ProviderFailure,
  SignatureOrigin,
  Verdict,
} from './provider.ts';
import { type Attempt, nextAttempt } from './retry.ts';
import { earnRetry, FIRST_RETRIES, hasRetry } from './retry-budget.ts';

export interface PoolOptions {
  /** Unix milliseconds. */
  now: () => number;
  /** From 0 up to 1. */
  random: () => number;
  pause: (ms: number) => Promise<unknown>;
  log: Log;
  /** Called when the health of a key changes. */
  reportHealth?: (health: KeyHealth) => void;
}

/** One key of one provider, identified by its place in the owner's list and by a tag of the key. */
export interface PoolKey {
  provider: Provider;
  /** Counted from 1. */
  place: number;
  /** See {@link SignatureOrigin}. */
  tag: string;
}

export interface ProviderPool {
  generate(call: ProviderCall): Promise<PoolAnswer>;
  countTokens(call: CountTokensCall): Promise<Result<unknown>>;
  /** The health of all keys, as far as this isolate knows. */
  keyHealth(): KeyHealthReport[];
}

type Failed = Extract<PoolAnswer, { ok: false }>;
type Paid = Partial<Pick<ProviderCall, 'permit' | 'pin'>>;

/** @param keys In the owner's order. */
export function createProviderPool(
  keys: readonly [PoolKey, ...PoolKey[]],
  { now, random, pause, log, reportHealth = () => undefined }: PoolOptions,
): ProviderPool {
  const names = new Map(keys.map((key) => [key, { provider: key.provider.name, place: key.place }]));
  const keyStates = createKeyStates([...names.values()], { now, log, reportHealth });
  const modelIds = createModelIds(now);
  let retries = FIRST_RETRIES;

  async function askInTurn<Good extends { ok: true }>(
    call: CountTokensCall,
    ask: (provider: Provider, model: CatalogModel) => Promise<Good | ProviderFailure>,
    { permit, pin }: Paid = {},
  ): Promise<{ key: PoolKey; good: Good } | Failed> {
    const { model, signal } = call;
    const serving = keys.filter((key) => key.provider.serves(model) && (!pin || isOrigin(key, pin)));
    // A failure is marked `pinned` only if another key could take the call without its pin.
    const bond = pin && keys.some((key) => key.provider.serves(model) && !isOrigin(key, pin)) ? pin : undefined;
    if (serving.length === 0) return failedBy(pin?.provider ?? keys[0].provider.name, servedByNobody(model), bond);
    const deadline = now() + DEADLINE_SECONDS * 1000;
    const history: Attempt[] = [];
    let waitedMs = 0;
    for (;;) {
      const known = serving.map((key) => toRetryKey(names.get(key)!, model));
      const mayRetry = hasRetry(retries);
      const decision = nextAttempt({ keys: known, history, waitedMs, mayRetry, deadline }, now(), random);
      const key = serving['ask' in decision ? decision.ask : (history.at(-1)?.key ?? 0)]!;
      const { name: provider } = key.provider;
      if ('giveUp' in decision) return failedBy(provider, decision.giveUp, bond, history.at(-1)?.verdict);

      if (decision.isRetry) retries -= 1;
      if (decision.afterMs > 0) {
        await pause(decision.afterMs);
        waitedMs += decision.afterMs;
        // Nothing has run since, so the caller hears the failure from before the wait.
        if (signal.aborted) return failedBy(provider, history.at(-1)?.verdict.failure ?? WAITED);
        // During the wait another request may have found that the key is not fit.
        if (keyStates.restOf(names.get(key)!, model.id)) {
          if (decision.isRetry) retries += 1;
          continue;
        }
      }

      const outcome = await askOne(key, call, ask, () => permit?.(history.length + 1, provider));
      if ('good' in outcome) return { key, good: outcome.good };
      if ('refused' in outcome) return failedBy(provider, outcome.refused);
      history.push({ key: decision.ask, verdict: outcome.verdict });
      report(key, model, history);
    }
  }

  const toRetryKey = (name: KeyName, model: CatalogModel) => {
    const rest = keyStates.restOf(name, model.id);
    return { provider: name.provider, ...(rest && { rest }) };
  };

  async function askOne<Good extends { ok: true }>(
    key: PoolKey,
    { model, signal, request }: CountTokensCall,
    ask: (provider: Provider, model: CatalogModel) => Promise<Good | ProviderFailure>,
    permit: () => Promise<Failure | undefined> | undefined,
  ): Promise<{ good: Good } | { refused: Failure } | { verdict: Verdict }> {
    // The signal identifies the request: its second call, without a pin, has the same signal.
    const attempt = keyStates.ask(names.get(key)!, model.id, signal);
    let isOver = false;
    try {
      const refused = await permit();
      if (refused) return { refused };
      const current = modelIds.withCurrentId(model, key.provider.name);
      const answer = await ask(key.provider, current);
      const isRenamed =
        !answer.ok && answer.verdict.errorClass === 'model-missing' && rename(key.provider.name, model, current);
      if (isRenamed) return { verdict: { ...answer.verdict, next: 'renamed' } };
      isOver = true;
      if (answer.ok) {
        keyStates.answered(attempt);
        retries = earnRetry(retries);
        return { good: answer };
      }
      keyStates.failed(attempt, answer.verdict);
      return { verdict: { ...answer.verdict, failure: await unquoted(answer.verdict.failure, request) } };
    } finally {
      if (!isOver) keyStates.drop(attempt);
    }
  }

  /** Retires the current id and raises an alarm. @returns Whether this provider has another id for the model. */
  function rename(provider: ProviderName, model: CatalogModel, current: CatalogModel): boolean {
    const from = current.offers[provider]!.wireId;
    const to = modelIds.retire(model, provider, from);
    log('model_missing', { provider, model: model.id, from, to, successor: model.successor, alarm: true });
    return to !== undefined;
  }

  /** Logs a failed attempt, with the key's place in the owner's list. */
  function report({ provider, place }: PoolKey, { id }: CatalogModel, history: readonly Attempt[]): void {
    const { failure, errorClass, next, status } = history.at(-1)!.verdict;
    log('provider_failed', {
      ...{ provider: provider.name, key: place, model: id, attempt: history.length },
      ...{ reason: failure.reason, errorClass, next, status },
      // A 200 without an answer or a reason may be charged each time.
      ...(errorClass === 'lost' && status === 200 && { alarm: true }),
      ...('cause' in failure && { cause: failure.cause }),
      ...(FAILURE_POLICIES[errorClass].alarm && { alarm: true }),
    });
  }

  return {
    async generate(call) {
      const ask = (provider: Provider, model: CatalogModel) => provider.generate({ ...call, model });
      const outcome = await askInTurn(call, ask, call);
      if (!('good' in outcome)) return outcome;
      const { key, good } = outcome;
      return { ...good, maker: { provider: key.provider.name, key: key.tag } };
    },
    async countTokens(call) {
      const outcome = await askInTurn(call, (provider, model) => provider.countTokens({ ...call, model }));
      return 'good' in outcome ? outcome.good : outcome;
    },
    keyHealth: keyStates.report,
  };
}

const isOrigin = ({ provider, tag }: PoolKey, maker: SignatureOrigin): boolean =>
  provider.name === maker.provider && tag === maker.key;

/**
 * Adds the marks by which a conversation may go on without its signatures.
 *
 * @param pin Absent if the call had none, or if no other key serves the model.
 */
function failedBy(provider: ProviderName, failure: Failure, pin?: SignatureOrigin, last?: Verdict): Failed {
  const isFree = 'ran' in failure && failure.ran === 'no' && last?.next !== 'never';
  return {
    ok: false,
    provider,
    failure,
    ...(pin && isFree && { pinned: true }),
    ...(last?.errorClass === 'signature' && { signature: true }),
  };
}

const servedByNobody = ({ id }: CatalogModel): Failure => ({
  reason: 'UPSTREAM_UNAVAILABLE',
  ran: 'no',
  cause: `no provider has ${id}`,
});

/** The deadline came before any key was asked. */
const WAITED: Failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the deadline came while all keys rested' };
