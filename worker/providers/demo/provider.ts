/**
 * The provider without a key. It draws a labelled poster inside the worker and answers in Google's form, so a fresh
 * clone and a first deployment work at once. It uses no network and keeps no state.
 *
 * Three things to try in a prompt: an hour of the day ("pines at night", "a lake at dusk"), `demo refusal`, which is
 * refused like a filtered picture, and `demo quota`, which gives a spent quota with a delay of 20 s.
 */
import { classifyStatus } from '../classify.ts';
import { countPromptTokens } from '../estimate.ts';
import { type Provider, type ProviderCall, verdictOf } from '../provider.ts';
import { readBrief } from './brief.ts';
import { type DemoAnswer, frameAnswer } from './framing.ts';
import { writeScript } from './script.ts';

export interface DemoOptions {
  /** Waits for `ms` milliseconds. */
  pause: (ms: number) => Promise<unknown>;
}

export function createDemoProvider({ pause }: DemoOptions): Provider {
  return {
    name: 'demo',
    serves: (model) => model.offers.demo !== undefined,
    async generate({ request, model, inputs, form, take, signal, isOfTemplate = false }) {
      const brief = readBrief(request, model, inputs);
      // The prompt caused it, so the class is `request`, for which no key rests.
      if (/\bdemo quota\b/i.test(brief.instruction))
        return { ok: false, provider: 'demo', verdict: verdictOf('request', classifyStatus(429, QUOTA).failure) };
      const answer = writeScript({ request, model, brief, take: request.seed ?? take, isOfTemplate });
      return { ok: true, provider: 'demo', form, body: stream(answer, form, pause, signal) };
    },
    countTokens: async ({ request }) => ({ ok: true, value: countPromptTokens(request) }),
  };
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
