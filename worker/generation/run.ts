/**
 * One run of a generation, from the provider's call to the kept manifest. It knows nothing of who waits for it nor of
 * money: it emits small events, goes on to the end whether anybody listens or not, and returns what it came to.
 */
import type { PoolAnswer } from '../providers/provider.ts';
import type { Fallback } from '../request/last-picture.ts';
import { AnswerReader, toFailure } from './answer-reader.ts';
import { askInConversation } from './conversation.ts';
import type { GenerationEvent } from './job.ts';
import type { RunDependencies, RunEnd, RunOrder } from './run-order.ts';
import { mayHaveRun } from './run-record.ts';

export { manifestOf } from './manifest.ts';
export { type RunDependencies, type RunEnd, type RunOrder, StillPending } from './run-order.ts';

/** Runs an order to its end. Never throws but where what is pending cannot be stored: {@link StillPending}. */
export async function runGeneration(
  order: RunOrder,
  deps: RunDependencies,
  emit: (event: GenerationEvent) => void,
): Promise<RunEnd> {
  const { request, model, inputs, form, signal, permit, id, site } = order;
  const take = Number.parseInt(order.key.slice(0, 8), 16);
  let fallback: Fallback | undefined;
  const fallsBack = (how: Fallback) => {
    fallback = how;
    order.note({ fallback });
    emit({ type: 'fallback', fallback });
  };
  let answer: PoolAnswer;
  try {
    const call = { request, model, inputs, form, take, signal, permit };
    answer = await askInConversation(call, { retention: site.retention, fallsBack, id }, deps);
  } catch (error) {
    const failure = toFailure(error, signal);
    deps.log('generation_failed', { id, reason: failure.reason, error: String(error) });
    return { outcome: 'unknown', failure };
  }
  if (!answer.ok) return { outcome: mayHaveRun(answer.failure) ? 'unknown' : 'none', failure: answer.failure };
  // A provider may answer in another form than it was asked for, and after a crash its units are read in this one.
  order.note({ maker: answer.maker, form: answer.form });
  emit({ type: 'started', provider: answer.provider, id, form: answer.form, ...(fallback && { fallback }) });
  return new AnswerReader(order, deps, emit, { ...answer, ...(fallback && { fallback }) }).read();
}
