/**
 * A request that continues from earlier answers. It is sent to their signature origin (provider and key), because a
 * signature means nothing to another key (`docs/wire-facts.md#google-thoughts-and-signatures`). When that fails, the
 * last picture is sent without the conversation. The fallback costs no more, and is sent only when provably nothing
 * ran.
 */

import type { ProviderName } from '../catalog/model.ts';
import { shortSignaturesOf } from '../gemini/forms/signatures.ts';
import type { PoolAnswer, ProviderCall } from '../providers/provider.ts';
import { type Fallback, toLastPicture } from '../request/last-picture.ts';
import { digestsOf, signatureDigest } from '../request/signature-digest.ts';
import type { Log } from '../shared/log.ts';
import type { RetentionClass } from '../sites/site.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { SignatureOrigins } from '../storage/signature-origins.ts';

/** Signatures looked up: two (words and picture) of each of the last eight answers. Older ones have the same origin. */
const MAX_LOOK_UPS = 16;

/** What {@link askInConversation} needs. */
export interface ConversationDependencies {
  providers: { generate(call: ProviderCall): Promise<PoolAnswer> };
  signatureOrigins: SignatureOrigins;
  log: Log;
}

/** The context of one request. */
export interface Conversation {
  retention: RetentionClass;
  /** Called before the fallback request goes up. */
  fallsBack: (how: Fallback) => void;
  /** For the log. */
  id: string;
}

/**
 * Same contract as `pool.generate()`. Attempt numbers passed to `permit` keep counting across the fallback call. The
 * pool limits the attempts of each call; both share one deadline.
 */
export async function askInConversation(
  call: ProviderCall,
  { retention, fallsBack, id }: Conversation,
  { providers, signatureOrigins, log }: ConversationDependencies,
): Promise<PoolAnswer> {
  const [pin, other] = await signatureOrigins.find(retention, await digestsOf(call.request, call.inputs, MAX_LOOK_UPS));
  let attempts = 0;
  const permit = (_: number, provider: ProviderName) => {
    attempts += 1;
    return call.permit(attempts, provider);
  };
  const instead = toLastPicture(call.request);
  let why = 'makers_differ';
  if (!other || !instead) {
    const answer = await providers.generate({ ...call, permit, ...(pin && { pin }) });
    if (answer.ok || !instead || !(answer.pinned || answer.signature)) return answer;
    why = answer.signature ? 'signature_refused' : 'maker_gone';
  }
  log('conversation_fallback', { id, why, ...(pin && { provider: pin.provider }), model: call.model.id });
  fallsBack('last-picture');
  return providers.generate({ ...call, request: instead, permit });
}

/**
 * Stores the signature origin of an answer, so that a later request of the conversation finds it. Idempotent. An answer
 * without an origin stores nothing.
 */
export async function rememberOrigin(
  { maker, chunks, form, signatures }: Manifest,
  retention: RetentionClass,
  signatureOrigins: SignatureOrigins,
): Promise<void> {
  if (!maker) return;
  const short = await Promise.all(shortSignaturesOf(chunks, form).map(signatureDigest));
  const large = signatures.flatMap(({ sha256 }) => sha256 ?? []);
  await signatureOrigins.remember(retention, maker, [...short, ...large]);
}
