import type { Content, FilePart, GenerateChunk, GroundingMetadata, ResponsePart, TextPart, Usage } from './gemini.ts';
import type { Picture, Refusal, RefusalReason, Source } from './model.ts';
import { type PictureSource, readText, sourceOf } from './picture-source.ts';

/** The part of an answer that has arrived so far. */
export interface Answer {
  /** The last image part that is not a thought. */
  picture?: PictureSource;
  /** The last image part that is marked as a thought. It is the picture only if no other arrives. */
  draft?: PictureSource;
  /** The model's words beside the picture, unchanged. */
  text: string;
  thoughts: string;
  blockReason?: string;
  finishReason?: string;
  /** Of the last event: usage is cumulative (docs/wire-facts.md#google-streams). */
  usage?: Usage;
  /** All parts but thoughts, in their order. */
  parts: readonly ResponsePart[];
  grounding?: GroundingMetadata;
}

export const EMPTY_ANSWER: Answer = { text: '', thoughts: '', parts: [] };

/**
 * Adds one event of the stream.
 *
 * @param endpoint The only origin that pictures are loaded from.
 */
export function addChunk(answer: Answer, chunk: GenerateChunk, endpoint: string): Answer {
  const next = { ...answer };
  const { promptFeedback, usageMetadata } = chunk;
  if (saysSomething(promptFeedback?.blockReason)) next.blockReason = promptFeedback.blockReason;
  if (usageMetadata) next.usage = usageMetadata;
  for (const { content, finishReason, groundingMetadata } of listOf(chunk.candidates)) {
    if (groundingMetadata) next.grounding = groundingMetadata;
    // A later candidate does not replace a verdict on the content.
    if (typeof finishReason === 'string' && !isVerdict(next.finishReason)) next.finishReason = finishReason;
    for (const part of listOf(content?.parts)) {
      const isThought = part.thought === true;
      if (!isThought) next.parts = [...next.parts, part];
      if (typeof part.text === 'string') next[isThought ? 'thoughts' : 'text'] += part.text;
      const source = sourceOf(part, endpoint);
      if (source) next[isThought ? 'draft' : 'picture'] = source;
    }
  }
  return next;
}

/** Whether the answer has its finish reason or block reason. */
export const isFinished = ({ finishReason, blockReason }: Answer): boolean =>
  finishReason !== undefined || blockReason !== undefined;

/**
 * The picture of an answer, from any part and after any end. Only a verdict on the content withdraws the picture: its
 * address is dead then.
 */
export function pictureOf(answer: Answer, endpoint: string): PictureSource | undefined {
  const { picture, draft, text, thoughts, finishReason, blockReason } = answer;
  if (blockReason !== undefined || isVerdict(finishReason)) return undefined;
  const found = picture ?? readText(text, endpoint).sources.at(-1);
  if (found || !isGoodEnd(finishReason)) return found;
  return draft ?? readText(thoughts, endpoint).sources.at(-1);
}

/**
 * The model's turn as a later request sends it back. Texts of neighbouring events are joined; a signature stays on the
 * part that it came with.
 *
 * @param url Address of the picture, for an answer whose picture is not in a part of its own.
 */
export function contentOf({ parts }: Answer, url: string, mimeType: string): Content {
  const kept: (TextPart | FilePart)[] = [];
  for (const { text, fileData, thoughtSignature } of parts) {
    const signed = typeof thoughtSignature === 'string' && { thoughtSignature };
    const last = kept.at(-1);
    if (typeof fileData?.fileUri === 'string') {
      kept.push({ fileData: { mimeType: fileData.mimeType ?? mimeType, fileUri: fileData.fileUri }, ...signed });
    } else if (typeof text === 'string' && (text !== '' || signed)) {
      if (last && 'text' in last && !signed && !last.thoughtSignature) last.text += text;
      else kept.push({ text, ...signed });
    }
  }
  if (!kept.some((part) => 'fileData' in part)) kept.push({ fileData: { mimeType, fileUri: url } });
  return { role: 'model', parts: kept };
}

/** What a grounded answer must show with its picture. @param url Address of the picture. */
export function sourcesOf({ grounding }: Answer, url: string): Pick<Picture, 'sources' | 'queries' | 'suggestionUrl'> {
  const found = listOf(grounding?.groundingChunks).flatMap(({ web, image }): Source[] => {
    const address = web?.uri ?? image?.sourceUri ?? image?.uri;
    if (typeof address !== 'string' || !/^https?:/i.test(address) || !URL.canParse(address)) return [];
    return [{ url: address, title: web?.title || image?.title || new URL(address).host }];
  });
  const sources = [...new Map(found.map((source) => [source.url, source])).values()];
  const queries = [grounding?.webSearchQueries, grounding?.imageSearchQueries]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .filter((query) => typeof query === 'string');
  // The signature in the query of a private picture opens everything beside it.
  const suggestionUrl = url.replace(/\/\d+\.\w+(?=$|\?)/, '/suggestion.html');
  const suggested = typeof grounding?.searchEntryPoint?.renderedContent === 'string' && suggestionUrl !== url;
  return { sources, queries, ...(suggested && { suggestionUrl }) };
}

/** Names the refusal of a finished answer without a picture. Refusals are HTTP 200. */
export function refusalOf(answer: Answer, endpoint: string): Refusal {
  const told = { words: readText(answer.text, endpoint).words, charged: chargedFor(answer.usage) };
  if (answer.blockReason) return { stage: 'prompt', reason: 'prompt-blocked', ...told };
  return { stage: 'output', reason: reasonOfFinish(answer.finishReason), ...told };
}

/** Whether the usage bills a picture. Without usage the worker settles the reservation, which may pay for a picture. */
function chargedFor(usage: Usage | undefined): Refusal['charged'] {
  if (!usage) return 'maybe';
  const billsPicture = listOf(usage.candidatesTokensDetails).some(
    ({ modality, tokenCount }) => /^image$/i.test(String(modality)) && Number(tokenCount) > 0,
  );
  return billsPicture ? 'yes' : 'no';
}

/** @see https://ai.google.dev/api/generate-content#FinishReason */
function reasonOfFinish(finishReason: string | undefined): RefusalReason {
  if (isVerdict(finishReason)) return 'picture-blocked';
  switch (finishReason?.toUpperCase()) {
    case 'RECITATION':
    case 'IMAGE_RECITATION':
      return 'too-similar';
    case 'LANGUAGE':
      return 'language';
    case 'MAX_TOKENS':
      return 'cut-short';
    case 'STOP':
    case 'NO_IMAGE':
      return 'no-picture';
    default:
      return 'unknown';
  }
}

/** The safety and prohibited reasons, future ones too: `SAFETY`, `IMAGE_PROHIBITED_CONTENT`, `content-filter` … */
const isVerdict = (finishReason: string | undefined): boolean =>
  /SAFETY|PROHIBITED|BLOCKLIST|BLOCKED|SPII|CONTENT[\s_-]?FILTER/i.test(finishReason ?? '');

const isGoodEnd = (finishReason: string | undefined): boolean =>
  finishReason === undefined || /^stop$/i.test(finishReason) || !saysSomething(finishReason);

/** In Gemini's enums `…_UNSPECIFIED` means the same as a missing field. */
const saysSomething = (value: unknown): value is string => typeof value === 'string' && !/UNSPECIFIED$/i.test(value);

/** Any field of an answer may be missing or have another type. */
const listOf = <Item extends object>(list: readonly Item[] | undefined): readonly Item[] =>
  Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : [];
