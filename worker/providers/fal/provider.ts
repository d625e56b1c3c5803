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
import { lazy } from '../../shared/lazy.ts';
import { countPromptTokens } from '../estimate.ts';
import type { Provider } from '../provider.ts';
import type { FalHosts } from '../provider-config.ts';
import type { FalDependencies } from './draw.ts';
import { familyOf } from './families.ts';
import { refusedUnsent } from './verdicts.ts';

/** What draws is loaded with the first picture: a deployment without fal's key never needs it. */
export function createFal(baseUrl: string, hosts: FalHosts, key: string, dependencies: FalDependencies): Provider {
  const load = lazy(async () => {
    const { createDraw } = await import('./draw.ts');
    return createDraw(baseUrl, hosts, key, dependencies);
  });
  return {
    name: 'fal',
    serves: (model: CatalogModel) => familyOf(model.offers.fal?.wireId) !== undefined,
    async generate(call) {
      const draw = await load();
      const result = await draw(call);
      return 'failure' in result
        ? { ok: false, provider: 'fal', verdict: result }
        : { ok: true, provider: 'fal', form: call.form, body: result };
    },
    async countTokens({ request }) {
      if (dependencies.isOnly) return { ok: true, value: countPromptTokens(request) };
      const failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'fal counts no tokens' } as const;
      return { ok: false, provider: 'fal', verdict: refusedUnsent(failure) };
    },
  };
}
