import type { Content, GenerateBody } from '../api/gemini.ts';
import type { Settings } from './settings.ts';

/** Gemini's request body. `count` is no part of it: each picture is a request of its own. */
export function toBody(contents: Content[], settings: Settings): GenerateBody {
  const { model, aspectRatio, size, thinking, grounding } = settings;
  return {
    contents,
    generationConfig: {
      responseModalities: ['TEXT', 'IMAGE'],
      imageConfig: { ...(aspectRatio !== 'auto' && { aspectRatio }), imageSize: size },
      ...(model.thinking.length > 0 && {
        thinkingConfig: { includeThoughts: true, ...(thinking !== undefined && { thinkingLevel: thinking }) },
      }),
    },
    ...(grounding !== 'none' && {
      tools: [{ googleSearch: grounding === 'image' ? { searchTypes: { webSearch: {}, imageSearch: {} } } : {} }],
    }),
  };
}
