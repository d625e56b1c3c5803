/** Turns a request, already checked for the model, into fal's JSON, or into the reason why fal cannot take it. */
import type { CatalogModel } from '../../catalog/model.ts';
import { toSegments } from '../../gemini/forms/payload.ts';
import { type Fields, LiftedValue } from '../../gemini/forms/value.ts';
import { isLifted, type Segment } from '../../gemini/lift/skeleton.ts';
import type { InputDescription } from '../../request/inputs.ts';
import type { GenerateRequest } from '../../request/request.ts';
import type { Failure } from '../../shared/failure.ts';
import { type Spoken, toSpoken } from './conversation.ts';
import { type Family, familyOf } from './families.ts';

export interface FalRequest {
  /** Below the base URL, such as `fal-ai/nano-banana-2/edit`. */
  endpoint: string;
  /** Segments for `splice`. In a `Lifted`, `n` is the index of an input. */
  body: Segment[];
  spoken: Spoken;
}

/** fal's own limit, on all endpoints. */
const MIN_PROMPT_LENGTH = 3;
const MAX_PICTURES = 14;

/**
 * @param inputs The files that image parts name by index.
 * @returns The request, or a failure with the first field that fal lacks: it is refused instead of ignored.
 */
export function toFalRequest(
  request: GenerateRequest,
  model: CatalogModel,
  inputs: readonly Pick<InputDescription, 'size'>[],
): FalRequest | { refused: Failure } {
  const wireId = model.offers.fal?.wireId;
  const family = familyOf(wireId);
  if (!family) return { refused: { reason: 'NOT_FOUND', what: `The model "${model.id}"` } };
  const spoken = toSpoken(request.turns);
  const refused = refuseField(request, family) ?? refuseContents(spoken);
  if (refused) return { refused: { reason: 'INVALID_FIELD', ...refused } };

  const isEdit = spoken.pictures.length > 0;
  const fields = toFields(request, family, spoken, isEdit);
  const images = spoken.pictures.map(({ input }) => {
    const known = inputs[input];
    if (!known) throw new RangeError(`the request has no input ${input}`);
    return new LiftedValue({ kind: 'image', n: input, bytes: known.size });
  });
  const segments = toSegments({ ...fields, ...(isEdit && { image_urls: images }) });
  return { endpoint: isEdit ? `${wireId}/edit` : `${wireId}`, body: asDataUris(segments, spoken), spoken };
}

interface Refused {
  field: string;
  rule: string;
}

const NO_SUCH_SETTING = 'must be left out: the image service of this site has no such setting.';

function refuseField(request: GenerateRequest, family: Family): Refused | undefined {
  for (const name of ['temperature', 'topP', 'topK', 'maxOutputTokens'] as const) {
    if (request[name] !== undefined) return { field: `generationConfig.${name}`, rule: NO_SUCH_SETTING };
  }
  const { grounding, systemInstruction, safetySettings, thinkingLevel, size, aspectRatio } = request;
  if (safetySettings) return { field: 'safetySettings', rule: NO_SUCH_SETTING };
  if (systemInstruction && !family.systemPrompt) return { field: 'systemInstruction', rule: NO_SUCH_SETTING };
  if (grounding?.image) return { field: 'tools[0].googleSearch.searchTypes.imageSearch', rule: NO_SUCH_SETTING };
  if (grounding?.web && !family.webSearch) return { field: 'tools[0].googleSearch', rule: NO_SUCH_SETTING };
  if (thinkingLevel !== undefined && !family.thinkingLevels.includes(thinkingLevel)) {
    return { field: 'generationConfig.thinkingConfig.thinkingLevel', rule: oneOf(family.thinkingLevels) };
  }
  const sizes = Object.keys(family.resolutions ?? { '1K': '' });
  if (!sizes.includes(size)) return { field: 'generationConfig.imageConfig.imageSize', rule: oneOf(sizes) };
  if (aspectRatio !== undefined && !family.aspectRatios.includes(aspectRatio)) {
    return { field: 'generationConfig.imageConfig.aspectRatio', rule: oneOf(family.aspectRatios) };
  }
  return undefined;
}

const oneOf = (accepted: readonly string[]): string =>
  accepted.length === 0 ? NO_SUCH_SETTING : `must be one of ${accepted.join(', ')} for the image service of this site.`;

function refuseContents({ prompt, pictures }: Spoken): Refused | undefined {
  if (prompt.length < MIN_PROMPT_LENGTH) {
    return { field: 'contents', rule: `must say what to do in ${MIN_PROMPT_LENGTH} letters or more.` };
  }
  if (pictures.length > MAX_PICTURES) {
    return {
      field: 'contents',
      rule: `must have at most ${MAX_PICTURES} pictures, the one to go on from among them.`,
    };
  }
  return undefined;
}

function toFields(request: GenerateRequest, family: Family, { prompt }: Spoken, isEdit: boolean): Fields {
  const { grounding, systemInstruction, thinkingLevel, size, seed } = request;
  const ratio = request.aspectRatio ?? (isEdit || family.autoRatio ? 'auto' : undefined);
  const resolution = family.resolutions?.[size];
  return {
    prompt,
    ...(systemInstruction && { system_prompt: systemInstruction.join('\n\n') }),
    num_images: 1,
    ...(ratio !== undefined && { aspect_ratio: ratio }),
    ...(resolution !== undefined && { resolution }),
    // PNG is lossless. Defaults are sent explicitly, so that a change at fal changes nothing here.
    output_format: 'png',
    safety_tolerance: '4',
    // Money is reserved for one picture, even if the prompt asks for more.
    limit_generations: true,
    ...(grounding?.web && { enable_web_search: true }),
    ...(thinkingLevel !== undefined && { thinking_level: thinkingLevel }),
    ...(seed !== undefined && { seed }),
  };
}

/** Puts `data:…;base64,` before each picture. The segment before a picture ends with the opening quote. */
function asDataUris(segments: readonly Segment[], { pictures }: Spoken): Segment[] {
  let picture = 0;
  return segments.map((segment, at) => {
    const next = segments[at + 1];
    if (typeof segment !== 'string' || next === undefined || !isLifted(next)) return segment;
    return `${segment}data:${pictures[picture++]?.mimeType};base64,`;
  });
}
