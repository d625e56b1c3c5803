/**
 * A request that goes on from earlier answers: asked of the key that made them, and once more without them where that
 * cannot be. What it falls back to costs no more, and is only sent where provably nothing ran before.
 */
import type { RetentionClass } from '../auth/site.ts';
import type { ProviderName } from '../catalog/model.ts';
import { shortSignaturesOf } from '../gemini/forms/signatures.ts';
import type { PoolAnswer, ProviderCall } from '../providers/provider.ts';
import { type Fallback, toLastPicture } from '../request/last-picture.ts';
import { digestsOf, signatureDigest } from '../request/signature-digest.ts';
import type { Log } from '../shared/log.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { SignatureOrigins } from '../storage/signature-origins.ts';

/** Eight answers back, with a signature on the words and one on the picture of each: who made those made the others. */
const MAX_LOOK_UPS = 16;

export interface ConversationDependencies {
  providers: { generate(call: ProviderCall): Promise<PoolAnswer> };
  signatureOrigins: SignatureOrigins;
  log: Log;
}

export interface Conversation {
  retention: RetentionClass;
  /** Called before anything goes up in the conversation's place. */
  fallsBack: (how: Fallback) => void;
  /** For the log. */
  id: string;
}

/**
 * Asks for an answer as a pool does, `permit` counted through: an attempt in the conversation's place is one more of
 * the same call. The attempts of either are bounded by the pool, and the deadline is one.
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

/** So that what goes on from this answer finds its maker. */
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
