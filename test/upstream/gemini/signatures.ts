/**
 * Thought signatures as Google deals in them: opaque, good only on the picture they came with and under the key that
 * made them. Here each can be made again from what it is for, so one that comes back altered, cut, on another picture
 * or from somebody else is told from a good one. Wording: gemini-image-api.md §3.
 */
import { createHmac } from 'node:crypto';
import type { Dialect, FakeModel } from '../models.ts';
import { Base64, createSignatureBody } from '../pictures.ts';
import { type FakeError, googleError } from './errors.ts';
import type { FakePart, FakeRequest } from './request-rules.ts';

/** Who makes signatures, and the only one who takes them back. */
export interface Signer {
  dialect: Dialect;
  key: string;
}

/** A multiple of three bytes, so that the base64 of head and body joins without padding. */
const MAC_BYTES = 30;
/** Characters of a picture's base64 in which pictures of the fake differ. */
const TELLING = 120;
/** A text's signature is good on any text: pieces of a stream may have been joined. */
const TEXT = 'text';

/** @param of The picture it is for; absent: a text. */
export function signatureOf({ dialect, key }: Signer, bytes: number, of?: Base64): Base64 {
  return make(dialect, key, bytes, of ? pictureName(textOf(of), of.bytes) : TEXT);
}

/** @returns The 400, or `undefined` where every signature is where it belongs and as it was given. */
export function refuseSignatures(
  signer: Signer,
  model: FakeModel,
  { contents = [] }: FakeRequest,
): FakeError | undefined {
  if (!model.thinks) return undefined;
  // Entries of one role that follow each other are one turn: a streamed chat keeps one a chunk.
  let isTextSigned = false;
  for (const [c, { role, parts = [] }] of contents.entries()) {
    if (role !== 'model') isTextSigned = false;
    for (const [p, part] of parts.entries()) {
      if (part.thoughtSignature && !isGood(signer, part)) return invalid('Corrupted thought signature.');
      if (role !== 'model' || part.thought) continue;
      const kind = part.inlineData ? 'Image' : part.text && !isTextSigned ? 'Text' : undefined;
      if (kind && !part.thoughtSignature) {
        return invalid(
          `${kind} part is missing a thought_signature in content position ${c + 1}, part position ${p + 1}.`,
        );
      }
      if (!part.inlineData && part.thoughtSignature) isTextSigned = true;
    }
  }
  return undefined;
}

function isGood({ dialect, key }: Signer, { inlineData, thoughtSignature = '' }: FakePart): boolean {
  const given = Buffer.from(thoughtSignature, 'base64');
  const data = inlineData?.data;
  const name =
    data === undefined ? TEXT : pictureName(toStandard(data.slice(0, TELLING)), Buffer.byteLength(data, 'base64'));
  return Buffer.from(textOf(make(dialect, key, given.length, name)), 'base64').equals(given);
}

function make(dialect: Dialect, key: string, bytes: number, name: string): Base64 {
  const mac = createHmac('sha256', `${dialect} ${key}`)
    .update(`${bytes} ${name}`)
    .digest()
    .subarray(0, Math.min(bytes, MAC_BYTES));
  const head = Buffer.from(mac.toString('base64'), 'latin1');
  return new Base64([head, ...(bytes > MAC_BYTES ? [createSignatureBody(bytes - MAC_BYTES)] : [])], bytes);
}

const pictureName = (base64: string, bytes: number): string => `${base64.slice(0, TELLING)} ${bytes}`;
const textOf = ({ pieces }: Base64): string => Buffer.concat(pieces).toString('latin1');
const toStandard = (text: string): string => text.replaceAll('-', '+').replaceAll('_', '/');
const invalid = (message: string): FakeError => googleError(400, 'INVALID_ARGUMENT', message);
