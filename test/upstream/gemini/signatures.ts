/**
 * Thought signatures as Google's: opaque, valid only with their picture and under the key that made them. The fake can
 * compute each one again, so it detects one that is altered, cut, on another picture or from another key. Wording:
 * docs/wire-facts.md#google-thoughts-and-signatures.
 */
import { createHmac } from 'node:crypto';
import type { Dialect, FakeModel } from '../models.ts';
import { Base64, createSignatureBody } from '../pictures.ts';
import { type FakeError, googleError } from './errors.ts';
import type { FakePart, FakeRequest } from './request-rules.ts';

/** The dialect and key that a signature is valid under. */
export interface Signer {
  dialect: Dialect;
  key: string;
}

/** A multiple of three bytes, so that the base64 of head and body joins without padding. */
const MAC_BYTES = 30;
/** Pictures of the fake differ in this many first characters of their base64. */
const TELLING = 120;
/** A text's signature is valid on any text, because a client may join the pieces of a stream. */
const TEXT = 'text';

/** @param of The signed picture; absent for a text. */
export function signatureOf({ dialect, key }: Signer, bytes: number, of?: Base64): Base64 {
  return make(dialect, key, bytes, of ? pictureName(textOf(of), of.bytes) : TEXT);
}

/** @returns The 400, or `undefined` if every signature is unaltered and in its place. */
export function refuseSignatures(
  signer: Signer,
  model: FakeModel,
  { contents = [] }: FakeRequest,
): FakeError | undefined {
  if (!model.thinks) return undefined;
  // Adjacent entries of one role are one turn: a streamed chat keeps an entry for each chunk.
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
