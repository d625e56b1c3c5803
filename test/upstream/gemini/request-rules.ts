/** What a model refuses in a well-formed request, in Google's words (docs/wire-facts.md, from #google-requests on). */

import { type FakeModel, PANORAMA_RATIOS, type Size, STANDARD_RATIOS } from '../models.ts';
import { type FakeError, googleError } from './errors.ts';

export interface FakePart {
  text?: string;
  inlineData?: { mimeType?: string; data?: string };
  fileData?: { mimeType?: string; fileUri?: string };
  thought?: boolean;
  thoughtSignature?: string;
}

/** A request as `parseMessage` leaves it: camelCase, of the right types, all optional. */
export interface FakeRequest {
  contents?: { role?: string; parts?: FakePart[] }[];
  tools?: { googleSearch?: { searchTypes?: { webSearch?: object; imageSearch?: object } } }[];
  generationConfig?: {
    candidateCount?: number;
    responseModalities?: string[];
    imageConfig?: { aspectRatio?: string; imageSize?: string };
    thinkingConfig?: { includeThoughts?: boolean; thinkingLevel?: string };
  };
}

const invalid = (message: string): FakeError => googleError(400, 'INVALID_ARGUMENT', message);

/** @returns The 400, or `undefined` for a request that the model accepts. */
export function refuse(model: FakeModel, request: FakeRequest): FakeError | undefined {
  return refuseContents(request) ?? refuseConfig(model, request) ?? refuseTools(model, request);
}

function refuseContents({ contents }: FakeRequest): FakeError | undefined {
  if (contents === undefined || contents.length === 0) {
    return invalid('* GenerateContentRequest.contents: contents is not specified\n');
  }
  for (const [c, { role, parts = [] }] of contents.entries()) {
    if (role !== undefined && role !== 'user' && role !== 'model') {
      return invalid('Please use a valid role: user, model.');
    }
    if (parts.length === 0)
      return invalid(`* GenerateContentRequest.contents[${c}].parts: contents.parts must not be empty.\n`);
    for (const part of parts) {
      const refused = refusePart(part);
      if (refused) return refused;
    }
  }
  return undefined;
}

function refusePart(part: FakePart): FakeError | undefined {
  if (part.text === undefined && !part.inlineData && !part.fileData) {
    return invalid(
      "* GenerateContentRequest.contents.parts.data: required oneof field 'data' must have one initialized field\n",
    );
  }
  const { inlineData } = part;
  if (inlineData && !hasMagic(inlineData.mimeType ?? '', Buffer.from((inlineData.data ?? '').slice(0, 32), 'base64'))) {
    return invalid('Request contains an invalid argument.');
  }
  return undefined;
}

/** Whether the first bytes match the MIME type. */
function hasMagic(mimeType: string, head: Buffer): boolean {
  const text = head.toString('latin1');
  switch (mimeType) {
    case 'image/png':
      return text.startsWith('\x89PNG');
    case 'image/jpeg':
      return text.startsWith('\xff\xd8\xff');
    case 'image/webp':
      return text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP';
    case 'image/heic':
    case 'image/heif':
      return text.slice(4, 8) === 'ftyp';
    default:
      return false;
  }
}

function refuseConfig(model: FakeModel, { generationConfig = {} }: FakeRequest): FakeError | undefined {
  const { candidateCount = 1, imageConfig = {}, thinkingConfig } = generationConfig;
  if (candidateCount !== 1) return invalid('Multiple candidates is not enabled for this model');
  for (const field of model.refusedFields) {
    if (field in generationConfig) return invalid('Request contains an invalid argument.');
  }
  if (thinkingConfig && !model.thinks) return invalid('Thinking is not enabled for this model');
  const level = thinkingConfig?.thinkingLevel?.toLowerCase();
  if (level !== undefined && !model.thinkingLevels.includes(level)) {
    return invalid(`Thinking level ${level.toUpperCase()} is not supported for this model.`);
  }
  return refuseSize(model, imageConfig.imageSize) ?? refuseRatio(model, imageConfig.aspectRatio);
}

const SIZE_LITERALS = ['1K', '2K', '4K', '512', '512P', '512PX'];

function refuseSize(model: FakeModel, size: string | undefined): FakeError | undefined {
  if (size === undefined || (model.ignoresSize && size !== '512')) return undefined;
  if (!SIZE_LITERALS.includes(size)) {
    return invalid(`Unsupported image_size '${size}'. Supported values are: ${SIZE_LITERALS.join(', ')}.`);
  }
  return model.sizes.includes(toSize(size)) ? undefined : invalid(`Image size ${size} is not supported for this model`);
}

function refuseRatio(model: FakeModel, ratio: string | undefined): FakeError | undefined {
  if (ratio === undefined) return undefined;
  const known: readonly string[] = [...STANDARD_RATIOS, ...PANORAMA_RATIOS];
  if (!known.includes(ratio)) {
    return invalid(
      `aspect_ratio must be one of ${known
        .toSorted()
        .map((each) => `'${each}'`)
        .join(', ')}`,
    );
  }
  const taken: readonly string[] = model.panoramas ? known : STANDARD_RATIOS;
  return taken.includes(ratio) ? undefined : invalid(`Aspect ratio ${ratio} is not supported for this model`);
}

function refuseTools(model: FakeModel, { tools = [] }: FakeRequest): FakeError | undefined {
  for (const { googleSearch } of tools) {
    if (googleSearch === undefined) continue;
    const { webSearch, imageSearch } = googleSearch.searchTypes ?? { webSearch: {} };
    if ((webSearch && !model.grounding.includes('web')) || (imageSearch && !model.grounding.includes('image'))) {
      return invalid('Search Grounding is not supported.');
    }
  }
  return undefined;
}

/** The size that a request's literal means; 1K for none. */
export const toSize = (literal: string | undefined): Size =>
  literal?.startsWith('512') ? '512' : literal === '2K' || literal === '4K' ? literal : '1K';
