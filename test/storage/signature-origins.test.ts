import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { SignatureOrigin } from '../../worker/providers/provider.ts';
import { originKey } from '../../worker/storage/keys.ts';
import { createSignatureOrigins } from '../../worker/storage/signature-origins.ts';

const GOOGLE: SignatureOrigin = { provider: 'google', key: 'aaaaaaaa' };
const OTHER: SignatureOrigin = { provider: 'google', key: 'bbbbbbbb' };
const DAY_MS = 86_400_000;

const newDigest = (): string => crypto.randomUUID().replaceAll('-', '').repeat(2);

function setUp(change: Partial<R2Bucket> = {}) {
  const logs: string[] = [];
  const clock = { now: Date.now() };
  const bucket = new Proxy(env.BUCKET, {
    get(target, name) {
      const value = change[name as keyof R2Bucket] ?? target[name as keyof R2Bucket];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const signatureOrigins = createSignatureOrigins(
    bucket,
    () => clock.now,
    (event) => logs.push(event),
  );
  return { signatureOrigins, logs, clock };
}

describe('signature origins', () => {
  it('are found again by any of their signatures, each once', async () => {
    const { signatureOrigins } = setUp();
    const [one, two, three] = [newDigest(), newDigest(), newDigest()];
    await signatureOrigins.remember('30d', GOOGLE, [one, two]);
    await signatureOrigins.remember('30d', OTHER, [three]);

    expect(await signatureOrigins.find('30d', [two, newDigest(), one])).toEqual([GOOGLE]);
    expect(await signatureOrigins.find('30d', [three, one])).toEqual([OTHER, GOOGLE]);
    expect(await signatureOrigins.find('30d', [newDigest()])).toEqual([]);
  });

  it('expire with their class, whatever the lifecycle rules did', async () => {
    const { signatureOrigins, clock } = setUp();
    const digest = newDigest();
    await signatureOrigins.remember('7d', GOOGLE, [digest]);

    clock.now += 7 * DAY_MS - 60_000;
    const before = await signatureOrigins.find('7d', [digest]);
    clock.now += 120_000;

    expect(before).toEqual([GOOGLE]);
    expect(await signatureOrigins.find('7d', [digest])).toEqual([]);
  });

  it('are kept under their class and the digest, with nothing in them', async () => {
    const digest = newDigest();
    await setUp().signatureOrigins.remember('90d', GOOGLE, [digest]);

    const stored = await env.BUCKET.head(originKey('90d', digest));

    expect(stored).toMatchObject({ key: `90d/makers/${digest}`, size: 0, customMetadata: GOOGLE });
  });

  it('that R2 refuses to keep are logged and lose nothing else', async () => {
    const [good, bad] = [newDigest(), newDigest()];
    const put = (key: string, ...rest: unknown[]) =>
      key.endsWith(bad)
        ? Promise.reject(new Error('put: internal error (10001)'))
        : env.BUCKET.put(key, ...(rest as [string, R2PutOptions]));
    const { signatureOrigins, logs } = setUp({ put: put as R2Bucket['put'] });

    await signatureOrigins.remember('30d', GOOGLE, [bad, good]);

    expect(logs).toEqual(['signature_origin_unstored']);
    expect(await signatureOrigins.find('30d', [good])).toEqual([GOOGLE]);
  });

  it('are unknown where R2 does not say', async () => {
    const head = () => Promise.reject(new Error('head: internal error (10001)'));
    const { signatureOrigins, logs } = setUp({ head });

    expect(await signatureOrigins.find('30d', [newDigest()])).toEqual([]);
    expect(logs).toEqual(['signature_origin_unread']);
  });
});
