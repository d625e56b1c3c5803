/**
 * All keys of all suppliers behind one face. A request goes to the first that is fit; to another only if the one
 * before provably did not run, and every attempt of paid work asks for its money first.
 *
 * Rests are kept in the isolate: another isolate finds out for itself, at the price of one refused call.
 */
import type { ProviderName } from '../domain/catalog.ts';
import { DEADLINE_SECONDS } from '../domain/deadline.ts';
import type { Failure, Result } from '../domain/failure.ts';
import type { Log } from '../log.ts';
import type { ProviderAnswer, ProviderCall } from '../ports.ts';
import { type Attempt, nextAttempt } from './retry.ts';
import type { CountTokensCall, Supplier, SupplierFailure } from './supplier.ts';

export interface PoolOptions {
  /** Unix milliseconds. */
  now: () => number;
  /** From 0 up to 1. */
  random: () => number;
  pause: (ms: number) => Promise<unknown>;
  log: Log;
}

export interface ProviderPool {
  generate(call: ProviderCall): Promise<ProviderAnswer>;
  countTokens(call: CountTokensCall): Promise<Result<unknown>>;
}

/** @param suppliers One for each key, in the owner's order. */
export function createProviderPool(
  suppliers: readonly [Supplier, ...Supplier[]],
  { now, random, pause, log }: PoolOptions,
): ProviderPool {
  const rests = createRests(suppliers, now);

  async function askInTurn<Good extends { ok: true }>(
    call: CountTokensCall,
    ask: (supplier: Supplier) => Promise<Good | SupplierFailure>,
    permit?: ProviderCall['permit'],
  ): Promise<Good | { ok: false; provider: ProviderName; failure: Failure }> {
    const serving = suppliers.filter((supplier) => supplier.serves(call.model));
    if (serving.length === 0) return { ok: false, provider: suppliers[0].name, failure: servedByNobody(call) };

    const deadline = now() + DEADLINE_SECONDS * 1000;
    const history: Attempt[] = [];
    for (;;) {
      const lanes = serving.map((supplier) => ({ provider: supplier.name, restsUntil: rests.until(supplier, call) }));
      const decision = nextAttempt({ lanes, history, deadline }, now(), random);
      const supplier = serving['ask' in decision ? decision.ask : history.at(-1)!.lane]!;
      if ('giveUp' in decision) return { ok: false, provider: supplier.name, failure: decision.giveUp };
      if (decision.afterMs > 0) await pause(decision.afterMs);
      const before = history.at(-1);
      // Nothing has run yet, so what was true before the wait is what the caller hears.
      if (before && call.signal.aborted) {
        return { ok: false, provider: supplier.name, failure: before.verdict.failure };
      }

      const refused = await permit?.(history.length + 1, supplier.name);
      if (refused) return { ok: false, provider: supplier.name, failure: refused };

      const answer = await ask(supplier);
      if (answer.ok) return answer;
      const { verdict } = answer;
      if (verdict.next === 'other-key') rests.begin(supplier, call, verdict.restMs);
      history.push({ lane: decision.ask, verdict });
      report(supplier, call, history);
    }
  }

  /** The owner sees every failure and which key it was, by its place in the list. */
  function report(supplier: Supplier, { model }: CountTokensCall, history: readonly Attempt[]): void {
    const { failure, ...consequence } = history.at(-1)!.verdict;
    log('supplier_failed', {
      provider: supplier.name,
      key: suppliers.filter(({ name }) => name === supplier.name).indexOf(supplier) + 1,
      model: model.id,
      attempt: history.length,
      reason: failure.reason,
      ...('cause' in failure && { cause: failure.cause }),
      ...consequence,
    });
  }

  return {
    generate: (call) => askInTurn(call, (supplier) => supplier.generate(call), call.permit),
    countTokens: (call) => askInTurn(call, (supplier) => supplier.countTokens(call)),
  };
}

const servedByNobody = ({ model }: CountTokensCall): Failure => ({
  reason: 'UPSTREAM_UNAVAILABLE',
  ran: 'no',
  cause: `no supplier has ${model.id}`,
});

/** Which keys are left alone, and until when. By model, because suppliers count quotas by key and model. */
function createRests(suppliers: readonly Supplier[], now: () => number) {
  const rests = new Map<string, number>();
  const nameOf = (supplier: Supplier, { model }: CountTokensCall) => `${suppliers.indexOf(supplier)}/${model.id}`;
  return {
    until: (supplier: Supplier, call: CountTokensCall) => rests.get(nameOf(supplier, call)) ?? 0,
    begin: (supplier: Supplier, call: CountTokensCall, ms: number) => rests.set(nameOf(supplier, call), now() + ms),
  };
}
