/** Draws with fal: one request, its way through the queue, and Gemini's answer made of the picture. */
import type { Redactor } from '../../gemini/redact/redact.ts';
import type { ProviderCall, Verdict } from '../provider.ts';
import type { FalHosts } from '../provider-config.ts';
import { type AskedRequest, toAnswer, toRefusal } from './answer.ts';
import { readFalError } from './errors.ts';
import { createFalHttp } from './http.ts';
import { readOutput } from './output.ts';
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

export function createDraw(
  baseUrl: string,
  { queueUrl, mediaHosts }: FalHosts,
  key: string,
  { fetch, pause, redactor, deadlineSeconds }: FalDependencies,
) {
  const http = createFalHttp({ fetch, pause, key, deadlineSeconds });
  const queue = queueUrl && createQueue(queueUrl, { http, pause, redact: redactor.text, deadlineSeconds });

  async function askDirectly({ endpoint, body }: FalRequest, { inputs, signal }: ProviderCall): Promise<QueueOutcome> {
    return http.post<QueueOutcome>(`${baseUrl}/${endpoint}`, body, inputs, signal, async (response) => {
      const requestId = response.headers.get('X-Fal-Request-Id') ?? '';
      if (response.status === 200) return { output: await readOutput(response.body), requestId };
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
      const picture = await openPicture(outcome.output, signal, { http, pause, mediaHosts, deadlineSeconds });
      return 'failure' in picture ? picture : toAnswer(about, picture);
    } catch (error) {
      return signal.aborted ? late(deadlineSeconds) : lost(String(error));
    }
  }

  return draw;
}
