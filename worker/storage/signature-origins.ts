/**
 * Who made which thought signature, by the signature's digest: a conversation goes on under the key that began it. A
 * record is an empty object with two words beside it, so looking one up reads nothing. Nothing depends on one: where it
 * is lost, the provider refuses a signature that is not his, for nothing, and the conversation falls back.
 */
import type { RetentionClass } from '../auth/site.ts';
import type { ProviderName } from '../catalog/model.ts';
import type { SignatureOrigin } from '../providers/provider.ts';
import type { Log } from '../shared/log.ts';
import { mapAtMost } from './at-most.ts';
import { isPast, originKey } from './keys.ts';
import { withRetries } from './retry.ts';

/** Six connections may wait for headers at once (developers.cloudflare.com/workers/platform/limits). */
const AT_ONCE = 4;
/** An answer has two or three; one with more is odd, and its last ones are the pictures'. */
const MAX_REMEMBERED = 32;

export interface SignatureOrigins {
  /** Never throws. @param digests Lower-case hex SHA-256 of decoded signatures. */
  remember(retention: RetentionClass, maker: SignatureOrigin, digests: readonly string[]): Promise<void>;
  /** @returns Each maker once; none where nothing is known, or R2 does not say. */
  find(retention: RetentionClass, digests: readonly string[]): Promise<SignatureOrigin[]>;
}

/** @param now Unix milliseconds. */
export function createSignatureOrigins(bucket: R2Bucket, now: () => number, log: Log): SignatureOrigins {
  async function put(key: string, { provider, key: tag }: SignatureOrigin): Promise<void> {
    try {
      await withRetries(() => bucket.put(key, '', { customMetadata: { provider, key: tag } }));
    } catch (error) {
      log('signature_origin_unstored', { error: String(error) });
    }
  }

  async function look(retention: RetentionClass, digest: string): Promise<SignatureOrigin | undefined> {
    try {
      const stored = await bucket.head(originKey(retention, digest));
      if (!stored || isPast(retention, stored.uploaded.getTime(), now())) return undefined;
      const { provider, key } = stored.customMetadata ?? {};
      return provider && key ? { provider: provider as ProviderName, key } : undefined;
    } catch (error) {
      log('signature_origin_unread', { error: String(error) });
      return undefined;
    }
  }

  return {
    async remember(retention, maker, digests) {
      const last = [...new Set(digests)].slice(-MAX_REMEMBERED);
      await mapAtMost(AT_ONCE, last, (digest) => put(originKey(retention, digest), maker));
    },
    async find(retention, digests) {
      const found = await mapAtMost(AT_ONCE, digests, (digest) => look(retention, digest));
      const origins = new Map(found.flatMap((maker) => (maker ? [[`${maker.provider}/${maker.key}`, maker]] : [])));
      return [...origins.values()];
    },
  };
}
