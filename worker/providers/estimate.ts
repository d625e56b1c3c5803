/** Estimates token counts for providers that report none. */
import { REFERENCE_TOKENS } from '../pricing/prices.ts';
import type { GenerateRequest } from '../request/request.ts';

/** Google's own rule of thumb (https://ai.google.dev/gemini-api/docs/tokens). */
const LETTERS_PER_TOKEN = 4;

interface TokenDetail {
  modality: 'TEXT' | 'IMAGE';
  tokenCount: number;
}

/** Gemini's `CountTokensResponse`. */
export interface TokenCount {
  totalTokens: number;
  promptTokensDetails: TokenDetail[];
}

export function countPromptTokens({ turns, systemInstruction = [] }: GenerateRequest): TokenCount {
  const parts = turns.flatMap((turn) => turn.parts);
  const texts = [...parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])), ...systemInstruction];
  return countTokensOf(texts, parts.filter((part) => part.kind === 'image').length);
}

export function countTokensOf(texts: readonly string[], pictures: number): TokenCount {
  const text = Math.ceil(texts.join(' ').length / LETTERS_PER_TOKEN);
  const image = pictures * REFERENCE_TOKENS;
  return {
    totalTokens: text + image,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: text },
      ...(image > 0 ? [{ modality: 'IMAGE' as const, tokenCount: image }] : []),
    ],
  };
}
