/**
 * The provider without a key. It draws a labelled poster inside the worker and answers in Google's form, so a fresh
 * clone and a first deployment work at once. It uses no network and keeps no state.
 *
 * Three things to try in a prompt: an hour of the day ("pines at night", "a lake at dusk"), `demo refusal`, which is
 * refused like a filtered picture, and `demo quota`, which gives a spent quota with a delay of 20 s.
 *
 * What draws is loaded with the first picture: a deployment with a key never needs it.
 */
import { countPromptTokens } from '../estimate.ts';
import type { Provider } from '../provider.ts';
import type { DemoOptions } from './draw.ts';

export function createDemoProvider(options: DemoOptions): Provider {
  return {
    name: 'demo',
    serves: (model) => model.offers.demo !== undefined,
    async generate(call) {
      const { draw } = await import('./draw.ts');
      return draw(call, options);
    },
    countTokens: async ({ request }) => ({ ok: true, value: countPromptTokens(request) }),
  };
}
