import type { Context } from 'hono';
import { CONTENT_TYPES } from '../../answers/answer-whole.ts';
import type { ProviderName } from '../../catalog/model.ts';
import { isEmptyBody } from '../../gemini/forms/beginning.ts';
import { splitPeeked } from '../../gemini/forms/peeked-stream.ts';
import { createEventLine } from '../../gemini/forms/sse.ts';
import { EVENT_END } from '../../gemini/lift/frame.ts';
import type { PassEnd, Watch } from '../../gemini/redact/redact-stream.ts';
import { createUsageTail } from '../../gemini/usage-tail.ts';
import { askInConversation } from '../../generation/conversation.ts';
import { createPayment, type Payment, type RecordStore } from '../../generation/payment.ts';
import { mayHaveRun, type RunRecord } from '../../generation/run-record.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { toWire } from '../../http/wire-error.ts';
import type { Settlement } from '../../ledger/reservation.ts';
import type { PoolAnswer, ProviderCall } from '../../providers/provider.ts';
import type { Fallback } from '../../request/last-picture.ts';
import type { Form } from '../../request/target.ts';
import type { Services } from '../../services.ts';
import { DEADLINE_SECONDS } from '../../shared/deadline.ts';
import type { Admission } from './admission.ts';
import type { ReadRequest } from './read-request.ts';
import { sourceOf } from './respond.ts';

type GoodAnswer = Extract<PoolAnswer, { ok: true }>;

/**
 * Answers a client's `Cache-Control: no-store`: the provider's bytes pass straight through, at the reader's pace.
 * Nothing is stored, so two identical requests are paid twice, as the client requested. This worker reserves and
 * settles the money itself. If it is cut off, the ledger counts the call in full when its lease ends.
 */
export async function passThrough(c: Context<App>, read: ReadRequest, admission: Admission, services: Services) {
  // Before anything is reserved: a load may fail.
  const providers = await services.openProviders();
  const payment = createDirectPayment(read, admission, services);
  const refused = await payment.reserve();
  if (refused) {
    read.holding.release();
    admission.noteRefusal(refused);
    return sendFailure(c, refused);
  }
  const { request, model, inputs, holding, wanted } = read;
  let answer: PoolAnswer;
  let fallback: Fallback | undefined;
  let sentTo: ProviderName | undefined;
  try {
    const call: ProviderCall = {
      ...{ request, model, inputs: inputs.map(services.inputs.open), form: wanted.form },
      take: crypto.getRandomValues(new Uint32Array(1))[0]!,
      signal: services.deadline(),
      async permit(attempt, provider) {
        const refused = (attempt > 1 ? await payment.reserveNext() : undefined) ?? (await payment.dispatch(provider));
        if (refused) return refused;
        c.set('mayBePaid', true);
        sentTo = provider;
        return undefined;
      },
    };
    const fallsBack = (how: Fallback) => {
      fallback = how;
    };
    const { retention } = read.site;
    answer = await askInConversation(
      call,
      { retention, fallsBack, id: c.get('requestId') },
      { ...services, providers },
    );
  } catch (error) {
    if (c.get('mayBePaid')) settle(payment, { provider: sentTo, outcome: 'unknown' }, admission, services);
    else end(payment, services);
    throw error;
  } finally {
    holding.release();
  }
  if (!answer.ok) {
    if (mayHaveRun(answer.failure)) settle(payment, { provider: sentTo, outcome: 'unknown' }, admission, services);
    else end(payment, services);
    return sendFailure(c, answer.failure);
  }
  const why = whyUnusable(answer, wanted.form);
  if (why !== undefined) {
    await passOver(answer.body, watchOf(read, answer, payment, admission, services, false));
    services.log('answer_unusable', { provider: answer.provider, model: model.id, why, alarm: true });
    return sendFailure(c, { reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause: why });
  }
  admission.count();
  services.count(read.site.id, 'bypass');
  const watch = watchOf(read, answer, payment, admission, services);
  let body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;
  try {
    body = await services.redactStream(answer.body, answer.form, watch, watch.lastWord);
  } catch (error) {
    watch.end('cut');
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

/** This path cannot convert forms: conversion needs the whole answer, and nothing of it is kept here. */
function whyUnusable({ form, body }: GoodAnswer, wanted: Form): string | undefined {
  if (form !== wanted) return `an answer as ${form} where ${wanted} was asked for`;
  return isEmptyBody(splitPeeked(body).head) ? 'an answer with nothing in it' : undefined;
}

/** More base64 than the pictures of any answer have. */
const MAX_PASSED_OVER_BYTES = 128 * 1024 * 1024;

/** Reads an answer that cannot be passed on, for the bill at its end: it may be more than was held. */
async function passOver(body: ReadableStream<Uint8Array>, watch: Watch): Promise<void> {
  const { head, rest } = splitPeeked(body);
  let bytes = head.length;
  let end: PassEnd = 'whole';
  watch.piece(head);
  try {
    for await (const piece of rest) {
      watch.piece(piece);
      bytes += piece.length;
      if (bytes <= MAX_PASSED_OVER_BYTES) continue;
      end = 'cut';
      break;
    }
  } catch {
    end = 'cut';
  }
  watch.end(end);
}

/** Creates a payment whose record lives in memory for this call only, because there is no `Generation` to keep it. */
function createDirectPayment(
  read: ReadRequest,
  { limits, worstMicros: micros }: Admission,
  services: Services,
): Payment {
  const { now, ledgers, createId } = services;
  const { size } = read.request;
  let record: RunRecord = {
    ...{ run: createId(), state: 'reserving', attempt: 1, id: '', key: '', thoughts: false, form: read.wanted.form },
    site: read.site,
    subject: { model: read.model.id, size },
    priced: read.request,
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
  return createPayment({ store, funds: ledgers(read.site, limits), now });
}

/**
 * Finds the cost in the passing bytes and settles it. If the cost stays unknown, the call is counted in full.
 *
 * @param isPassed Whether a reader gets the answer.
 */
function watchOf(
  { request, model, wanted }: ReadRequest,
  { provider, form }: GoodAnswer,
  payment: Payment,
  admission: Admission,
  services: Services,
  isPassed = true,
) {
  const tail = createUsageTail(request.grounding !== undefined);
  return {
    piece: tail.piece,
    end(how: PassEnd) {
      const used = how !== 'left' ? tail.usage() : undefined;
      // Searches are charged by their number. Where an answer that may have searched names none, its price is not known.
      const searches = request.grounding ? tail.searches() : 0;
      const told = used && searches !== undefined ? { ...used, searches } : undefined;
      // If the answer was cut, the usage may come from an early event that does not count the picture after it.
      const isWhole = how === 'whole' && ENDS_WELL.test(tail.text());
      const usage = isWhole || (told && told.imageTokens > 0) ? told : undefined;
      // Drafts are not charged, but the tail counts them as pictures.
      const pictures = request.includeThoughts ? Math.min(1, tail.pictures) : tail.pictures;
      const micros = services.pricing.cost(provider, { priced: request, model, usage, pictures });
      if (isPassed && isWhole && micros === undefined) {
        services.log('usage_odd', { provider, model: model.id, worstMicros: admission.worstMicros });
      }
      const outcome = pictures > 0 ? 'picture' : 'refused';
      const isKnown = isPassed && micros !== undefined;
      settle(payment, { micros, provider, outcome: isKnown ? outcome : 'unknown' }, admission, services);
    },
    // A cut JSON object cannot be completed. A cut event stream can: one more event says what happened.
    ...(form === 'sse' && wanted.form === 'sse' && { lastWord: (error?: unknown) => lastEvent(tail.text(), error) }),
  };
}

/**
 * Returns one more event if the provider's answer is not whole. A connection that ends cleanly does not complete half
 * an event.
 *
 * @param tail The last text that was sent.
 */
function lastEvent(tail: string, error: unknown): readonly Uint8Array[] {
  const isWhole = error === undefined ? ENDS_WELL.test(tail) : FINISHED.test(tail);
  if (isWhole) return [];
  const { body } = toWire({ reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause: String(error) });
  const [event, bare] = createEventLine().error(body);
  // End the cut event first.
  return [`${EVENT_END}${event}`, bare].map((text) => new TextEncoder().encode(text));
}

/** Every whole event and every whole object ends this way. */
const ENDS_WELL = /[}\]]\s*$/;

/** An answer with a finish reason is whole, even if the connection then broke. */
const FINISHED = /"finish_?[rR]eason"\s*:\s*"[^\n]*\}\s*\n\r?\n$/;

function settle(
  payment: Payment,
  paid: { micros?: number | undefined; provider: ProviderName | undefined; outcome: Settlement['outcome'] },
  { worstMicros }: Admission,
  services: Services,
): void {
  const { micros = worstMicros, provider = 'unknown', outcome } = paid;
  payment.conclude('unknown', { micros, provider, outcome });
  end(payment, services);
}

function end(payment: Payment, { waitUntil, log }: Services): void {
  payment.conclude('none');
  waitUntil(payment.settleUp().catch((error) => log('settle_failed', { error: String(error) })));
}
