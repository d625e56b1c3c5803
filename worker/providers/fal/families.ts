/**
 * The fields that each of fal's endpoints accepts, from its model page (`https://fal.ai/models/{id}/llms.txt`, read in
 * November 2026) and the types of the official client. Other fields are never sent, and other endpoints are never
 * called, because their behaviour is not known.
 */
import type { Size } from '../../catalog/model.ts';

export interface Family {
  /** fal's name of each size. Absent: the endpoint has no `resolution`, and draws 1K. */
  resolutions?: Partial<Record<Size, string>>;
  aspectRatios: readonly string[];
  /** Whether `auto` is also accepted for pictures from words alone. Every edit accepts it. */
  autoRatio: boolean;
  /** `enable_web_search`. No endpoint searches for pictures. */
  webSearch: boolean;
  /** Values of `thinking_level`. Empty: there is no such field. */
  thinkingLevels: readonly string[];
  /** `system_prompt`. */
  systemPrompt: boolean;
}

const STANDARD_RATIOS = ['21:9', '16:9', '3:2', '4:3', '5:4', '1:1', '4:5', '3:4', '2:3', '9:16'];
const ALL_RATIOS = [...STANDARD_RATIOS, '4:1', '1:4', '8:1', '1:8'];
const UP_TO_4K = { '1K': '1K', '2K': '2K', '4K': '4K' };

const NANO_BANANA: Family = {
  aspectRatios: STANDARD_RATIOS,
  autoRatio: false,
  webSearch: false,
  thinkingLevels: [],
  systemPrompt: false,
};

const NANO_BANANA_PRO: Family = {
  resolutions: UP_TO_4K,
  aspectRatios: STANDARD_RATIOS,
  autoRatio: true,
  webSearch: true,
  thinkingLevels: [],
  systemPrompt: true,
};

const NANO_BANANA_2: Family = {
  resolutions: { '512': '0.5K', ...UP_TO_4K },
  aspectRatios: ALL_RATIOS,
  autoRatio: true,
  webSearch: true,
  thinkingLevels: ['minimal', 'high'],
  systemPrompt: true,
};

const NANO_BANANA_2_1: Family = {
  ...NANO_BANANA_2,
  resolutions: UP_TO_4K,
  thinkingLevels: ['minimal', 'medium', 'high'],
};

/** Always draws 1K, and has no `resolution`. */
const NANO_BANANA_2_LITE: Family = {
  aspectRatios: STANDARD_RATIOS,
  autoRatio: true,
  webSearch: false,
  thinkingLevels: [],
  systemPrompt: true,
};

const FAMILIES = new Map<string, Family>([
  ['fal-ai/nano-banana', NANO_BANANA],
  ['fal-ai/nano-banana-pro', NANO_BANANA_PRO],
  ['fal-ai/gemini-3-pro-image-preview', NANO_BANANA_PRO],
  ['fal-ai/nano-banana-2', NANO_BANANA_2],
  ['fal-ai/gemini-3.1-flash-image-preview', NANO_BANANA_2],
  ['google/nano-banana-2.1', NANO_BANANA_2_1],
  ['google/nano-banana-2-lite', NANO_BANANA_2_LITE],
]);

/** @param wireId The endpoint for pictures from words; its edits are at `{wireId}/edit`. */
export const familyOf = (wireId: string | undefined): Family | undefined =>
  wireId === undefined ? undefined : FAMILIES.get(wireId);
