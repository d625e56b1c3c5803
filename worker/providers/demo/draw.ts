import { classifyStatus } from '../classify.ts';
import { type ProviderAnswer, type ProviderCall, verdictOf } from '../provider.ts';
import { readBrief } from './brief.ts';
import { type DemoAnswer, frameAnswer } from './framing.ts';
import { writeScript } from './script.ts';

export interface DemoOptions {
  /** Waits for `ms` milliseconds. */
  pause: (ms: number) => Promise<unknown>;
}

/** Draws one answer, or gives the spent quota that the prompt asks for. */
export function draw(call: ProviderCall, { pause }: DemoOptions): ProviderAnswer {
  const { request, model, inputs, form, take, signal, isOfTemplate = false } = call;
  const brief = readBrief(request, model, inputs);
  // The prompt caused it, so the class is `request`, for which no key rests.
  if (/\bdemo quota\b/i.test(brief.instruction))
    return { ok: false, provider: 'demo', verdict: verdictOf('request', classifyStatus(429, QUOTA).failure) };
  const answer = writeScript({ request, model, brief, take: request.seed ?? take, isOfTemplate });
  return { ok: true, provider: 'demo', form, body: stream(answer, form, pause, signal) };
}

const QUOTA = {
  code: 429,
  status: 'RESOURCE_EXHAUSTED',
  message:
    'You exceeded your current quota. (This is the demo: the words "demo quota" in a prompt lead here.) Please retry in 20s.',
  details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '20s' }],
};

/** Paints at the reader's pace, and stops when the reader cancels. */
function stream(
  answer: DemoAnswer,
  form: ProviderCall['form'],
  pause: DemoOptions['pause'],
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const pieces = frameAnswer(answer, form, pause);
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      signal.throwIfAborted();
      for (;;) {
        const { done, value } = await pieces.next();
        if (done) {
          controller.close();
          // A BYOB reader hears of the end only when its pending read is answered.
          controller.byobRequest?.respond(0);
          return;
        }
        // A byte stream takes no empty pieces.
        if (value.length > 0) return controller.enqueue(value);
      }
    },
    async cancel() {
      await pieces.return();
    },
  });
}
