import type { Context } from 'hono';
import { CONTENT_TYPES } from '../answers/whole.ts';
import { DEADLINE_SECONDS } from '../domain/deadline.ts';
import type { Fallback } from '../domain/last-picture.ts';
import { mayHaveRun, type RunRecord } from '../domain/run-record.ts';
import type { Caller } from '../domain/site.ts';
import { policiesOf } from '../domain/windows.ts';
import { createUsageTail } from '../gemini/usage-tail.ts';
import { askInConversation } from '../generation/conversation.ts';
import { createPayment, type Payment, type RecordStore } from '../generation/payment.ts';
import { type App, NO_STORE, sendFailure } from '../http.ts';
import type { ProviderAnswer, ProviderCall } from '../ports.ts';
import type { Services } from '../services.ts';
import type { Admission } from './admission.ts';
import { sourceOf } from './answer-run.ts';
import type { Ask } from './ask.ts';

/**
 * `Cache-Control: no-store` of a client: the supplier's bytes straight through, at the reader's pace. Nothing is kept,
 * and two callers of the same request pay twice; that is what was asked for. The money is held and settled all the
 * same, from here: should this worker be cut off, the ledgers count the call in full when its lease ends.
 */
export async function passThrough(c: Context<App>, ask: Ask, caller: Caller, admission: Admission, services: Services) {
  const payment = createDirectPayment(ask, caller, admission.worstMicros, services);
  const refused = await payment.reserve();
  if (refused) {
    ask.holding.release();
    services.memo.note(ask.site.id, admission.worstMicros, refused);
    return sendFailure(c, refused);
  }
  const { request, model, inputs, holding, wanted } = ask;
  let answer: ProviderAnswer;
  let fallback: Fallback | undefined;
  try {
    const call: ProviderCall = {
      ...{ request, model, inputs: inputs.map(services.inputs.open), form: wanted.form },
      take: crypto.getRandomValues(new Uint32Array(1))[0]!,
      signal: services.deadline(),
      permit: async (attempt, provider) =>
        (attempt > 1 ? await payment.reserveNext() : undefined) ?? payment.dispatch(provider),
    };
    const fallsBack = (how: Fallback) => {
      fallback = how;
    };
    const { retention } = ask.site;
    answer = await askInConversation(call, { retention, fallsBack, id: c.get('requestId') }, services);
  } catch (error) {
    settle(payment, undefined, admission, services);
    throw error;
  } finally {
    holding.release();
  }
  if (!answer.ok) {
    if (mayHaveRun(answer.failure)) settle(payment, undefined, admission, services);
    else end(payment, services);
    return sendFailure(c, answer.failure);
  }
  admission.count();
  services.tally('bypass');
  const watch = watchOf(ask, answer, payment, admission, services);
  let body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;
  try {
    body = await services.redactStream(answer.body, answer.form, watch);
  } catch (error) {
    watch.end(false);
    return sendFailure(c, { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause: String(error) });
  }
  return c.body(body, 200, {
    ...NO_STORE,
    'Content-Type': CONTENT_TYPES[answer.form],
    'Cache-Status': 'peel; fwd=bypass',
    ...sourceOf({ provider: answer.provider, ...(fallback && { fallback }) }),
    'Peel-Cost-Reserved': String(admission.worstMicros),
  });
}

/** A payment whose record lives as long as this call: there is no object that would know more. */
function createDirectPayment(ask: Ask, caller: Caller, micros: number, services: Services): Payment {
  const { now, ledgers, createId } = services;
  const { size } = ask.request;
  let record: RunRecord = {
    ...{ run: createId(), state: 'reserving', attempt: 1, id: '', key: '', thoughts: false, form: ask.wanted.form },
    site: ask.site,
    subject: { model: ask.model.id, size },
    priced: ask.request,
    micros,
    startedAt: now(),
    deadlineAt: now() + DEADLINE_SECONDS * 1000,
    reservedAt: 0,
  };
  const store: RecordStore = {
    read: () => record,
    write(next) {
      record = next;
    },
    flush: async () => undefined,
  };
  return createPayment({
    store,
    site: ledgers.site(ask.site, policiesOf(caller)),
    deployment: ledgers.deployment(),
    now,
  });
}

/** A reader who leaves has not stopped the supplier: what is not known is counted in full. */
function watchOf(
  { request, model }: Ask,
  { provider }: Extract<ProviderAnswer, { ok: true }>,
  payment: Payment,
  admission: Admission,
  services: Services,
) {
  const tail = createUsageTail();
  return {
    piece: tail.piece,
    end(isWhole: boolean) {
      // How often was searched stands before the tail.
      const usage = isWhole && !request.grounding ? tail.usage() : undefined;
      // Drafts among the thoughts are not charged, and here they look like pictures.
      const pictures = request.includeThoughts ? Math.min(1, tail.pictures) : tail.pictures;
      const micros = services.pricing.cost(provider, { priced: request, model, usage, pictures });
      if (isWhole && micros === undefined) {
        services.log('usage_odd', { provider, model: model.id, worstMicros: admission.worstMicros });
      }
      settle(payment, { micros, provider, hasPicture: pictures > 0 }, admission, services);
    },
  };
}

function settle(
  payment: Payment,
  paid: { micros: number | undefined; provider: 'google' | 'apiyi' | 'fal' | 'demo'; hasPicture: boolean } | undefined,
  { worstMicros }: Admission,
  services: Services,
): void {
  payment.conclude('unknown', {
    micros: paid?.micros ?? worstMicros,
    provider: paid?.provider ?? 'unknown',
    outcome: paid?.micros === undefined ? 'unknown' : paid.hasPicture ? 'picture' : 'refused',
  });
  end(payment, services);
}

function end(payment: Payment, { waitUntil, log }: Services): void {
  payment.conclude('none');
  waitUntil(payment.settleUp().catch((error) => log('settle_failed', { error: String(error) })));
}
