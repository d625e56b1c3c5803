/** Token counts of the demo: estimates for the prompt, the catalog's figures for the picture. */
import type { CatalogModel } from '../../catalog/model.ts';
import type { GenerateRequest } from '../../request/request.ts';
import { countPromptTokens } from '../estimate.ts';

/** Text beside the picture: one sentence. */
const SENTENCE_TOKENS = 40;
/** Google's recorded answers have 136 to 530 thought tokens. */
const THOUGHT_TOKENS = { low: 140, high: 420 };

/** Gemini's `usageMetadata`. A refusal is charged for its prompt and thoughts only. */
export function usageOf(request: GenerateRequest, model: CatalogModel, drawn: boolean) {
  const { totalTokens: promptTokenCount, promptTokensDetails } = countPromptTokens(request);
  const image = drawn ? imageTokens(request, model) : 0;
  const text = drawn && request.modalities.includes('TEXT') ? SENTENCE_TOKENS : 0;
  const thoughtsTokenCount = model.thinks ? THOUGHT_TOKENS[request.thinkingLevel === 'high' ? 'high' : 'low'] : 0;
  return {
    promptTokenCount,
    candidatesTokenCount: image + text,
    ...(thoughtsTokenCount > 0 && { thoughtsTokenCount }),
    totalTokenCount: promptTokenCount + image + text + thoughtsTokenCount,
    promptTokensDetails,
    ...(image > 0 && { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: image }] }),
  };
}

/** If the catalog has no figure for a size, the next larger size counts, as in a reservation of money. */
function imageTokens({ size }: GenerateRequest, { sizes, imageTokens: known }: CatalogModel): number {
  const fitting = sizes.slice(Math.max(sizes.indexOf(size), 0)).find((candidate) => known[candidate] !== undefined);
  return (fitting && known[fitting]) ?? 0;
}
