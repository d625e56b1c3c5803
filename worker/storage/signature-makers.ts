/**
 * Who made which thought signature, by the signature's digest: a conversation goes on under the key that began it. A
 * record is an empty object with two words beside it, so looking one up reads nothing. Nothing depends on one: where it
 * is lost, the provider refuses a signature that is not his, for nothing, and the conversation falls back.
 */
import type { RetentionClass } from '../auth/site.ts';
import type { ProviderName } from '../catalog/model.ts';
import type { Maker } from '../providers/provider.ts';
import type { Log } from '../shared/log.ts';
import { mapAtMost } from './at-most.ts';
import { isPast, makerKey } from './keys.ts';
import { withRetries } from './retry.ts';

/** Six connections may wait for headers at once (developers.cloudflare.com/workers/platform/limits). */
const AT_ONCE = 4;
/** An answer has two or three; one with more is odd, and its last ones are the pictures'. */
const MAX_REMEMBERED = 32;

export interface Makers {
  /** Never throws. @param digests Lower-case hex SHA-256 of decoded signatures. */
  remember(retention: RetentionClass, maker: Maker, digests: readonly string[]): Promise<void>;
  /** @returns Each maker once; none where nothing is known, or R2 does not say. */
  find(retention: RetentionClass, digests: readonly string[]): Promise<Maker[]>;
}

/** @param now Unix milliseconds. */
export function createMakers(bucket: R2Bucket, now: () => number, log: Log): Makers {
  async function put(key: string, { provider, key: tag }: Maker): Promise<void> {
    try {
      await withRetries(() => bucket.put(key, '', { customMetadata: { provider, key: tag } }));
    } catch (error) {
      log('maker_untold', { error: String(error) });
    }
  }

  async function look(retention: RetentionClass, digest: string): Promise<Maker | undefined> {
    try {
      const stored = await bucket.head(makerKey(retention, digest));
      if (!stored || isPast(retention, stored.uploaded.getTime(), now())) return undefined;
      const { provider, key } = stored.customMetadata ?? {};
      return provider && key ? { provider: provider as ProviderName, key } : undefined;
    } catch (error) {
      log('maker_unknown', { error: String(error) });
      return undefined;
    }
  }

  return {
    async remember(retention, maker, digests) {
      const last = [...new Set(digests)].slice(-MAX_REMEMBERED);
      await mapAtMost(AT_ONCE, last, (digest) => put(makerKey(retention, digest), maker));
    },
    async find(retention, digests) {
      const found = await mapAtMost(AT_ONCE, digests, (digest) => look(retention, digest));
      const makers = new Map(found.flatMap((maker) => (maker ? [[`${maker.provider}/${maker.key}`, maker]] : [])));
      return [...makers.values()];
    },
  };
}
