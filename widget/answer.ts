import type { GenerateChunk, Usage } from './gemini.ts';
import type { Refusal, RefusalReason } from './model.ts';
import { type PictureSource, readText, sourceOf } from './picture-source.ts';

/** What has been heard of an answer so far. */
export interface Answer {
  /** The last image part that is no thought. */
  picture?: PictureSource;
  /** The last image part that is marked as a thought: the picture only where no other came. */
  draft?: PictureSource;
  /** The model's words beside the picture, as they came. */
  text: string;
  thoughts: string;
  blockReason?: string;
  finishReason?: string;
  /** The last one counts: it is cumulative. */
  usage?: Usage;
}

export const EMPTY_ANSWER: Answer = { text: '', thoughts: '' };

/**
 * Adds one event of the stream.
 *
 * @param endpoint The only place that pictures are loaded from.
 */
export function addChunk(answer: Answer, chunk: GenerateChunk, endpoint: string): Answer {
  const next = { ...answer };
  const { promptFeedback, usageMetadata } = chunk;
  if (saysSomething(promptFeedback?.blockReason)) next.blockReason = promptFeedback.blockReason;
  if (usageMetadata) next.usage = usageMetadata;
  for (const { content, finishReason } of listOf(chunk.candidates)) {
    // A verdict stands, whatever another candidate says.
    if (typeof finishReason === 'string' && !isVerdict(next.finishReason)) next.finishReason = finishReason;
    for (const part of listOf(content?.parts)) {
      const isThought = part.thought === true;
      if (typeof part.text === 'string') next[isThought ? 'thoughts' : 'text'] += part.text;
      const source = sourceOf(part, endpoint);
      if (source) next[isThought ? 'draft' : 'picture'] = source;
    }
  }
  return next;
}

/** Whether the model has said its last word. */
export const isFinished = ({ finishReason, blockReason }: Answer): boolean =>
  finishReason !== undefined || blockReason !== undefined;

/**
 * The picture of an answer, wherever it stands and however the answer ended. Only a verdict on its content takes it
 * back: its address is dead then.
 */
export function pictureOf(answer: Answer, endpoint: string): PictureSource | undefined {
  const { picture, draft, text, thoughts, finishReason, blockReason } = answer;
  if (blockReason !== undefined || isVerdict(finishReason)) return undefined;
  const found = picture ?? readText(text, endpoint).sources.at(-1);
  if (found || !isGoodEnd(finishReason)) return found;
  return draft ?? readText(thoughts, endpoint).sources.at(-1);
}

/** Names the refusal of a finished answer without a picture. Refusals are HTTP 200. */
export function refusalOf(answer: Answer, endpoint: string): Refusal {
  const told = { words: readText(answer.text, endpoint).words, charged: chargedFor(answer.usage) };
  if (answer.blockReason) return { stage: 'prompt', reason: 'prompt-blocked', ...told };
  return { stage: 'output', reason: reasonOfFinish(answer.finishReason), ...told };
}

/** What the usage bills. Without usage an answer is settled as it was reserved, which may be a picture's price. */
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

/** The safety and prohibited family, with what may join it: `SAFETY`, `IMAGE_PROHIBITED_CONTENT`, `content-filter` … */
const isVerdict = (finishReason: string | undefined): boolean =>
  /SAFETY|PROHIBITED|BLOCKLIST|BLOCKED|SPII|CONTENT[\s_-]?FILTER/i.test(finishReason ?? '');

const isGoodEnd = (finishReason: string | undefined): boolean =>
  finishReason === undefined || /^stop$/i.test(finishReason) || !saysSomething(finishReason);

/** Gemini's enums have an `…_UNSPECIFIED` that means as much as a missing field. */
const saysSomething = (value: unknown): value is string => typeof value === 'string' && !/UNSPECIFIED$/i.test(value);

/** Every field of an answer may be missing, or be something else. */
const listOf = <Item extends object>(list: readonly Item[] | undefined): readonly Item[] =>
  Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : [];
