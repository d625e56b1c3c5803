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
import type { ProviderEntry } from '../provider-entry.ts';
import type { FalDependencies } from './draw.ts';
import { familyOf } from './families.ts';
import { FAL_BASE_URL, FAL_MEDIA_HOSTS, FAL_QUEUE_BASE_URL } from './hosts.ts';
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
