/** Bodies of `generateContent` as callers send them, with placeholders where lifted strings stood. */
import type { RequestContext } from '../../worker/request/context.ts';
import { sniffImage } from '../../worker/request/image-type.ts';
import { type ParsedRequest, parseGenerateRequest } from '../../worker/request/parse.ts';
import type { InputFacts } from '../../worker/request/parse-inputs.ts';
import { placeholderFor } from '../../worker/request/placeholder.ts';
import type { GenerateRequest } from '../../worker/request/request.ts';
import type { Failure } from '../../worker/shared/failure.ts';
import { gif, heif, jpeg, png, webpLossy } from './images.ts';
import { modelOf } from './requests.ts';

/** The inputs of every body, by index; the last is a signature. */
export const PNG = 0;
export const JPEG = 1;
export const WEBP = 2;
export const HEIC = 3;
export const HEIF = 4;
export const GIF = 5;
export const SIGNATURE = 6;
const PICTURES = [png(8, 6), jpeg(8, 6), webpLossy(8, 6), heif(['heic'], [8, 6]), heif(['mif1'], [8, 6]), gif()];

/** What is known of a picture that came inline. */
export function imageOf(bytes: Uint8Array): InputFacts {
  const image = sniffImage(bytes);
  return { kind: 'image', ...(image && { image }) };
}

const INPUTS: readonly InputFacts[] = [...PICTURES.map(imageOf), { kind: 'signature' }];

export const ORIGIN = 'https://peel.example';
export const SECRET = 'the secret of these tests, long enough';

export const context = (changes: Partial<RequestContext> = {}): RequestContext => ({
  model: modelOf('nano-banana-2'),
  inputs: INPUTS,
  caller: 'client',
  grounding: true,
  origin: ORIGIN,
  site: 'default',
  secrets: [SECRET],
  ...changes,
});

/** A context with another model. */
export const on = (name: string): Partial<RequestContext> => ({ model: modelOf(name) });

export const PROMPT = [{ role: 'user', parts: [{ text: 'a red fox' }] }];
export const body = (changes: object = {}) => ({ contents: PROMPT, ...changes });
export const withParts = (...parts: unknown[]) => ({ contents: [{ role: 'user', parts }] });
export const withConfig = (generationConfig: unknown) => body({ generationConfig });
export const withImage = (imageConfig: unknown) => withConfig({ imageConfig });
export const withThinking = (thinkingConfig: unknown) => withConfig({ thinkingConfig });
export const withTool = (tool: unknown) => body({ tools: [tool] });
export const withSearch = (googleSearch: unknown) => withTool({ googleSearch });
export const withSafety = (...safetySettings: unknown[]) => body({ safetySettings });

export const picture = (index: number, mimeType: unknown) => ({
  inlineData: { mimeType, data: placeholderFor(index) },
});
export const pngPart = picture(PNG, 'image/png');

/** @returns The request with the references that it names. */
export function read(value: unknown, changes: Partial<RequestContext> = {}): ParsedRequest {
  const result = parseGenerateRequest(value, context(changes));
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

export const parsed = (value: unknown, changes: Partial<RequestContext> = {}): GenerateRequest =>
  read(value, changes).request;

export function refused(value: unknown, changes: Partial<RequestContext> = {}): Failure {
  const result = parseGenerateRequest(value, context(changes));
  if (result.ok) throw new Error(`Accepted: ${JSON.stringify(result.value)}`);
  return result.failure;
}
