/**
 * Every request that can be sent to fal. Each model, size and ratio is sent exactly as fal documents it; the fake
 * upstream refuses anything else. A setting that fal lacks is never sent.
 */
import { describe, expect, it } from 'vitest';
import type { CatalogModel, Size } from '../../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../../worker/catalog/seed.ts';
import type { GenerateRequest } from '../../../worker/request/request.ts';
import { picture } from '../fake-provider.ts';
import { callWith, fal, image, modelOf, received, text, textOf, user } from './providers.ts';

const RESOLUTIONS: Record<Size, string> = { '512': '0.5K', '1K': '1K', '2K': '2K', '4K': '4K' };
/** Models whose endpoint has no `resolution`: they draw 1K. */
const WITHOUT_RESOLUTION = ['fal-ai/nano-banana', 'google/nano-banana-2-lite'];

const wireIdOf = (model: CatalogModel): string => model.offers.fal!.wireId;

const cases = SEED_CATALOG.flatMap((model) =>
  model.sizes.map((size) => ({ id: model.id, wireId: wireIdOf(model), size, ratios: model.aspectRatios })),
);

/** The documented body of the simplest request. */
const bodyOf = (wireId: string, size: Size, prompt: string, ratio: string | undefined) => ({
  prompt,
  num_images: 1,
  ...(ratio !== undefined && { aspect_ratio: ratio }),
  ...(!WITHOUT_RESOLUTION.includes(wireId) && { resolution: RESOLUTIONS[size] }),
  output_format: 'png',
  safety_tolerance: '4',
  limit_generations: true,
});

/** Calls fal and reads the answer; the fake answers a wrong field with 422. @returns The one body that was sent. */
async function sent(id: string, change: Partial<GenerateRequest>): Promise<{ path: string; body: unknown }> {
  const model = modelOf(id);
  const { name, call } = callWith('[[size:tiny]] [[fal-polls:0]]', change);
  const called = { ...call, model, inputs: [picture] };
  expect(JSON.parse(await textOf(await fal().generate(called)))).toMatchObject({ modelVersion: id });
  const posts = (await received(name)).filter(({ method }) => method === 'POST');
  expect(posts.length).toBe(1);
  return { path: posts[0]!.path, body: JSON.parse(posts[0]!.body) };
}

const promptOf = ({ body }: { body: unknown }) => (body as { prompt: string }).prompt;

describe.each(cases)('$id at $size', ({ id, wireId, size, ratios }) => {
  it.each([...ratios])('draws %s', async (aspectRatio) => {
    const drawn = await sent(id, { size, aspectRatio });

    expect(drawn).toEqual({
      path: `/fal-queue/${wireId}`,
      body: bodyOf(wireId, size, promptOf(drawn), aspectRatio),
    });
  });

  it('leaves the ratio to the model where none is asked for', async () => {
    const drawn = await sent(id, { size });

    const ratio = wireId === 'fal-ai/nano-banana' ? undefined : 'auto';
    expect(drawn.body).toEqual(bodyOf(wireId, size, promptOf(drawn), ratio));
  });

  it('edits, in the ratio of the picture or another', async () => {
    const prompt = () => `Make it blue ${crypto.randomUUID()} [[size:tiny]]`;
    const [own, other] = [prompt(), prompt()];
    const uuid = /[0-9a-f-]{36}/;

    for (const [words, aspectRatio] of [
      [own, undefined],
      [other, '16:9'],
    ] as const) {
      const turns = [user(text(words), image())];
      const { call } = callWith('', { turns, size, ...(aspectRatio && { aspectRatio }) });
      await textOf(await fal().generate({ ...call, model: modelOf(id), inputs: [picture] }));
      const [submit] = await received(uuid.exec(words)![0]);
      expect(submit?.path).toBe(`/fal-queue/${wireId}/edit`);
      expect(JSON.parse(submit!.body)).toEqual({
        ...bodyOf(wireId, size, words, aspectRatio ?? 'auto'),
        image_urls: ['data:image/png;base64,iVBORw0KGgoA'],
      });
    }
  });
});

describe('what a family has', () => {
  it.each([
    { id: 'nano-banana-2', change: { thinkingLevel: 'high' }, field: { thinking_level: 'high' } },
    { id: 'nano-banana-2', change: { thinkingLevel: 'minimal' }, field: { thinking_level: 'minimal' } },
    { id: 'nano-banana-2.1', change: { thinkingLevel: 'medium' }, field: { thinking_level: 'medium' } },
    { id: 'nano-banana-2.1', change: { grounding: { web: true, image: false } }, field: { enable_web_search: true } },
    { id: 'nano-banana-pro', change: { grounding: { web: true, image: false } }, field: { enable_web_search: true } },
    {
      id: 'nano-banana-pro',
      change: { systemInstruction: ['Be brief.', 'Be kind.'] },
      field: { system_prompt: 'Be brief.\n\nBe kind.' },
    },
    { id: 'nano-banana-2-lite', change: { systemInstruction: ['Be brief.'] }, field: { system_prompt: 'Be brief.' } },
    { id: 'nano-banana', change: { seed: 7 }, field: { seed: 7 } },
    { id: 'nano-banana-2', change: { includeThoughts: true }, field: {} },
  ])('$id takes $change', async ({ id, change, field }) => {
    const model = modelOf(id);
    const wireId = wireIdOf(model);

    const drawn = await sent(model.id, change);

    const ratio = wireId === 'fal-ai/nano-banana' ? undefined : 'auto';
    expect(drawn.body).toEqual({ ...bodyOf(wireId, '1K', promptOf(drawn), ratio), ...field });
  });
});

describe('what never leaves', () => {
  const CONFIG = 'generationConfig';
  it.each<{ id?: string; change: Partial<GenerateRequest>; field: string }>([
    { change: { temperature: 1 }, field: `${CONFIG}.temperature` },
    { change: { topP: 0.5 }, field: `${CONFIG}.topP` },
    { change: { topK: 5 }, field: `${CONFIG}.topK` },
    { change: { maxOutputTokens: 4000 }, field: `${CONFIG}.maxOutputTokens` },
    { change: { safetySettings: [{ category: 'X', threshold: 'Y' }] }, field: 'safetySettings' },
    { change: { grounding: { web: true, image: true } }, field: 'tools[0].googleSearch.searchTypes.imageSearch' },
    { id: 'nano-banana', change: { grounding: { web: true, image: false } }, field: 'tools[0].googleSearch' },
    { id: 'nano-banana-2-lite', change: { grounding: { web: true, image: false } }, field: 'tools[0].googleSearch' },
    { id: 'nano-banana', change: { systemInstruction: ['Be brief.'] }, field: 'systemInstruction' },
    { id: 'nano-banana-2-lite', change: { thinkingLevel: 'high' }, field: `${CONFIG}.thinkingConfig.thinkingLevel` },
    { id: 'nano-banana-2', change: { thinkingLevel: 'medium' }, field: `${CONFIG}.thinkingConfig.thinkingLevel` },
    { id: 'nano-banana-2.1', change: { size: '512' }, field: `${CONFIG}.imageConfig.imageSize` },
    { id: 'nano-banana-pro', change: { size: '512' }, field: `${CONFIG}.imageConfig.imageSize` },
    { id: 'nano-banana', change: { size: '2K' }, field: `${CONFIG}.imageConfig.imageSize` },
    { id: 'nano-banana-pro', change: { aspectRatio: '8:1' }, field: `${CONFIG}.imageConfig.aspectRatio` },
    { change: { turns: [user(text('ab'), image())] }, field: 'contents' },
    { change: { turns: [user(text('all of them'), ...Array.from({ length: 15 }, () => image()))] }, field: 'contents' },
  ])('$id $change, refused for $field', async ({ id = 'nano-banana-2', change, field }) => {
    const { name, call } = callWith('', change);

    const outcome = await fal().generate({ ...call, model: modelOf(id), inputs: [picture] });

    expect(outcome).toMatchObject({
      ok: false,
      verdict: { failure: { reason: 'INVALID_FIELD', field }, next: 'elsewhere' },
    });
    expect(await received(name)).toEqual([]);
  });
});
