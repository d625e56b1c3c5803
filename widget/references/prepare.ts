import { runInWorker } from '../trusted.ts';
import { HEAD_BYTES, type Kind, kindOf } from './kind.ts';
import { blankLocation } from './location.ts';
import { type Redrawn, type RedrawOptions, redraw } from './prepare-worker.ts';
import type { RejectReason } from './reference.ts';

/** What is sent, and a small copy for the page; the copy is missing if the browser cannot draw the picture. */
export interface Prepared {
  blob: Blob;
  preview?: Blob;
}

type Limits = Omit<RedrawOptions, 'isPhoto'>;

/**
 * Models see references in fewer pixels (docs/wire-facts.md#google-pixels-and-tokens). Fourteen pictures of this size
 * also fit into one request (docs/wire-facts.md#google-limits-of-a-request).
 */
const LIMITS: Limits = { maxSide: 2048, maxBytes: 2_000_000, previewSide: 320 };

/** A phone's largest photos have some 50 MB. A browser may fail to decode more. */
const MAX_SOURCE_BYTES = 64_000_000;

/** Judges a file by its bytes. @returns undefined for a picture. */
export async function judge(file: Blob): Promise<Extract<RejectReason, 'kind' | 'size'> | undefined> {
  if (!(await readKind(file))) return 'kind';
  return file.size > MAX_SOURCE_BYTES ? 'size' : undefined;
}

/**
 * Makes a picture ready to be sent: upright, without metadata, no larger than needed. A HEIC that the browser cannot
 * draw stays as it is, but for its position.
 *
 * @returns undefined if it is not a picture or damaged. An abort throws the signal's reason.
 */
export async function prepare(file: Blob, signal: AbortSignal, limits: Limits = LIMITS): Promise<Prepared | undefined> {
  const kind = await readKind(file);
  signal.throwIfAborted();
  if (!kind) return undefined;
  const isHeif = kind === 'image/heic' || kind === 'image/heif';
  const options = { ...limits, isPhoto: isHeif || kind === 'image/jpeg' };
  try {
    return await redrawInWorker(file, options, signal);
  } catch {
    signal.throwIfAborted();
  }
  try {
    return await redrawInPage(file, options);
  } catch {
    signal.throwIfAborted();
    return isHeif ? { blob: await withoutLocation(file, kind) } : undefined;
  }
}

/** A file that was moved or deleted after it was chosen cannot be read any more. */
async function readKind(file: Blob): Promise<Kind | undefined> {
  const head = await file
    .slice(0, HEAD_BYTES)
    .arrayBuffer()
    .catch(() => undefined);
  return head && kindOf(new Uint8Array(head));
}

/** @throws Where the page forbids workers, and for a picture that cannot be drawn. */
export const redrawInWorker = (file: Blob, options: RedrawOptions, signal: AbortSignal): Promise<Redrawn> =>
  runInWorker(redraw, [file, options], signal);

/** On the page's own thread, but for what browsers do beside it: decoding, scaling and encoding. */
const redrawInPage = (file: Blob, options: RedrawOptions): Promise<Redrawn> =>
  redraw(file, options).catch(async () => redraw(await decode(file), options));

/** Safari draws HEIC in an `<img>`. */
async function decode(file: Blob): Promise<ImageBitmap> {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return await createImageBitmap(image);
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

async function withoutLocation(file: Blob, type: Kind): Promise<Blob> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  blankLocation(bytes);
  return new Blob([bytes], { type });
}
