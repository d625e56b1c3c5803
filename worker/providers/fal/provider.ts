/**
 * The fal provider. It translates Gemini's request into fal's fields, and fal's picture and words into Gemini's answer.
 *
 * - Words: a single turn is the prompt. In a conversation the last picture is edited, and the words since then are the
 *   prompt, because fal knows no turns and no thought signatures. Such an answer is marked `CONVERSATION_ADAPTED`.
 * - A setting without a field at fal is refused by its name before anything is sent, and another provider may take the
 *   request. These are the sampling fields, `safetySettings`, image search, and what a family lacks (`families.ts`).
 * - `includeThoughts` is ignored: fal shows no thoughts, and an answer without them is valid. fal gives no
 *   `groundingMetadata` either.
 * - Usage is an estimate, marked `USAGE_ESTIMATED`. fal charges most models by the picture, so no price depends on it.
 *   For models that it charges by tokens the estimate is high.
 * - Requests go through fal's queue, which keeps them when a connection breaks. Without a queue address, as behind a
 *   gateway that knows only `FAL_BASE_URL`, one long request waits for the answer.
 */
import type { CatalogModel } from '../../catalog/model.ts';
import type { Redactor } from '../../gemini/redact/redact.ts';
import { countPromptTokens } from '../estimate.ts';
import type { Provider, ProviderCall, Verdict } from '../provider.ts';
import type { FalHosts } from '../provider-config.ts';
import type { ProviderEntry } from '../provider-entry.ts';
import { type AskedRequest, toAnswer, toRefusal } from './answer.ts';
import { readFalError } from './errors.ts';
import { familyOf } from './families.ts';
import { FAL_BASE_URL, FAL_MEDIA_HOSTS, FAL_QUEUE_BASE_URL } from './hosts.ts';
import { createFalHttp } from './http.ts';
import { openPicture } from './picture.ts';
import { createQueue, type QueueOutcome } from './queue.ts';
import { type FalRequest, toFalRequest } from './request-body.ts';
import { judge, late, lost, refusedUnsent } from './verdicts.ts';

export interface FalDependencies {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  pause: (ms: number) => Promise<unknown>;
  /** Removes keys from fal's words. */
  redactor: Redactor;
  deadlineSeconds: number;
  /** `countTokens` returns an estimate if no other provider is configured: fal has no method for it. */
  isOnly: boolean;
}

export function createFal(
  baseUrl: string,
  hosts: FalHosts,
  key: string,
  { fetch, pause, redactor, deadlineSeconds, isOnly }: FalDependencies,
): Provider {
  const http = createFalHttp({ fetch, pause, key, deadlineSeconds });
  const { queueUrl, mediaHosts } = hosts;
  const queue = queueUrl && createQueue(queueUrl, { http, pause, redact: redactor.text, deadlineSeconds });

  async function askDirectly({ endpoint, body }: FalRequest, { inputs, signal }: ProviderCall): Promise<QueueOutcome> {
    return http.post<QueueOutcome>(`${baseUrl}/${endpoint}`, body, inputs, signal, async (response) => {
      const requestId = response.headers.get('X-Fal-Request-Id') ?? '';
      if (response.status === 200) return { response, requestId };
      const judged = judge(await readFalError(response, redactor.text), false);
      return 'refusal' in judged ? { ...judged, requestId } : judged;
    });
  }

  async function draw(call: ProviderCall): Promise<ReadableStream<Uint8Array> | Verdict> {
    const { request, model, inputs, form, signal } = call;
    const asked = toFalRequest(request, model, inputs);
    if ('refused' in asked) return refusedUnsent(asked.refused);
    const outcome = await (queue ? queue.run(asked, call) : askDirectly(asked, call));
    if ('failure' in outcome) return outcome;

    const about: AskedRequest = {
      request,
      model,
      form,
      spoken: asked.spoken,
      requestId: redactor.text(outcome.requestId),
    };
    if ('refusal' in outcome) return toRefusal(about, outcome.refusal);
    try {
      const picture = await openPicture(outcome.response, signal, { http, pause, mediaHosts, deadlineSeconds });
      return 'failure' in picture ? picture : toAnswer(about, picture);
    } catch (error) {
      return signal.aborted ? late(deadlineSeconds) : lost(String(error));
    }
  }

  return {
    name: 'fal',
    serves: (model: CatalogModel) => familyOf(model.offers.fal?.wireId) !== undefined,
    async generate(call) {
      const result = await draw(call);
      return 'failure' in result
        ? { ok: false, provider: 'fal', verdict: result }
        : { ok: true, provider: 'fal', form: call.form, body: result };
    },
    async countTokens({ request }) {
      if (isOnly) return { ok: true, value: countPromptTokens(request) };
      const failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'fal counts no tokens' } as const;
      return { ok: false, provider: 'fal', verdict: refusedUnsent(failure) };
    },
  };
}

export const fal: ProviderEntry = {
  baseUrl: FAL_BASE_URL,
  readSettings: (read, baseUrl) => {
    // If only `FAL_BASE_URL` is changed, the queue is off: that gateway's key must not go to fal's own queue.
    const usual = baseUrl === FAL_BASE_URL ? FAL_QUEUE_BASE_URL : undefined;
    const queueUrl = read.baseUrl('FAL_QUEUE_BASE_URL') ?? usual;
    const mediaHosts = read.hosts('FAL_MEDIA_HOSTS') ?? FAL_MEDIA_HOSTS;
    // fal charges by the picture, or by tokens if its price list says so.
    return { billing: 'per-token', fal: { ...(queueUrl !== undefined && { queueUrl }), mediaHosts } };
  },
  warningsOf: ({ baseUrl, fal: { queueUrl, mediaHosts } = { mediaHosts: FAL_MEDIA_HOSTS } }) => {
    const calledAt = queueUrl ?? baseUrl;
    const isUsual = calledAt === FAL_BASE_URL || calledAt === FAL_QUEUE_BASE_URL;
    return [
      ...(isUsual ? [] : [`fal is called at ${new URL(calledAt).host}`]),
      ...(mediaHosts === FAL_MEDIA_HOSTS ? [] : [`fal's pictures come from ${mediaHosts.join(', ')}`]),
    ];
  },
  create: ({ baseUrl, fal: hosts }, key, dependencies) => {
    if (!hosts) throw new RangeError('fal needs its hosts');
    return createFal(baseUrl, hosts, key, dependencies);
  },
};
