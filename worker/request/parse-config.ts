/** Reads `generationConfig`: size and ratio of the picture, and how the model goes about it. */
import type { Caller } from '../auth/caller.ts';
import type { CatalogModel, Size } from '../catalog/model.ts';
import {
  alsoKnown,
  alsoServed,
  type Fields,
  has,
  locate,
  type Problems,
  readBoolean,
  readList,
  readName,
  readNumber,
  readObject,
  readString,
  reportUnsupported,
  shape,
  withNeutral,
} from './fields.ts';
import { isUnset, saysNothing } from './neutral.ts';
import { type GenerateRequest, MEDIA_RESOLUTIONS } from './request.ts';

/** For counts of tokens or pictures: a zero makes no sense and comes from a serializer. Other zeros mean something. */
const NO_COUNT = (value: unknown): boolean => value === 0;

/** These types change nothing: a picture comes in any case, and its type is the model's choice. */
const saysNoType = (value: unknown): boolean =>
  isUnset(value) || value === 'text/plain' || value === 'image/png' || value === 'image/jpeg';

/** Newer pages of Google's documentation write the types as an enum. Google takes them without effect, too. */
const saysNoImageType = (value: unknown): boolean =>
  saysNoType(value) || value === 'IMAGE_PNG' || value === 'IMAGE_JPEG';

const GENERATION_CONFIG = alsoKnown(
  withNeutral(
    alsoServed(
      shape(
        'responseModalities',
        'imageConfig',
        'thinkingConfig',
        'temperature',
        'topP',
        'topK',
        'seed',
        'maxOutputTokens',
        'candidateCount',
      ),
      'mediaResolution',
      'responseFormat',
    ),
    { topK: NO_COUNT, maxOutputTokens: NO_COUNT, candidateCount: NO_COUNT, mediaResolution: isUnset },
  ),
  'stopSequences',
  'responseSchema',
  'responseJsonSchema',
  '_responseJsonSchema',
  'presencePenalty',
  'frequencyPenalty',
  'responseLogprobs',
  'logprobs',
  'enableEnhancedCivicAnswers',
  'enableAffectiveDialog',
  'speechConfig',
  'audioTimestamp',
  'routingConfig',
  'modelSelectionConfig',
  'translationConfig',
  'automaticContinuation',
  { responseMimeType: saysNoType },
);
/** The fields of the Gemini API; the others in `IMAGE_CONFIG` are Vertex's. */
const SIZE_AND_RATIO = withNeutral(shape('aspectRatio', 'imageSize'), { aspectRatio: isUnset, imageSize: isUnset });
const IMAGE_CONFIG = alsoKnown(
  SIZE_AND_RATIO,
  'personGeneration',
  'prominentPeople',
  'outputMimeType',
  'outputCompressionQuality',
  'imageOutputOptions',
);
const RESPONSE_FORMAT = alsoKnown(withNeutral(shape('image'), { image: saysNothing }), 'text', 'audio');
const RESPONSE_IMAGE = alsoKnown(SIZE_AND_RATIO, { mimeType: saysNoImageType }, 'delivery');
const THINKING_CONFIG = withNeutral(shape('thinkingLevel', 'includeThoughts', 'thinkingBudget'), {
  thinkingLevel: isUnset,
  thinkingBudget: NO_COUNT,
});

/** Google's `int32`. */
const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1, whole: true };

/** Every spelling in use for a size, in lower case: Google's, its first page's, and fal's. */
const SIZE_SPELLINGS: Record<string, Size> = {
  '512': '512',
  '512p': '512',
  '512px': '512',
  '0.5k': '512',
  '1k': '1K',
  '2k': '2K',
  '4k': '4K',
};
const SIZE_BY_SPELLING = new Map(Object.entries(SIZE_SPELLINGS));

/** The part of a request that `generationConfig` sets; a field that is absent there is `undefined` here. */
export type RequestConfig = {
  [K in
    | 'aspectRatio'
    | 'thinkingLevel'
    | 'includeThoughts'
    | 'temperature'
    | 'topP'
    | 'topK'
    | 'seed'
    | 'mediaResolution'
    | 'maxOutputTokens']: GenerateRequest[K] | undefined;
} & Pick<GenerateRequest, 'modalities' | 'size'>;

export function parseConfig(body: Fields, model: CatalogModel, caller: Caller['kind']): RequestConfig {
  const { problems } = body;
  const config: Fields =
    readObject(body, 'generationConfig', GENERATION_CONFIG) ?? emptyAt('generationConfig', problems);
  checkCandidateCount(config);
  return {
    modalities: parseModalities(config),
    ...parseImageConfig(config, model),
    ...parseThinking(config, model),
    temperature: readNumber(config, 'temperature', { min: 0, max: 2 }),
    topP: readNumber(config, 'topP', { min: 0, max: 1 }),
    topK: readNumber(config, 'topK', { ...INT32, min: 1 }),
    seed: readNumber(config, 'seed', INT32),
    mediaResolution: has(config, 'mediaResolution')
      ? readName(locate(config, 'mediaResolution'), MEDIA_RESOLUTIONS, problems)
      : undefined,
    maxOutputTokens: parseMaxOutputTokens(config, model, caller),
  };
}

/**
 * Only clients may set it: all of it is reserved before the call, so one visitor could hold a day's budget with a few
 * requests. A value over the model's limit becomes the limit, as at Google.
 */
function parseMaxOutputTokens(config: Fields, model: CatalogModel, caller: Caller['kind']): number | undefined {
  if (!has(config, 'maxOutputTokens')) return undefined;
  const { path } = locate(config, 'maxOutputTokens');
  if (caller === 'visitor') {
    return config.problems.invalid(path, 'must be left out: only API clients may set it.');
  }
  const tokens = readNumber(config, 'maxOutputTokens', { ...INT32, min: 1 });
  return tokens && Math.min(tokens, model.outputTokenLimit);
}

/** The size that is drawn when none is asked for. */
export const defaultSize = (model: CatalogModel): Size =>
  model.sizes.includes('1K') ? '1K' : (model.sizes[0] ?? '1K');

function checkCandidateCount(config: Fields): void {
  const count = readNumber(config, 'candidateCount', INT32);
  if (count === undefined || count === 1) return;
  reportUnsupported(
    config.problems,
    `${config.path}.candidateCount`,
    String(count),
    ['1'],
    'one request makes one picture',
  );
}

/** Absent or empty means both, as at Google. The order has no meaning. */
function parseModalities(config: Fields): GenerateRequest['modalities'] {
  const { problems } = config;
  const asked = new Set(
    readList(config, 'responseModalities')
      .filter(({ value }) => value === '' || !isUnset(value))
      .map((entry) => readName(entry, ['TEXT', 'IMAGE'] as const, problems)),
  );
  if (asked.size === 0) return ['TEXT', 'IMAGE'];
  if (!asked.has('IMAGE')) problems.invalid(`${config.path}.responseModalities`, 'must include IMAGE.');
  return asked.has('TEXT') ? ['TEXT', 'IMAGE'] : ['IMAGE'];
}

/** Reads `imageConfig`, and `responseFormat.image`, which newer pages of Google's documentation have in its place. */
function parseImageConfig(config: Fields, model: CatalogModel): Pick<RequestConfig, 'aspectRatio' | 'size'> {
  const { problems } = config;
  const image = readObject(config, 'imageConfig', IMAGE_CONFIG);
  const format = readObject(config, 'responseFormat', RESPONSE_FORMAT);
  const formatImage = format && readObject(format, 'image', RESPONSE_IMAGE);
  const asked = image && parseImageFields(image, model);
  const other = formatImage && parseImageFields(formatImage, model);
  for (const name of ['aspectRatio', 'imageSize'] as const) {
    if (!formatImage || asked?.[name] === undefined || other?.[name] === undefined) continue;
    if (asked[name] === other[name]) continue;
    problems.invalid(`${formatImage.path}.${name}`, `must be as in ${config.path}.imageConfig, or be left out.`);
  }
  return {
    aspectRatio: asked?.aspectRatio ?? other?.aspectRatio,
    size: asked?.imageSize ?? other?.imageSize ?? defaultSize(model),
  };
}

function parseImageFields(image: Fields, model: CatalogModel): { aspectRatio?: string; imageSize?: Size } {
  const { problems } = image;
  const because = `${model.id} draws no other here`;
  const aspectRatio = has(image, 'aspectRatio')
    ? readName(locate(image, 'aspectRatio'), model.aspectRatios, problems, because)
    : undefined;
  const asked = readString(image, 'imageSize');
  const imageSize = asked === undefined ? undefined : SIZE_BY_SPELLING.get(asked.toLowerCase());
  if (asked !== undefined && (imageSize === undefined || !model.sizes.includes(imageSize))) {
    reportUnsupported(problems, `${image.path}.imageSize`, asked, model.sizes, because);
  }
  return { ...(aspectRatio !== undefined && { aspectRatio }), ...(imageSize !== undefined && { imageSize }) };
}

function parseThinking(config: Fields, model: CatalogModel): Pick<RequestConfig, 'thinkingLevel' | 'includeThoughts'> {
  const nothing = { thinkingLevel: undefined, includeThoughts: undefined };
  const { problems } = config;
  const thinking = readObject(config, 'thinkingConfig', THINKING_CONFIG);
  if (!thinking) return nothing;
  if (!model.thinks && thinking.values.values().every((value) => value === false)) return nothing;
  if (!model.thinks) {
    problems.invalid(thinking.path, `must be left out: ${model.id} does not think.`);
    return nothing;
  }
  if (has(thinking, 'thinkingBudget')) {
    problems.invalid(`${thinking.path}.thinkingBudget`, `must be left out: ${budgetAdvice(model)}`);
  }
  return {
    thinkingLevel: parseThinkingLevel(thinking, model),
    includeThoughts: readBoolean(thinking, 'includeThoughts') || undefined,
  };
}

/** A spelled-out default becomes absent: both ways ask for the same picture. */
function parseThinkingLevel(thinking: Fields, model: CatalogModel): string | undefined {
  if (!has(thinking, 'thinkingLevel')) return undefined;
  const level = locate(thinking, 'thinkingLevel');
  if (model.thinkingLevels.length === 0) {
    return thinking.problems.invalid(level.path, `must be left out: ${model.id} chooses for itself.`);
  }
  const name = readName(level, model.thinkingLevels, thinking.problems, `${model.id} has no other`);
  return name === model.defaultThinkingLevel ? undefined : name;
}

function budgetAdvice(model: CatalogModel): string {
  if (model.thinkingLevels.length === 0) return `${model.id} decides for itself how long it thinks.`;
  return `thinkingLevel sets it, one of ${model.thinkingLevels.join(', ')}.`;
}

const emptyAt = (path: string, problems: Problems): Fields => ({ path, values: new Map(), problems });
