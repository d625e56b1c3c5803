/** The parts and metadata of a demo answer: the shapes of Google's answers, with plausible figures. */
import type { CatalogModel } from '../../catalog/model.ts';
import type { GenerateRequest } from '../../request/request.ts';
import type { PictureBrief } from './brief.ts';
import { layCaption } from './caption.ts';
import { isGemini25 } from './dimensions.ts';
import type { Beat, DemoAnswer, DemoPart } from './framing.ts';
import { groundingOf } from './grounding.ts';
import { paintLandscape } from './landscape.ts';
import { encodePng } from './png.ts';
import { createRandom, hashText } from './random.ts';
import { usageOf } from './usage.ts';

/** Pause between two beats: long enough to be seen, short enough not to annoy. */
const BEAT_MS = 250;

export interface ScriptOptions {
  request: GenerateRequest;
  model: CatalogModel;
  brief: PictureBrief;
  /** Another take of the same request gives another picture. */
  take: number;
  /** The words are not written into the picture. */
  isOfTemplate: boolean;
}

/**
 * Composes the whole answer to a request before a byte of it is written. The words "demo refusal" in the last prompt
 * cause a refusal, so that a new owner can see a visitor's view of one.
 */
export function writeScript(options: ScriptOptions): DemoAnswer {
  const { request, model, brief, take } = options;
  const id = hashText(`${take} ${brief.subject} ${brief.instruction}`);
  const refused = /\bdemo refusal\b/i.test(brief.instruction);
  const said = refused ? [[]] : [...sayWhat(request, brief), [{ picture: () => draw(options) }]];
  const beats = [...thinkAloud(request, brief), ...said].map((parts): Beat => ({ afterMs: BEAT_MS, parts }));
  return {
    beats: isGemini25(model) ? beats : sign(beats, id),
    ...(refused ? REFUSAL : { finishReason: 'STOP' }),
    ...(request.grounding && !refused && { groundingMetadata: groundingOf(request.grounding, brief.instruction) }),
    envelope: {
      usageMetadata: usageOf(request, model, !refused),
      modelVersion: model.id,
      responseId: `demo-${id.toString(16).padStart(8, '0')}`,
    },
  };
}

/** Modelled on Google's own message of 2026-09. */
const REFUSAL = {
  finishReason: 'IMAGE_SAFETY',
  finishMessage:
    'Unable to show the generated image. The words "demo refusal" in a prompt lead here, so that you can see what a filtered picture looks like. You will not be charged for blocked images. Try rephrasing the prompt.',
};

function draw({ model, brief, request, take, isOfTemplate }: ScriptOptions): Iterable<Uint8Array> {
  const { width, height, subject, instruction, aspectRatio, references } = brief;
  const caption = layCaption(
    {
      ...{ prompt: isOfTemplate ? '' : instruction, modelName: model.displayName },
      ...{ size: request.size, aspectRatio, references },
    },
    brief,
  );
  return encodePng({ width, height, ...paintLandscape({ subject, instruction, take, width, height }, caption) });
}

function sayWhat({ modalities }: GenerateRequest, { references, width, height }: PictureBrief): DemoPart[][] {
  if (!modalities.includes('TEXT')) return [];
  const what = references > 0 ? 'Here is your edited picture' : 'Here is a picture for your prompt';
  return [
    [
      {
        text: `${what}, ${width} × ${height} pixels, drawn by Peel's built-in demo. Set a provider key to have Gemini draw it.`,
      },
    ],
  ];
}

function thinkAloud({ includeThoughts }: GenerateRequest, { aspectRatio, references }: PictureBrief): DemoPart[][] {
  if (!includeThoughts) return [];
  const looking =
    references > 0 ? 'The picture that came along sets the frame.' : 'The prompt may name an hour of the day.';
  return [
    [
      {
        text: `**Finding the scene**\n\n${looking} Its first words decide the land, its last ones the light.\n\n`,
        thought: true,
      },
    ],
    [
      {
        text: `**Laying out the picture**\n\nRidges from far to near in ${aspectRatio}, mist between them, one light above.\n\n`,
        thought: true,
      },
    ],
  ];
}

/** Gemini 3 signs its first text and every picture, and needs the signatures back. Thoughts have none. */
function sign(beats: readonly Beat[], id: number): Beat[] {
  const random = createRandom(id);
  return beats.map(({ afterMs, parts }) => ({
    afterMs,
    parts: parts.map((part) => ('thought' in part ? part : { ...part, thoughtSignature: createSignature(random) })),
  }));
}

/** Opaque, like Google's signatures. The demo does not check those it gets back. */
const createSignature = (random: () => number): string =>
  Uint8Array.from({ length: 48 }, () => Math.floor(random() * 256)).toBase64();
