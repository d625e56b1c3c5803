/**
 * A request's name: the same for every way of asking for the same picture, and different for any two different
 * pictures. It ignores the form of the answer, the order and spelling of fields, spelled-out defaults and base64
 * alphabets.
 */
import type { GenerateRequest, Part, Signature } from './request.ts';
import { signatureDigest } from './signature-digest.ts';

/** Everything that determines a picture's key. */
export interface CanonicalSubject {
  site: string;
  /** The callers that may share the picture, as `audienceOf` names them. */
  audience: string;
  /** Absent: the site has no template. */
  templateVersion?: string;
  /** `Peel-Variant`; absent: the first variant. */
  variant?: string;
  request: GenerateRequest;
  /** The request's lifted strings: lower-case hex SHA-256 of their bytes. */
  inputs: readonly { sha256: string }[];
}

/** Changes whenever the encoding does, so that an old key never means something new. */
const ENCODING = 'peel-request-2';

type Encoded = string | number | boolean | null | Encoded[];

/** @returns Lower-case hex SHA-256 of {@link canonicalRequest}. */
export async function canonicalKey(subject: CanonicalSubject): Promise<string> {
  return sha256(new TextEncoder().encode(await canonicalRequest(subject)));
}

/**
 * Encodes the request as nested JSON arrays. The position of an element gives its meaning, and JSON's quoting separates
 * neighbours. So the encoding is reversible, and two different requests never share one.
 */
export async function canonicalRequest(subject: CanonicalSubject): Promise<string> {
  const { site, audience, templateVersion = '', variant = '', request, inputs } = subject;
  const digests = await digestSignatures(request);
  const turns = request.turns.map(
    ({ role, parts }): Encoded => [role, ...parts.map((part) => encodePart(part, inputs, digests))],
  );
  const name = [ENCODING, site, audience, templateVersion, variant, request.model];
  const encoded: Encoded = [...name, encodeConfig(request), turns];
  return JSON.stringify(encoded);
}

/** Names and values of the fields that are set, sorted by name: a field that is added later changes no older key. */
function encodeConfig(request: GenerateRequest): Encoded {
  const fields: Record<string, Encoded | undefined> = {
    aspectRatio: request.aspectRatio,
    grounding: request.grounding && [request.grounding.web, request.grounding.image],
    includeThoughts: request.includeThoughts || undefined,
    maxOutputTokens: request.maxOutputTokens,
    mediaResolution: request.mediaResolution,
    modalities: request.modalities.includes('TEXT') ? undefined : 'IMAGE',
    safetySettings: request.safetySettings?.map(({ category, threshold }) => [category, threshold]).sort(),
    seed: request.seed,
    size: request.size,
    systemInstruction: request.systemInstruction,
    temperature: request.temperature,
    thinkingLevel: request.thinkingLevel,
    topK: request.topK,
    topP: request.topP,
  };
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

/** A picture's type is left out, because its bytes determine it. */
function encodePart(part: Part, inputs: CanonicalSubject['inputs'], digests: ReadonlyMap<string, string>): Encoded {
  const content = part.kind === 'text' ? part.text : digestOf(part.input, inputs);
  const signature = part.signature && encodeSignature(part.signature, inputs, digests);
  const resolution = part.kind === 'image' && part.mediaResolution;
  return [part.kind, content, part.thought ?? false, signature ?? null, ...(resolution ? [resolution] : [])];
}

function encodeSignature(
  signature: Signature,
  inputs: CanonicalSubject['inputs'],
  digests: ReadonlyMap<string, string>,
): string {
  if ('input' in signature) return digestOf(signature.input, inputs);
  const digest = digests.get(signature.text);
  if (digest === undefined) throw new Error('A signature was not digested before it was encoded.');
  return digest;
}

function digestOf(index: number, inputs: CanonicalSubject['inputs']): string {
  const input = inputs[index];
  if (!input) throw new Error(`The request names input ${index}, but has ${inputs.length}.`);
  return input.sha256;
}

/** Digests short signatures by their decoded bytes, as if they had been lifted. */
async function digestSignatures({ turns }: GenerateRequest): Promise<ReadonlyMap<string, string>> {
  const texts = new Set<string>();
  for (const { parts } of turns) {
    for (const { signature } of parts) if (signature && 'text' in signature) texts.add(signature.text);
  }
  return new Map(await Promise.all([...texts].map(async (text) => [text, await signatureDigest(text)] as const)));
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
