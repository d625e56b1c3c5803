import type { AnswerContext } from './answer-context.ts';
import { type FakeRequest, toSize } from './request-rules.ts';

/** Tokens of an input picture by 2.5's `countTokens` (docs/wire-facts.md#google-limits-of-a-request). */
const TOKENS_PER_INPUT_IMAGE = 258;

/** Thinking is billed whether shown or not. */
const THOUGHTS_TOKENS = 174;

export interface PromptTokens {
  text: number;
  images: number;
}

/** Counts four characters a token, the usual rule of thumb. */
export function countPrompt(request: FakeRequest): PromptTokens {
  const parts = (request.contents ?? []).flatMap((content) => content.parts ?? []);
  const text = parts.reduce((sum, part) => sum + Math.ceil((part.text?.length ?? 0) / 4), 0);
  const images = parts.filter((part) => part.inlineData ?? part.fileData).length;
  return { text, images: images * TOKENS_PER_INPUT_IMAGE };
}

export const promptTokensDetails = ({ text, images }: PromptTokens) => [
  { modality: 'TEXT', tokenCount: text },
  ...(images > 0 ? [{ modality: 'IMAGE', tokenCount: images }] : []),
];

export function imageTokensOf({ model, request }: AnswerContext): number {
  const size = toSize(request.generationConfig?.imageConfig?.imageSize);
  return model.imageTokens[model.ignoresSize ? '1K' : size] ?? 0;
}

/** `usageMetadata` as it stands after so many tokens; details list pictures only, as Google's do. */
export function usageOf(context: AnswerContext, textTokens: number, drawnTokens: number): { usageMetadata?: object } {
  const { model, request, behaviour } = context;
  const imageTokens = behaviour.imageTokens ?? drawnTokens;
  if (behaviour.usage === 'none') return {};
  if (behaviour.usage === 'odd')
    return { usageMetadata: { promptTokenCount: -1, candidatesTokenCount: 1e15, totalTokenCount: 'many' } };
  const prompt = countPrompt(request);
  const promptTokenCount = prompt.text + prompt.images;
  const thoughtsTokenCount = behaviour.thoughts ?? (model.thinks ? THOUGHTS_TOKENS : 0);
  const candidatesTokenCount = textTokens + imageTokens;
  return {
    usageMetadata: {
      promptTokenCount,
      ...(candidatesTokenCount > 0 ? { candidatesTokenCount } : {}),
      totalTokenCount: promptTokenCount + candidatesTokenCount + thoughtsTokenCount,
      promptTokensDetails: promptTokensDetails(prompt),
      ...(imageTokens > 0 ? { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: imageTokens }] } : {}),
      ...(thoughtsTokenCount > 0 ? { thoughtsTokenCount } : {}),
      serviceTier: 'standard',
    },
  };
}
