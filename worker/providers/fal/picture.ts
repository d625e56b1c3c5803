/** Streams the picture of an answer as base64, from fal's media hosts or from the answer itself. */
import { createEncoder } from '../../gemini/lift/base64-encoder.ts';
import { createPieceReader, type PieceReader } from '../../gemini/lift/piece-reader.ts';
import { sniffImage } from '../../request/image-type.ts';
import type { Verdict } from '../provider.ts';
import { pictureAddress } from './hosts.ts';
import type { FalHttp } from './http.ts';
import { createMediaReader, UnusableMedia } from './media.ts';
import { MAX_PICTURE_BYTES, type Output } from './output.ts';
import { late, lost, unusable } from './verdicts.ts';

export interface Picture {
  /** Detected from the picture's first bytes; the answer's own claims are not used. */
  mimeType: string;
  /** Pieces are valid until the next one is asked for. */
  base64: AsyncGenerator<Uint8Array, void, undefined>;
  /** The model's words about the picture, known when `base64` has ended. */
  description: () => string;
  /** Releases the source. Needed even before the first read: a generator that never started runs no `finally`. */
  cancel: () => Promise<unknown>;
}

export interface PictureDependencies {
  http: FalHttp;
  pause: (ms: number) => Promise<unknown>;
  /** See `pictureAddress`. */
  mediaHosts: readonly string[];
  deadlineSeconds: number;
}

/** A multiple of three, so that only the last piece is padded. */
const PIECE_BYTES = 192 * 1024;

export async function openPicture(
  output: Output,
  signal: AbortSignal,
  dependencies: PictureDependencies,
): Promise<Picture | Verdict> {
  if ('unusable' in output) return unusable(output.unusable);
  if ('base64' in output) return fromBase64(output.base64, output.description);

  const description = () => output.description;
  const inline = /^data:image\/[a-z.+-]{1,40};base64,([A-Za-z0-9+/]+={0,2})$/.exec(output.url);
  if (inline?.[1]) return fromBytes(createPieceReader(Buffer.from(inline[1], 'base64'), PIECE_BYTES), description);
  const url = pictureAddress(output.url, dependencies.mediaHosts);
  if (!url) return unusable('the picture is at a host that is not allowed');
  const { http, pause, deadlineSeconds } = dependencies;
  const limits = { pieceBytes: PIECE_BYTES, maxBytes: MAX_PICTURE_BYTES };
  try {
    return await fromBytes(createMediaReader(url, signal, { http, pause, ...limits }), description);
  } catch (error) {
    if (signal.aborted) return late(deadlineSeconds);
    return error instanceof UnusableMedia
      ? unusable(error.message)
      : lost(`the picture could not be fetched: ${error}`);
  }
}

async function fromBytes(reader: PieceReader, description: () => string): Promise<Picture | Verdict> {
  const first = await reader.read();
  const type = first && sniffImage(first)?.mimeType;
  if (type) return { mimeType: type, base64: encode(first, reader), description, cancel: () => reader.cancel() };
  await reader.cancel();
  return unusable('what came as the picture is none');
}

async function* encode(first: Uint8Array, reader: PieceReader): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = createEncoder({ kind: 'image', n: 0, bytes: 0 });
  let isWhole = false;
  let bytes = 0;
  try {
    for (let piece: Uint8Array | undefined = first; piece; piece = await reader.read()) {
      bytes += piece.length;
      if (bytes > MAX_PICTURE_BYTES) throw new Error(`the picture is larger than ${MAX_PICTURE_BYTES} bytes`);
      yield* encoder.push(piece);
    }
    isWhole = true;
    yield* encoder.end();
  } finally {
    if (!isWhole) await reader.cancel();
  }
}

/** Letters of base64 that are enough to detect a picture's type. */
const HEAD_LETTERS = 64;

async function fromBase64(letters: Picture['base64'], description: () => string): Promise<Picture | Verdict> {
  const { value: first } = await letters.next();
  const head = first && Buffer.from(Buffer.from(first.subarray(0, HEAD_LETTERS)).toString('latin1'), 'base64');
  const type = head && sniffImage(new Uint8Array(head))?.mimeType;
  if (!first || !type) {
    await letters.return();
    return unusable('what came as the picture is none');
  }
  return { mimeType: type, base64: startingWith(first, letters), description, cancel: () => letters.return() };
}

async function* startingWith(first: Uint8Array, others: Picture['base64']): Picture['base64'] {
  try {
    yield first;
    yield* others;
  } finally {
    await others.return();
  }
}
