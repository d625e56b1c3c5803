/** Pictures to store, buffers that are counted, and an R2 that refuses when it is told to. */
import { env } from 'cloudflare:workers';
import { createHash } from 'node:crypto';
import type { Lifted } from '../../worker/gemini/lift/skeleton.ts';
import type { PictureSink } from '../../worker/storage/images.ts';
import type { Labels } from '../../worker/storage/labels.ts';
import { createPartBuffers, type PartBuffers } from '../../worker/storage/part-buffers.ts';

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

const PNG_HEAD = Uint8Array.from([
  ...[0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a, 0, 0, 0, 13, ...ascii('IHDR')],
  ...[0, 0, 4, 0, 0, 0, 3, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0],
]);
const PNG_END = Uint8Array.from([0, 0, 0, 0, ...ascii('IEND'), 0, 0, 0, 0]);
const CHUNK_BYTES = 12;

/**
 * A whole PNG of 1024 × 768 pixels and `size` bytes, whose contents depend on their offset. A size too small for a PNG
 * gives a part of one.
 */
export function picture(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >> 8)) & 0xff;
  bytes.set(PNG_HEAD.subarray(0, size));
  const data = size - PNG_HEAD.length - CHUNK_BYTES - PNG_END.length;
  if (data < 0) return bytes;
  new DataView(bytes.buffer).setUint32(PNG_HEAD.length, data);
  bytes.set(ascii('IDAT'), PNG_HEAD.length + 4);
  bytes.set(PNG_END, size - PNG_END.length);
  return bytes;
}

/** As a run of a template stores its pictures. */
export const LABELS: Labels = { site: 'shop', key: 'ab'.repeat(32), template: '12'.repeat(16) };

export const hexOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Digest of what R2 has under a key. */
export async function keptHex(key: string): Promise<string | undefined> {
  const object = await env.BUCKET.get(key);
  return object ? hexOf(await object.bytes()) : undefined;
}

export async function emptyBucket(): Promise<void> {
  const { objects } = await env.BUCKET.list();
  await env.BUCKET.delete(objects.map(({ key }) => key));
}

/** Counts the buffers in use, so that a test sees them all come back. */
export function countedBuffers(budgetBytes?: number): PartBuffers & { out: number } {
  const buffers = createPartBuffers({
    ...{ now: Date.now, pause: () => scheduler.wait(1) },
    ...(budgetBytes !== undefined && { budgetBytes }),
  });
  const counted = {
    ...buffers,
    out: 0,
    get isAwaited() {
      return buffers.isAwaited;
    },
    get isScarce() {
      return buffers.isScarce;
    },
    tryAcquire(bytes: number) {
      const buffer = buffers.tryAcquire(bytes);
      if (buffer) counted.out += 1;
      return buffer;
    },
    async acquire(bytes?: number, signal?: AbortSignal) {
      const buffer = await buffers.acquire(bytes, signal);
      counted.out += 1;
      return buffer;
    },
    release(buffer: Uint8Array) {
      counted.out -= 1;
      buffers.release(buffer);
    },
  };
  return counted;
}

/** Writes one blob as lift does. */
export async function take(
  sink: PictureSink,
  bytes: Uint8Array,
  { kind = 'image', n = 0, pieces = 700_000 }: { kind?: Lifted['kind']; n?: number; pieces?: number } = {},
): Promise<void> {
  const writer = await sink.open({ kind, n });
  for (let at = 0; at < bytes.length; at += pieces) await writer.write(bytes.subarray(at, at + pieces));
  await writer.close();
}

/** `refuse`: nothing happens. `lose the answer`: it happens, but the caller gets a failure. */
export type Fault = 'refuse' | 'lose the answer';

/**
 * The real R2, where chosen steps fail.
 *
 * @param faultOf Called before every step: `put`, `head`, `createMultipartUpload`, `uploadPart 2`, `complete`.
 */
export function failingBucket(faultOf: (step: string) => Fault | undefined) {
  const steps: string[] = [];
  const uploads: R2MultipartUpload[] = [];

  async function run<T>(step: string, operation: () => Promise<T>): Promise<T> {
    steps.push(step);
    const fault = faultOf(step);
    if (fault !== 'refuse') {
      const result = await operation();
      if (!fault) return result;
    }
    throw new Error(`${step}: We encountered an internal error. Please try again. (10001)`);
  }

  function wrap(upload: R2MultipartUpload): R2MultipartUpload {
    uploads.push(upload);
    return {
      key: upload.key,
      uploadId: upload.uploadId,
      uploadPart: (n, bytes) => run(`uploadPart ${n}`, () => upload.uploadPart(n, bytes)),
      abort: () => upload.abort(),
      complete: (parts) => run('complete', () => upload.complete(parts)),
    };
  }

  const bucket = {
    put: (key: string, bytes: Uint8Array, options?: R2PutOptions) =>
      run('put', () => env.BUCKET.put(key, bytes, options)),
    head: (key: string) => run('head', () => env.BUCKET.head(key)),
    delete: (keys: string[]) => env.BUCKET.delete(keys),
    createMultipartUpload: async (key: string, options?: R2MultipartOptions) =>
      wrap(await run('createMultipartUpload', () => env.BUCKET.createMultipartUpload(key, options))),
    resumeMultipartUpload: (key: string, id: string) => wrap(env.BUCKET.resumeMultipartUpload(key, id)),
  } as unknown as R2Bucket;
  return { bucket, steps, uploads };
}
