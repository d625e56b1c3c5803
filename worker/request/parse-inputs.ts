/** Reads the strings that were lifted out of a request: pictures, checked by their bytes, and thought signatures. */
import {
  alsoKnown,
  type Fields,
  type Problems,
  readObject,
  readString,
  reportUnsupported,
  shape,
  withNeutral,
} from './fields.ts';
import { refusePixels } from './image-pixels.ts';
import { IMAGE_MIME_TYPES, type ImageFacts, type ImageMimeType } from './image-type.ts';
import { isUnset } from './neutral.ts';
import { readPlaceholder } from './placeholder.ts';
import type { Part, Signature } from './request.ts';

/** What the rules need to know of a lifted string. */
export interface InputFacts {
  kind: 'image' | 'signature';
  /** Of a picture: what its first bytes say, where they say anything. */
  image?: ImageFacts;
}

/** The most pictures and large signatures of a request, inline and by reference: enough for a long conversation. */
export const MAX_INPUTS = 512;
export const TOO_MANY_INPUTS = `must have at most ${MAX_INPUTS} pictures and signatures`;

/** Longer signatures are lifted, so a longer one that is still in the text is not base64. */
const MAX_SIGNATURE_TEXT = 4096;

const INLINE_DATA = alsoKnown(withNeutral(shape('mimeType', 'data'), { mimeType: isUnset }), 'displayName');

/**
 * Reads a part's picture. Its type is what the bytes say, in Google's spelling. Labels are often wrong, even on a
 * provider's own pictures that come back, so none is believed.
 */
export function parseImage(part: Fields, inputs: readonly InputFacts[]): Part | undefined {
  const { problems } = part;
  const blob = readObject(part, 'inlineData', INLINE_DATA);
  if (!blob) return undefined;
  const declared = readString(blob, 'mimeType');
  const data = readString(blob, 'data');
  if (data === undefined) return problems.invalid(`${blob.path}.data`, 'must be given.');
  const index = readPlaceholder(data, inputs.length);
  const input = index === undefined ? undefined : inputs[index];
  const tooLarge = refusePixels(`${blob.path}.data`, input?.image ?? {});
  if (tooLarge) return problems.report(tooLarge);
  if (index === undefined || input?.kind !== 'image') {
    return problems.invalid(`${blob.path}.data`, 'must be an image in base64.');
  }
  const found = input.image?.mimeType;
  if (found === 'image/gif') return reportUnsupported(problems, `${blob.path}.data`, found, IMAGE_MIME_TYPES);
  if (found !== undefined) return { kind: 'image', mimeType: found, input: index };
  if (declared === undefined) return problems.invalid(`${blob.path}.mimeType`, 'must be given.');
  // The bytes are of no known type: a label that no model takes is the clearer refusal.
  if (readMimeType(`${blob.path}.mimeType`, declared, problems) === undefined) return undefined;
  return problems.invalid(`${blob.path}.data`, 'must be a PNG, JPEG, WebP, HEIC or HEIF image.');
}

/** A part's thought signature, short or lifted. */
export function parseSignature(part: Fields, inputs: readonly InputFacts[]): Signature | undefined {
  const text = readString(part, 'thoughtSignature');
  if (!text) return undefined;
  const index = readPlaceholder(text, inputs.length);
  if (index !== undefined && inputs[index]?.kind === 'signature') return { input: index };
  if (text.length <= MAX_SIGNATURE_TEXT && isBase64(text)) return { text };
  return part.problems.invalid(`${part.path}.thoughtSignature`, 'must be base64, as the model gave it.');
}

/**
 * The label of a file whose bytes are still to come, without parameters. Labels of pictures are often wrong, so the
 * bytes decide; a label of another kind, such as a PDF, is refused by name before they are sent.
 *
 * @returns undefined where the label names no type that a model takes.
 */
export function readLabel(field: string, label: string, problems: Problems): ImageMimeType | undefined {
  const [name = ''] = label.split(';', 1);
  const type = name.trim();
  return OTHER_PICTURES.test(type) || saysNoType(type) ? undefined : readMimeType(field, type, problems);
}

const OTHER_PICTURES = /^image\/(?!(?:png|jpe?g|webp|hei[cf]|svg\+xml)$)/i;

/** Whether it is a type that programs send for bytes which they know nothing of. */
export const saysNoType = (type: string): boolean =>
  /^((application|binary)\/octet-stream|\*\/\*)?\s*(;|$)/i.test(type);

/** A declared type, spelled as Google spells it; refused by name where no model takes it. */
function readMimeType(field: string, text: string, problems: Problems): ImageMimeType | undefined {
  const lower = text.toLowerCase();
  const mimeType = lower === 'image/jpg' ? 'image/jpeg' : lower;
  const known = IMAGE_MIME_TYPES.find((type) => type === mimeType);
  return known ?? reportUnsupported(problems, field, mimeType, IMAGE_MIME_TYPES);
}

/** Either alphabet, padded or not (RFC 4648 §4 and §5), as protobuf's JSON accepts for bytes. */
function isBase64(text: string): boolean {
  const [letters = ''] = text.split('=', 1);
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) && letters.length % 4 !== 1;
}
