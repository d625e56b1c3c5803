/** Bodies of `generateContent` as callers send them, with placeholders where lifted strings stood. */
import type { Failure } from '../../worker/domain/failure.ts';
import { parseGenerateRequest, type RequestContext } from '../../worker/domain/parse-request.ts';
import { placeholderFor } from '../../worker/domain/placeholder.ts';
import type { GenerateRequest } from '../../worker/domain/request.ts';
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
const INPUTS = [
  ...PICTURES.map((bytes) => ({ kind: 'image' as const, bytes })),
  { kind: 'signature' as const, bytes: new Uint8Array(5000) },
];

export const context = (changes: Partial<RequestContext> = {}): RequestContext => ({
  model: modelOf('nano-banana-2'),
  inputs: INPUTS,
  caller: 'client',
  grounding: true,
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

export function parsed(value: unknown, changes: Partial<RequestContext> = {}): GenerateRequest {
  const result = parseGenerateRequest(value, context(changes));
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

export function refused(value: unknown, changes: Partial<RequestContext> = {}): Failure {
  const result = parseGenerateRequest(value, context(changes));
  if (result.ok) throw new Error(`Accepted: ${JSON.stringify(result.value)}`);
  return result.failure;
}
