import type { Context } from 'hono';
import { CONTENT_TYPES } from '../answers/whole.ts';
import type { ProviderName } from '../domain/catalog.ts';
import { DEADLINE_SECONDS } from '../domain/deadline.ts';
import type { Fallback } from '../domain/last-picture.ts';
import { mayHaveRun, type RunRecord } from '../domain/run-record.ts';
import { toWire } from '../domain/wire-error.ts';
import { isEmptyBody } from '../gemini/beginning.ts';
import { EVENT_END } from '../gemini/frame.ts';
import { splitPeeked } from '../gemini/peeked-stream.ts';
import type { PassEnd, Watch } from '../gemini/redact-stream.ts';
import type { Form } from '../gemini/skeleton.ts';
import { createEventLine } from '../gemini/sse.ts';
import { createUsageTail } from '../gemini/usage-tail.ts';
import { askInConversation } from '../generation/conversation.ts';
import { createPayment, type Payment, type RecordStore } from '../generation/payment.ts';
import { type App, NO_STORE, sendFailure } from '../http.ts';
import type { ProviderAnswer, ProviderCall } from '../ports.ts';
import type { Services } from '../services.ts';
import type { Admission } from './admission.ts';
import { sourceOf } from './answer-run.ts';
import type { Ask } from './ask.ts';

type GoodAnswer = Extract<ProviderAnswer, { ok: true }>;

/**
 * `Cache-Control: no-store` of a client: the supplier's bytes straight through, at the reader's pace. Nothing is kept,
 * and two callers of the same request pay twice; that is what was asked for. The money is held and settled all the
 * same, from here: should this worker be cut off, the ledgers count the call in full when its lease ends.
 */
export async function passThrough(c: Context<App>, ask: Ask, admission: Admission, services: Services) {
  const payment = createDirectPayment(ask, admission, services);
  const refused = await payment.reserve();
  if (refused) {
    ask.holding.release();
    admission.noteRefusal(refused);
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
      async permit(attempt, provider) {
        const refused = (attempt > 1 ? await payment.reserveNext() : undefined) ?? (await payment.dispatch(provider));
        if (!refused) c.set('mayBePaid', true);
        return refused;
      },
    };
    const fallsBack = (how: Fallback) => {
      fallback = how;
    };
    const { retention } = ask.site;
    answer = await askInConversation(call, { retention, fallsBack, id: c.get('requestId') }, services);
  } catch (error) {
    if (c.get('mayBePaid')) settle(payment, undefined, admission, services);
    else end(payment, services);
    throw error;
  } finally {
    holding.release();
  }
  if (!answer.ok) {
    if (mayHaveRun(answer.failure)) settle(payment, undefined, admission, services);
    else end(payment, services);
    return sendFailure(c, answer.failure);
  }
  const why = whyUnusable(answer, wanted.form);
  if (why !== undefined) {
    await passOver(answer.body, watchOf(ask, answer, payment, admission, services, false));
    services.log('answer_unusable', { provider: answer.provider, model: model.id, why, alarm: true });
    return sendFailure(c, { reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause: why });
  }
  admission.count();
  services.tally('bypass');
  const watch = watchOf(ask, answer, payment, admission, services);
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

/** Making one form of another takes the whole answer, and nothing of it is kept here. */
function whyUnusable({ form, body }: GoodAnswer, wanted: Form): string | undefined {
  if (form !== wanted) return `an answer as ${form} where ${wanted} was asked for`;
  return isEmptyBody(splitPeeked(body).head) ? 'an answer with nothing in it' : undefined;
}

/** More base64 than the pictures of any answer have. */
const MAX_PASSED_OVER_BYTES = 128 * 1024 * 1024;

/** Reads what cannot be passed on, for the bill at its end: it may be more than was held. */
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

/** A payment whose record lives as long as this call: there is no object that would know more. */
function createDirectPayment(ask: Ask, { policies, worstMicros: micros }: Admission, services: Services): Payment {
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
    site: ledgers.site(ask.site, policies),
    deployment: ledgers.deployment(),
    now,
  });
}

/**
 * A reader who leaves has not stopped the provider: what is not known is counted in full.
 *
 * @param isPassed Whether a reader gets the answer.
 */
function watchOf(
  { request, model, wanted }: Ask,
  { provider, form }: GoodAnswer,
  payment: Payment,
  admission: Admission,
  services: Services,
  isPassed = true,
) {
  const tail = createUsageTail();
  return {
    piece: tail.piece,
    end(how: PassEnd) {
      // How often was searched stands before the usage.
      const told = how !== 'left' && !request.grounding ? tail.usage() : undefined;
      // Of an answer that was cut, an early event's usage does not count the picture that was drawn after it.
      const isWhole = how === 'whole' && ENDS_WELL.test(tail.text());
      const usage = isWhole || (told && told.imageTokens > 0) ? told : undefined;
      // Drafts among the thoughts are not charged, and here they look like pictures.
      const pictures = request.includeThoughts ? Math.min(1, tail.pictures) : tail.pictures;
      const micros = services.pricing.cost(provider, { priced: request, model, usage, pictures });
      if (isPassed && isWhole && micros === undefined) {
        services.log('usage_odd', { provider, model: model.id, worstMicros: admission.worstMicros });
      }
      const outcome = pictures > 0 ? 'picture' : 'refused';
      const isKnown = isPassed && micros !== undefined;
      settle(payment, { micros, provider, outcome: isKnown ? outcome : 'unknown' }, admission, services);
    },
    // Half an object cannot be ended well; events can, and they say what happened.
    ...(form === 'sse' && wanted.form === 'sse' && { lastWord: (error?: unknown) => lastEvent(tail.text(), error) }),
  };
}

/**
 * One more event where upstream has not said all: that its connection ended well does not make half an event whole.
 *
 * @param tail What went out last.
 */
function lastEvent(tail: string, error: unknown): readonly Uint8Array[] {
  const isWhole = error === undefined ? ENDS_WELL.test(tail) : FINISHED.test(tail);
  if (isWhole) return [];
  const { body } = toWire({ reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause: String(error) });
  const [event, bare] = createEventLine().error(body);
  // The event that was cut ends first.
  return [`${EVENT_END}${event}`, bare].map((text) => new TextEncoder().encode(text));
}

/** No event and no object ends otherwise. */
const ENDS_WELL = /[}\]]\s*$/;

/** An answer that has said why it ended is whole, whether the connection ended well or not. */
const FINISHED = /"finish_?[rR]eason"\s*:\s*"[^\n]*\}\s*\n\r?\n$/;

function settle(
  payment: Payment,
  paid: { micros: number | undefined; provider: ProviderName; outcome: 'picture' | 'refused' | 'unknown' } | undefined,
  { worstMicros }: Admission,
  services: Services,
): void {
  payment.conclude('unknown', {
    micros: paid?.micros ?? worstMicros,
    provider: paid?.provider ?? 'unknown',
    outcome: paid?.outcome ?? 'unknown',
  });
  end(payment, services);
}

function end(payment: Payment, { waitUntil, log }: Services): void {
  payment.conclude('none');
  waitUntil(payment.settleUp().catch((error) => log('settle_failed', { error: String(error) })));
}
