/** Writes the JSON that goes to Gemini, from a request that is already checked and normalized. */
import type { CatalogModel } from '../catalog/model.ts';
import { maxOutputTokensOf } from '../pricing/prices.ts';
import type { InputDescription } from '../request/inputs.ts';
import type { GenerateRequest, Part, Signature } from '../request/request.ts';
import { toSegments } from './forms/payload.ts';
import { type Fields, LiftedValue, type Value } from './forms/value.ts';
import type { Segment } from './lift/skeleton.ts';

/** Only an input's length matters here: its bytes are read when the body is sent. */
type Inputs = readonly Pick<InputDescription, 'size'>[];

/**
 * Bound of a body with its inputs. Google accepts 100 MB since 2026-01-08
 * (docs/wire-facts.md#google-limits-of-a-request).
 */
export const MAX_EXPANDED_BYTES = 100_000_000;

/**
 * The body of `generateContent` and `streamGenerateContent`.
 *
 * @param inputs Image parts and large signatures refer to these by index. In the segments' `Lifted`, `n` is that index.
 * @returns Segments for `splice`; `splicedLength` gives the exact length. Throws `RangeError` for an unknown input.
 */
export function toGeminiBody(request: GenerateRequest, model: CatalogModel, inputs: Inputs): Segment[] {
  return toSegments({
    contents: toContents(request, inputs),
    ...(request.systemInstruction && {
      systemInstruction: { parts: request.systemInstruction.map((text) => ({ text })) },
    }),
    ...(request.safetySettings && { safetySettings: request.safetySettings.map((setting) => ({ ...setting })) }),
    ...(request.grounding && { tools: [{ googleSearch: toGoogleSearch(request.grounding) }] }),
    generationConfig: toGenerationConfig(request, model),
  });
}

/** The body of `countTokens`, which takes only the contents. Throws `RangeError` for an unknown input. */
export function toCountTokensBody(request: GenerateRequest, inputs: Inputs): Segment[] {
  return toSegments({ contents: toContents(request, inputs) });
}

function toContents({ turns }: GenerateRequest, inputs: Inputs): Value {
  return turns.map(({ role, parts }) => ({ role, parts: parts.map((part) => toPart(part, inputs)) }));
}

function toPart(part: Part, inputs: Inputs): Fields {
  const body: Fields =
    part.kind === 'text'
      ? { text: part.text }
      : {
          inlineData: { mimeType: part.mimeType, data: toLifted(part.input, 'image', inputs) },
          ...(part.mediaResolution && { mediaResolution: { level: part.mediaResolution } }),
        };
  return {
    ...body,
    ...(part.thought && { thought: true }),
    ...(part.signature && { thoughtSignature: toSignature(part.signature, inputs) }),
  };
}

const toSignature = (signature: Signature, inputs: Inputs): Value =>
  'text' in signature ? signature.text : toLifted(signature.input, 'signature', inputs);

function toLifted(input: number, kind: InputDescription['kind'], inputs: Inputs): LiftedValue {
  const blob = inputs[input];
  if (!blob) throw new RangeError(`the request has no input ${input}`);
  return new LiftedValue({ kind, n: input, bytes: blob.size });
}

/** Web search alone is written without `searchTypes`, a form that every model understands. */
function toGoogleSearch({ web, image }: NonNullable<GenerateRequest['grounding']>): Fields {
  if (!image) return {};
  return { searchTypes: { ...(web && { webSearch: {} }), imageSearch: {} } };
}

function toGenerationConfig(request: GenerateRequest, model: CatalogModel): Fields {
  const { temperature, topP, topK, seed, mediaResolution } = request;
  const imageConfig = toImageConfig(request, model);
  const thinkingConfig = toThinkingConfig(request);
  const maxOutputTokens = maxOutputTokensOf(request, model);
  return {
    responseModalities: [...request.modalities],
    ...(imageConfig && { imageConfig }),
    ...(thinkingConfig && { thinkingConfig }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(topK !== undefined && { topK }),
    ...(seed !== undefined && { seed }),
    ...(mediaResolution && { mediaResolution }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}

/**
 * A model with 1K alone gets no `imageSize`: 2.5 Flash ignores the field, Lite refuses other values
 * (docs/wire-facts.md#google-sizes-and-ratios).
 */
function toImageConfig({ aspectRatio, size }: GenerateRequest, model: CatalogModel): Fields | undefined {
  const hasChoice = model.sizes.length > 1 || size !== '1K';
  if (aspectRatio === undefined && !hasChoice) return undefined;
  return { ...(aspectRatio !== undefined && { aspectRatio }), ...(hasChoice && { imageSize: size }) };
}

function toThinkingConfig({ thinkingLevel, includeThoughts }: GenerateRequest): Fields | undefined {
  if (thinkingLevel === undefined && includeThoughts === undefined) return undefined;
  return {
    ...(thinkingLevel !== undefined && { thinkingLevel }),
    ...(includeThoughts !== undefined && { includeThoughts }),
  };
}
