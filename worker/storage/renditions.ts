/**
 * Makes smaller pictures, each once. Every transformation is billed, failed ones too, so each is counted before it
 * starts. One request of an isolate makes it while the others wait, and a failure is not tried again for a while. Two
 * isolates may make the same one at once: both are counted, and either result is kept. No rendition outlives a picture
 * that was deleted while it was made, however long that took.
 */
import type { Limits } from '../limits/kv-limiter.ts';
import { renditionPoliciesOf } from '../limits/policies.ts';
import type { Log } from '../shared/log.ts';
import { keepNewest } from '../shared/newest.ts';
import { HOUR_MS } from '../shared/utc.ts';
import { blobKey, classOf, isPast, renditionKey } from './keys.ts';
import { siteOf } from './labels.ts';

export const RENDITION_WIDTHS = [160, 320, 640, 1280] as const;
export type RenditionWidth = (typeof RENDITION_WIDTHS)[number];

/** The Images binding takes no larger input (developers.cloudflare.com/images/optimization/binding). */
const MAX_INPUT_BYTES = 20 * 1024 * 1024;
const TYPE = 'image/webp';
/** How long a failure is remembered: a newer binding may read the picture. */
const FAILURE_REMEMBERED_MS = HOUR_MS;
/** Failures remembered by an isolate; the oldest are forgotten first. */
const MAX_REMEMBERED = 1000;
/** The longest wait for another request's rendition; after it the original is sent. */
const WAIT_MS = 10_000;

export interface RenditionsOptions {
  bucket: R2Bucket;
  images: ImagesBinding;
  limits: Limits;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  /** Lets a rendition finish after the request that asked first has ended. */
  waitUntil: (promise: Promise<unknown>) => void;
  log: Log;
}

/** A rendition that was just stored. */
interface Rendition {
  httpEtag: string;
  size: number;
  httpMetadata: { contentType: string };
  body: ArrayBuffer;
  customMetadata: { site: string };
}

export interface Renditions {
  /** @returns undefined where it cannot be made (now). */
  make(id: string, n: number, width: RenditionWidth): Promise<Rendition | undefined>;
}

export function createRenditions(options: RenditionsOptions): Renditions {
  const { bucket, images, limits, now, pause, waitUntil, log } = options;
  const making = new Map<string, Promise<Rendition | undefined>>();
  const failedUntil = new Map<string, number>();

  function noteFailure(key: string): void {
    keepNewest(failedUntil, key, now() + FAILURE_REMEMBERED_MS, MAX_REMEMBERED);
  }

  /** @returns undefined where the picture is gone, or is not to be made smaller: its body is then cancelled. */
  async function openOriginal(id: string, n: number, key: string): Promise<R2ObjectBody | undefined> {
    const retention = classOf(id);
    const original = await bucket.get(blobKey('images', id, n));
    if (!original) return undefined;
    const states = await limits.read(renditionPoliciesOf(siteOf(original)));
    const isSpent = states.some(({ state }) => state.remaining === 0);
    const isGone = !retention || isPast(retention, original.uploaded.getTime(), now());
    const isTooLarge = original.size > MAX_INPUT_BYTES;
    if (!isSpent && !isGone && !isTooLarge) return original;
    await original.body.cancel();
    if (isTooLarge) noteFailure(key);
    return undefined;
  }

  async function makeOne(id: string, n: number, width: RenditionWidth): Promise<Rendition | undefined> {
    const key = renditionKey(id, n, width);
    const original = await openOriginal(id, n, key);
    if (!original) return undefined;
    const site = siteOf(original);
    waitUntil(limits.count(renditionPoliciesOf(site)));
    try {
      const made = await images.input(original.body).transform({ width, fit: 'scale-down' }).output({ format: TYPE });
      // At most 1,280 pixels wide, so small enough to hold; R2 needs to know the length.
      const body = await made.response().arrayBuffer();
      const httpMetadata = { contentType: TYPE };
      // A rendition expires with its picture, however late it was made.
      const customMetadata = { site, pictureUploaded: String(original.uploaded.getTime()) };
      const { httpEtag, size } = await bucket.put(key, body, { httpMetadata, customMetadata });
      // Who deletes a picture finds this rendition, or has deleted the picture before this look.
      if (!(await bucket.head(blobKey('images', id, n)))) {
        await bucket.delete(key);
        return undefined;
      }
      return { httpEtag, size, httpMetadata, customMetadata, body };
    } catch (error) {
      noteFailure(key);
      log('rendition_failed', { id, n, width, error: String(error) });
      return undefined;
    }
  }

  return {
    async make(id, n, width) {
      const key = renditionKey(id, n, width);
      if ((failedUntil.get(key) ?? 0) > now()) return undefined;
      let made = making.get(key);
      if (!made) {
        made = makeOne(id, n, width).finally(() => making.delete(key));
        making.set(key, made);
        waitUntil(made.catch(() => undefined));
        return made;
      }
      return Promise.race([made.catch(() => undefined), pause(WAIT_MS).then(() => undefined)]);
    },
  };
}
