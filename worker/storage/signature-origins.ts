/**
 * The origin of each thought signature, by the signature's digest: a conversation continues under the key that began
 * it. A record is an empty object with the origin as metadata, so a look-up reads no bytes. Nothing depends on a
 * record: without it the provider refuses a foreign signature, without charge, and the conversation falls back.
 */

import type { ProviderName } from '../catalog/model.ts';
import type { SignatureOrigin } from '../providers/provider.ts';
import type { Log } from '../shared/log.ts';
import type { RetentionClass } from '../sites/site.ts';
import { mapAtMost } from './at-most.ts';
import { isPast, originKey } from './keys.ts';
import { withRetries } from './retry.ts';

/** Six connections may wait for headers at once (developers.cloudflare.com/workers/platform/limits). */
const AT_ONCE = 4;
/** Signatures remembered of one answer, the last ones, which are the pictures'. An answer usually has two or three. */
const MAX_REMEMBERED = 32;

export interface SignatureOrigins {
  /**
   * Records the origin of an answer's signatures. Never throws; a failure is logged.
   *
   * @param digests Lower-case hex SHA-256 of decoded signatures.
   */
  remember(retention: RetentionClass, maker: SignatureOrigin, digests: readonly string[]): Promise<void>;
  /** @returns Each origin once; none where there is no record or R2 fails. Never throws. */
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
