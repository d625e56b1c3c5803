/**
 * One run of a generation, from the provider's call to the kept manifest. The run knows neither its callers nor the
 * ledgers. It emits small events, continues to the end with or without listeners, and returns its outcome.
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

/**
 * Runs an order to its end. Every failure is a returned outcome, with one exception.
 *
 * @throws {@link StillPending} when pending picture parts cannot be stored before the deadline.
 */
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
    const ofTemplate = order.templateVersion !== undefined && { isOfTemplate: true as const };
    const call = { ...{ request, model, inputs, form, take, signal, permit }, ...ofTemplate };
    answer = await askInConversation(call, { retention: site.retention, fallsBack, id }, deps);
  } catch (error) {
    const failure = toFailure(error, signal);
    deps.log('generation_failed', { id, reason: failure.reason, error: String(error) });
    return { outcome: 'unknown', failure };
  }
  if (!answer.ok) return { outcome: mayHaveRun(answer.failure) ? 'unknown' : 'none', failure: answer.failure };
  // A provider may answer in another form than requested. After a crash its chunks are read in this form.
  order.note({ maker: answer.maker, form: answer.form });
  emit({ type: 'started', provider: answer.provider, id, form: answer.form, ...(fallback && { fallback }) });
  return new AnswerReader(order, deps, emit, { ...answer, ...(fallback && { fallback }) }).read();
}
