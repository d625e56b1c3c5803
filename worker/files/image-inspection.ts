/**
 * Checks that bytes are one whole picture with nothing behind it: not cut short, and not another document disguised as
 * a picture. Bytes are inspected as they pass, without decoding. PNG and HEIF are checked by their chain of chunks,
 * WebP by the length in its head, JPEG by its last bytes, or by its markers where other bytes may follow.
 */
import { refusePixels } from '../request/image-pixels.ts';
import { HEAD_BYTES, IMAGE_MIME_TYPES, type ImageFacts, sniffImage } from '../request/image-type.ts';
import { type Failure, fail, invalidField, type Result, succeed } from '../shared/failure.ts';
import { type ChunkChain, createChunkChain, HEIF_CHAIN, PNG_CHAIN } from './chunk-chain.ts';
import type { WholeImage } from './file.ts';
import { createJpegWalk } from './image-jpeg.ts';

export interface ImageInspection {
  /** Inspects the next bytes, which may be reused afterwards. @returns A refusal, as soon as it is known. */
  add(piece: Uint8Array): Failure | undefined;
  /** Call after the last byte. */
  end(): Result<WholeImage>;
}

/**
 * @param field Names the picture in a refusal.
 * @param mayBeFollowed Whether bytes after the picture's own end are ignored, as every viewer does. The boxes of HEIF
 *   have no end of their own, so there nothing may follow.
 */
export function createImageInspection(field: string, { mayBeFollowed = false } = {}): ImageInspection {
  const head = new Uint8Array(HEAD_BYTES);
  let filled = 0;
  let length = 0;
  let known: { facts: ImageFacts; tail: ChunkChain } | undefined;
  let refusal: Failure | undefined;

  /** Called when the head is complete, or when a shorter file has ended. */
  function recognise(): void {
    const bytes = head.subarray(0, filled);
    const facts = sniffImage(bytes);
    refusal = refuseType(facts, bytes, field) ?? (facts && (refuseEmpty(facts, field) ?? refusePixels(field, facts)));
    if (!facts || refusal) return;
    known = { facts, tail: tailOf(facts, bytes, mayBeFollowed) };
    known.tail.add(bytes);
  }

  return {
    add(piece) {
      length += piece.length;
      const first = piece.subarray(0, head.length - filled);
      head.set(first, filled);
      filled += first.length;
      if (!known && !refusal && filled === head.length) recognise();
      if (first.length < piece.length) known?.tail.add(piece.subarray(first.length));
      return refusal;
    },
    end() {
      if (!known && !refusal) recognise();
      if (refusal || !known) return fail(refusal as Failure);
      const rule = known.tail.problem(length);
      return rule ? fail(invalidField(field, rule)) : succeed(known.facts as WholeImage);
    },
  };
}

const OTHER_TYPES: readonly [mimeType: string, head: RegExp][] = [
  ['image/svg+xml', /^(?:\xef\xbb\xbf)?\s*(<\?xml|<!--|<!doctype svg|<svg[\s>])/i],
  ['text/html', /^(?:\xef\xbb\xbf)?\s*<(!doctype|html|head|body|script)/i],
  ['application/pdf', /^%PDF-/],
  ['image/avif', /^.{4}ftypavi[fs]/s],
  ['image/bmp', /^BM.{4}\0{4}/s],
  ['image/tiff', /^(II\*\0|MM\0\*)/],
];

/** Names a known other type, so that the caller does not look for a defect in a file of the wrong type. */
function refuseType(facts: ImageFacts | undefined, bytes: Uint8Array, field: string): Failure | undefined {
  if (facts && facts.mimeType !== 'image/gif') return undefined;
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 256));
  const value = facts?.mimeType ?? OTHER_TYPES.find(([, pattern]) => pattern.test(text))?.[0];
  if (value === undefined) return invalidField(field, 'must be a PNG, JPEG, WebP, HEIC or HEIF image.');
  return { reason: 'UNSUPPORTED_VALUE', field, value, accepted: IMAGE_MIME_TYPES };
}

/** A PNG has its size in its first chunk; without one it holds no picture. */
const refuseEmpty = ({ mimeType, width }: ImageFacts, field: string): Failure | undefined =>
  mimeType === 'image/png' && width === undefined
    ? invalidField(field, 'must be a whole image: a PNG without a size holds none.')
    : undefined;

function tailOf({ mimeType }: ImageFacts, head: Uint8Array, mayBeFollowed: boolean): ChunkChain {
  switch (mimeType) {
    case 'image/png':
      return createChunkChain(PNG_CHAIN, mayBeFollowed);
    case 'image/webp':
      return createRiffTail(head, mayBeFollowed);
    case 'image/jpeg':
      return mayBeFollowed ? createJpegWalk() : createJpegTail();
    default:
      return createChunkChain(HEIF_CHAIN);
  }
}

/** The RIFF head and the head of one chunk. */
const MIN_WEBP_BYTES = 20;

/** RIFF counts what follows its first eight bytes, padded to an even length (RFC 9649 §2.3). */
function createRiffTail(head: Uint8Array, mayBeFollowed: boolean): ChunkChain {
  const told = 8 + new DataView(head.buffer, head.byteOffset).getUint32(4, true);
  return {
    add: () => undefined,
    problem: (length) =>
      length === told || length === told + (told % 2) || (mayBeFollowed && told >= MIN_WEBP_BYTES && length > told)
        ? undefined
        : `must be a whole image: its head tells of ${told} bytes, and there are ${length}.`,
  };
}

/** Samsung phones write a directory after every photograph, which ends with a mark of its own. */
const JPEG_ENDS = [/\xff\xd9$/, /SEFT$/];

function createJpegTail(): ChunkChain {
  let last = '';
  return {
    add(piece) {
      last = (last + String.fromCharCode(...piece.subarray(-4))).slice(-4);
    },
    problem: () =>
      JPEG_ENDS.some((end) => end.test(last))
        ? undefined
        : 'must be a whole image: a JPEG ends with its end-of-image marker, and nothing follows it.',
  };
}
