import type { SiteFacts, SiteModel } from '../worker/protocol.ts';
import type { GenerateBody } from './api/gemini.ts';

/** The choices of page and visitor. Empty means no choice. */
export interface StudioOptions {
  model: string;
  /** `auto` or a ratio. */
  aspectRatio: string;
  /** `512`, `1k`, `2k`, `4k` in any case. */
  resolution: string;
  thinking: string;
}

/** The settings of a request: only values that the chosen model has. */
export interface Settings {
  model: SiteModel;
  /** `auto`: the model chooses. */
  aspectRatio: string;
  /** As the site spells it. */
  size: string;
  /** Absent: the model's default, or no choice. */
  thinking?: string;
  /** Typical milliseconds, if the site knows them. */
  expectedMs?: number;
}

/** Fits options to what the site offers. An option that the model lacks falls back to its default. */
export function settle(facts: SiteFacts, options: StudioOptions): Settings | undefined {
  const { models, defaultModel } = facts;
  const model =
    models.find(({ id }) => id === options.model) ?? models.find(({ id }) => id === defaultModel) ?? models[0];
  if (!model) return undefined;
  const size = match(model.sizes, options.resolution) ?? match(model.sizes, '1K') ?? model.sizes[0] ?? '1K';
  const thinking = match(model.thinking, options.thinking);
  const expectedMs = model.expectedMs[size];
  return {
    model,
    aspectRatio: match(model.aspectRatios, options.aspectRatio) ?? 'auto',
    size,
    ...(thinking !== undefined && { thinking }),
    ...(expectedMs !== undefined && { expectedMs }),
  };
}

const match = (values: readonly string[], option: string): string | undefined =>
  values.find((value) => value.toLowerCase() === option.trim().toLowerCase());

/** Gemini's request body for a prompt. */
export function toBody(prompt: string, { model, aspectRatio, size, thinking }: Settings): GenerateBody {
  return {
    contents: [{ role: 'user', parts: [{ text: prompt }] }],
    generationConfig: {
      responseModalities: ['TEXT', 'IMAGE'],
      imageConfig: { ...(aspectRatio !== 'auto' && { aspectRatio }), imageSize: size },
      ...(model.thinking.length > 0 && {
        thinkingConfig: { includeThoughts: true, ...(thinking !== undefined && { thinkingLevel: thinking }) },
      }),
    },
  };
}
