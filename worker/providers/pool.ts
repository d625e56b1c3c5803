/**
 * All keys of all providers behind one face. A request goes to the first that is fit; to another only if the one
 * before provably did not run, and every attempt of paid work asks for its money first.
 */
import type { CatalogModel, ProviderName } from '../catalog/model.ts';
import { DEADLINE_SECONDS } from '../shared/deadline.ts';
import type { Failure, Result } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import { TROUBLES } from './failure-policies.ts';
import type { LaneNews, LaneReport } from './key-health.ts';
import { createLaneBook, type LaneName } from './key-states.ts';
import { createSpellings } from './model-ids.ts';
import type {
  CountTokensCall,
  Maker,
  PoolAnswer,
  Provider,
  ProviderCall,
  ProviderFailure,
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
  /** Hears where a lane stands when that changes. */
  tell?: (news: LaneNews) => void;
}

/** One key of one provider, and how it is called: by its place in the owner's list, and by a tag of the key. */
export interface PoolLane {
  provider: Provider;
  /** Counted from 1. */
  place: number;
  /** See {@link Maker}. */
  tag: string;
}

export interface ProviderPool {
  generate(call: ProviderCall): Promise<PoolAnswer>;
  countTokens(call: CountTokensCall): Promise<Result<unknown>>;
  /** How the lanes stand, as far as this isolate knows. */
  lanes(): LaneReport[];
}

type Failed = Extract<PoolAnswer, { ok: false }>;
type Paid = Partial<Pick<ProviderCall, 'permit' | 'pin'>>;

/** @param lanes One for each key, in the owner's order. */
export function createProviderPool(
  lanes: readonly [PoolLane, ...PoolLane[]],
  { now, random, pause, log, tell = () => undefined }: PoolOptions,
): ProviderPool {
  const names = new Map(lanes.map((lane) => [lane, { provider: lane.provider.name, place: lane.place }]));
  const book = createLaneBook([...names.values()], { now, log, tell });
  const spellings = createSpellings(now);
  let retries = FIRST_RETRIES;

  async function askInTurn<Good extends { ok: true }>(
    call: CountTokensCall,
    ask: (provider: Provider, model: CatalogModel) => Promise<Good | ProviderFailure>,
    { permit, pin }: Paid = {},
  ): Promise<{ lane: PoolLane; good: Good } | Failed> {
    const { model, signal } = call;
    const serving = lanes.filter((lane) => lane.provider.serves(model) && (!pin || isMaker(lane, pin)));
    // Without its pin a call is only worth making where somebody else can take it.
    const bond = pin && lanes.some((lane) => lane.provider.serves(model) && !isMaker(lane, pin)) ? pin : undefined;
    if (serving.length === 0) return failedBy(pin?.provider ?? lanes[0].provider.name, servedByNobody(model), bond);
    const deadline = now() + DEADLINE_SECONDS * 1000;
    const history: Attempt[] = [];
    let waitedMs = 0;
    for (;;) {
      const known = serving.map((lane) => toRetryLane(names.get(lane)!, model));
      const mayRetry = hasRetry(retries);
      const decision = nextAttempt({ lanes: known, history, waitedMs, mayRetry, deadline }, now(), random);
      const lane = serving['ask' in decision ? decision.ask : (history.at(-1)?.lane ?? 0)]!;
      const { name: provider } = lane.provider;
      if ('giveUp' in decision) return failedBy(provider, decision.giveUp, bond, history.at(-1)?.verdict);

      if (decision.isRetry) retries -= 1;
      if (decision.afterMs > 0) {
        await pause(decision.afterMs);
        waitedMs += decision.afterMs;
        // Nothing has run yet, so what was true before the wait is what the caller hears.
        if (signal.aborted) return failedBy(provider, history.at(-1)?.verdict.failure ?? WAITED);
        // Meanwhile somebody else may have found out that it is not fit after all.
        if (book.restOf(names.get(lane)!, model.id)) {
          if (decision.isRetry) retries += 1;
          continue;
        }
      }

      const outcome = await askOne(lane, call, ask, () => permit?.(history.length + 1, provider));
      if ('good' in outcome) return { lane, good: outcome.good };
      if ('refused' in outcome) return failedBy(provider, outcome.refused);
      history.push({ lane: decision.ask, verdict: outcome.verdict });
      report(lane, model, history);
    }
  }

  const toRetryLane = (name: LaneName, model: CatalogModel) => {
    const rest = book.restOf(name, model.id);
    return { provider: name.provider, ...(rest && { rest }) };
  };

  async function askOne<Good extends { ok: true }>(
    lane: PoolLane,
    { model, signal }: CountTokensCall,
    ask: (provider: Provider, model: CatalogModel) => Promise<Good | ProviderFailure>,
    permit: () => Promise<Failure | undefined> | undefined,
  ): Promise<{ good: Good } | { refused: Failure } | { verdict: Verdict }> {
    // A call that goes on without its pin is another call of the same request, under the same signal.
    const ticket = book.ask(names.get(lane)!, model.id, signal);
    let isOver = false;
    try {
      const refused = await permit();
      if (refused) return { refused };
      const spelled = spellings.spell(model, lane.provider.name);
      const answer = await ask(lane.provider, spelled);
      const isRenamed =
        !answer.ok && answer.verdict.trouble === 'model-missing' && rename(lane.provider.name, model, spelled);
      if (isRenamed) return { verdict: { ...answer.verdict, next: 'renamed' } };
      isOver = true;
      if (answer.ok) {
        book.answered(ticket);
        retries = earnRetry(retries);
        return { good: answer };
      }
      book.failed(ticket, answer.verdict);
      return { verdict: answer.verdict };
    } finally {
      if (!isOver) book.drop(ticket);
    }
  }

  /** @returns Whether there is another name to ask this provider for. The owner hears of it either way. */
  function rename(provider: ProviderName, model: CatalogModel, spelled: CatalogModel): boolean {
    const from = spelled.offers[provider]!.wireId;
    const to = spellings.retire(model, provider, from);
    log('model_missing', { provider, model: model.id, from, to, successor: model.successor, alarm: true });
    return to !== undefined;
  }

  /** The owner sees every failure and which key it was, by its place in the list. */
  function report({ provider, place }: PoolLane, { id }: CatalogModel, history: readonly Attempt[]): void {
    const { failure, trouble, next, status } = history.at(-1)!.verdict;
    log('provider_failed', {
      ...{ provider: provider.name, key: place, model: id, attempt: history.length },
      ...{ reason: failure.reason, trouble, next, status },
      // A 200 that is no answer and says nothing of what happened: it may have been charged each time.
      ...(trouble === 'lost' && status === 200 && { alarm: true }),
      ...('cause' in failure && { cause: failure.cause }),
      ...(TROUBLES[trouble].alarm && { alarm: true }),
    });
  }

  return {
    async generate(call) {
      const ask = (provider: Provider, model: CatalogModel) => provider.generate({ ...call, model });
      const outcome = await askInTurn(call, ask, call);
      if (!('good' in outcome)) return outcome;
      const { lane, good } = outcome;
      return { ...good, maker: { provider: lane.provider.name, key: lane.tag } };
    },
    async countTokens(call) {
      const outcome = await askInTurn(call, (provider, model) => provider.countTokens({ ...call, model }));
      return 'good' in outcome ? outcome.good : outcome;
    },
    lanes: book.report,
  };
}

const isMaker = ({ provider, tag }: PoolLane, maker: Maker): boolean =>
  provider.name === maker.provider && tag === maker.key;

/**
 * With the marks that tell a conversation it may go on without its signatures.
 *
 * @param pin Absent where there was none, or nobody else.
 */
function failedBy(provider: ProviderName, failure: Failure, pin?: Maker, last?: Verdict): Failed {
  const isFree = 'ran' in failure && failure.ran === 'no' && last?.next !== 'never';
  return {
    ok: false,
    provider,
    failure,
    ...(pin && isFree && { pinned: true }),
    ...(last?.trouble === 'signature' && { signature: true }),
  };
}

const servedByNobody = ({ id }: CatalogModel): Failure => ({
  reason: 'UPSTREAM_UNAVAILABLE',
  ran: 'no',
  cause: `no provider has ${id}`,
});

/** The call's time ended before anybody was asked. */
const WAITED: Failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the deadline came while all keys rested' };
