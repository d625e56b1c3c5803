import type { Result } from '../../../widget/model.ts';
import type { Settings } from '../../../widget/settings/settings.ts';
import { FACTS } from '../support.ts';

/** A picture as it is kept, with all that may stand beside one. */
export function resultOf(more: Partial<Result> = {}, prompt = 'A fox in the snow'): Result {
  const [model] = FACTS.models;
  if (!model) throw new Error('The facts have no model.');
  const settings: Settings = {
    model,
    aspectRatio: '16:9',
    size: '2K',
    grounding: 'none',
    count: 1,
    expectedMs: 12_000,
  };
  return {
    url: `${location.origin}/images/a1b2/0.png`,
    mimeType: 'image/png',
    text: '',
    thoughts: '',
    cached: false,
    content: { role: 'model', parts: [] },
    sources: [],
    queries: [],
    width: 2752,
    height: 1536,
    order: {
      prompt,
      settings,
      references: [],
      take: {
        model: model.id,
        body: {
          contents: [],
          generationConfig: { responseModalities: ['TEXT', 'IMAGE'], imageConfig: { imageSize: '2K' } },
        },
      },
    },
    elapsedMs: 16_300,
    alt: 'Picture made with AI: A fox in the snow',
    ...more,
  };
}
