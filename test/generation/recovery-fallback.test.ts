/** A crash between the provider's answer and the manifest loses neither the signature origin nor the fallback. */
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import type { GenerationDependencies } from '../../worker/generation/dependencies.ts';
import type { Payment } from '../../worker/generation/payment.ts';
import { recoverRun } from '../../worker/generation/recovery.ts';
import type { SignatureOrigin } from '../../worker/providers/provider.ts';
import { signatureDigest } from '../../worker/request/signature-digest.ts';
import { createImageStore } from '../../worker/storage/images.ts';
import { blobKey } from '../../worker/storage/keys.ts';
import type { Manifest } from '../../worker/storage/manifest.ts';
import type { PartBuffers } from '../../worker/storage/part-buffers.ts';
import { createSignatureOrigins } from '../../worker/storage/signature-origins.ts';
import { createTestWorker } from '../support.ts';
import { runRecord } from './run-records.ts';

const MAKER: SignatureOrigin = { provider: 'google', key: 'cccccccc' };

it('is in the recovered manifest, and its signature origin is remembered', async () => {
  const { services } = createTestWorker();
  const id = `b${crypto.randomUUID().replaceAll('-', '')}`;
  await env.BUCKET.put(blobKey('images', id, 0), Uint8Array.of(0x89, 0x50, 0x4e, 0x47));
  const signature = btoa(id);
  const picture = `{"inlineData":{"mimeType":"image/png","data":"`;
  let record = runRecord({
    ...{
      id,
      key: crypto.randomUUID(),
      state: 'dispatched',
      provider: 'google',
      maker: MAKER,
      fallback: 'last-picture',
    },
  });
  const puts: Manifest[] = [];
  const deps = {
    ...{
      catalog: SEED_CATALOG,
      images: createImageStore(env.BUCKET, {} as PartBuffers),
      pricing: services.pricing,
      now: Date.now,
      log: () => undefined,
    },
    signatureOrigins: createSignatureOrigins(env.BUCKET, Date.now, () => undefined),
    flushPending: async () => true,
    manifests: { get: async () => undefined, put: async (_: unknown, __: string, made: Manifest) => puts.push(made) },
    rows: {
      read: () => record,
      write: (next: typeof record) => {
        record = next;
      },
      unkept: () => undefined,
      chunks: () => [
        [
          `{"candidates":[{"content":{"parts":[${picture}`,
          { kind: 'image', n: 0, bytes: 4 },
          `"},"thoughtSignature":"${signature}"}]},"finishReason":"STOP"}]}`,
        ],
      ],
    },
  } as unknown as GenerationDependencies;
  const payment = { conclude: () => undefined } as unknown as Payment;

  await recoverRun(record, payment, deps);

  expect(puts).toMatchObject([{ id, maker: MAKER, fallback: 'last-picture' }]);
  expect(await deps.signatureOrigins.find('30d', [await signatureDigest(signature)])).toEqual([MAKER]);
});
