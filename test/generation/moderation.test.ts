/** How the owner's check of pictures is asked, and what an isolate remembers of it. The whole way: `routes/generate`. */
import { describe, expect, it } from 'vitest';
import { createModerator, type ModerationConfig } from '../../worker/generation/moderation.ts';
import type { Manifest } from '../../worker/storage/manifest.ts';
import { NOW } from './generations.ts';

const ID = `b${'7'.repeat(32)}`;
const AT = { site: { id: 'shop', retention: '30d' }, key: 'c'.repeat(64), origin: 'https://peel.example' } as const;
const KEPT = {
  ...{ version: 1, id: ID, form: 'json', chunks: [], signatures: [], createdAt: NOW },
  images: [{ n: 0, mimeType: 'image/png', bytes: 1, sha256: '' }],
} as unknown as Manifest;

type Answer = () => Promise<Response> | Response;

const ALLOWED: Answer = () => Response.json({ allow: true });
const REFUSED: Answer = () => Response.json({ allow: false, reason: 'no' });
const SILENT: Answer = () => Promise.reject(new Error('timeout'));

function stage(answer: Answer, onFailure: ModerationConfig['onFailure'] = 'closed') {
  const clock = { now: NOW };
  const pauses: { ms: number; end: () => void }[] = [];
  const behind: Promise<unknown>[] = [];
  const done: string[] = [];
  let asked = 0;
  const moderator = createModerator({
    ...{ url: 'https://check.example', secret: 's', onFailure, now: () => clock.now },
    async fetch() {
      asked += 1;
      return answer();
    },
    addressOf: (origin, id, n) => `${origin}/images/${id}/${n}.png`,
    abortAfter: () => new AbortController().signal,
    pause: (ms) => new Promise<void>((end) => pauses.push({ ms, end })),
    waitUntil: (promise) => void behind.push(promise),
    log: (event) => void done.push(event),
  });
  const stores = {
    manifests: {
      put: async (_site: unknown, _key: string, { isModerated }: Manifest) => void done.push(`put ${isModerated}`),
      delete: async () => void done.push('delete'),
    },
    remove: async () => void done.push('remove'),
  };
  return {
    ...{ clock, pauses, done, moderator },
    asked: () => asked,
    clear: () => moderator.clear(KEPT, AT, stores),
    settled: () => Promise.all(behind),
  };
}

describe('an answer of the check', () => {
  it.each([64 * 1024, 8 * 1024 * 1024])('that is too long is none, and is not read: %i bytes', async (length) => {
    let pulled = 0;
    const endless = () => {
      const head = new TextEncoder().encode('{"allow":true,"x":"');
      const piece = new Uint8Array(16 * 1024).fill(97);
      const tail = new TextEncoder().encode('"}');
      let sent = 0;
      return new ReadableStream<Uint8Array>({
        pull(controller) {
          if (sent === 0) controller.enqueue(head);
          controller.enqueue(sent < length ? piece : tail);
          if (sent >= length) controller.close();
          sent += piece.length;
          pulled += piece.length;
        },
      });
    };
    const { moderator } = stage(() => new Response(endless()));

    expect(await moderator.review({ site: 'shop', origin: AT.origin, manifest: KEPT })).toBe('unchecked_hidden');
    // Two tries, each with what was on its way.
    expect(pulled).toBeLessThanOrEqual(2 * 128 * 1024);
  });
});

describe('a picture that was kept without a check', () => {
  it('is asked about once by all who ask at once, and by those just after', async () => {
    const { clear, asked, done } = stage(ALLOWED);

    const cleared = await Promise.all(Array.from({ length: 50 }, clear));
    cleared.push(await clear());

    expect(cleared.every((manifest) => manifest?.isModerated)).toBe(true);
    expect(asked()).toBe(1);
    expect(done).toEqual(['put true']);
  });

  it('is deleted once where it is refused, and once more a little later', async () => {
    const { clear, clock, asked, done, pauses, settled } = stage(REFUSED);

    expect(await Promise.all([clear(), clear()])).toEqual([undefined, undefined]);
    clock.now += 9_000;
    expect(await clear()).toBeUndefined();

    expect(asked()).toBe(1);
    expect(done).toEqual(['moderation_refused', 'delete', 'remove']);
    for (const { ms, end } of pauses) if (ms === 10_000) end();
    await settled();
    expect(done.filter((each) => each === 'remove')).toHaveLength(2);
    expect(done.filter((each) => each === 'delete')).toHaveLength(1);
  });

  it.each([
    ['closed', undefined],
    ['open', KEPT],
  ] as const)('waits some seconds before a silent check is asked again: %s', async (onFailure, shown) => {
    const { clear, clock, asked } = stage(SILENT, onFailure);
    const told = () => clear().catch(() => undefined);

    expect(await told()).toEqual(shown);
    clock.now += 9_999;
    expect(await told()).toEqual(shown);
    expect(asked()).toBe(2);
    clock.now += 1;
    await told();
    expect(asked()).toBe(4);
  });

  it('is asked about anew after a clock that was set back', async () => {
    const { clear, clock, asked } = stage(SILENT);
    await expect(clear()).rejects.toThrow();

    clock.now -= 86_400_000;
    await expect(clear()).rejects.toThrow();

    expect(asked()).toBe(4);
  });

  it('is not waited for without end', async () => {
    const { clear, clock, asked, pauses } = stage(() => new Promise(() => undefined));
    void clear();
    const waiting = clear();
    expect(asked()).toBe(0);
    await Promise.resolve();

    pauses.at(-1)?.end();

    await expect(waiting).rejects.toThrow('does not answer');
    clock.now += 25_000;
    void clear();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(asked()).toBe(2);
  });

  it('is asked about again where what follows the verdict fails', async () => {
    const { moderator, asked, settled } = stage(ALLOWED);
    const broken = {
      manifests: { put: () => Promise.reject(new Error('R2')), delete: async () => undefined },
      remove: async () => undefined,
    };

    await expect(moderator.clear(KEPT, AT, broken)).rejects.toThrow('R2');
    await settled();
    await expect(moderator.clear(KEPT, AT, broken)).rejects.toThrow('R2');

    expect(asked()).toBe(2);
  });
});
